//! What happens to a message after it was accepted: it reaches the phone, and
//! delivery reports go to whoever asked for them.
//!
//! `%d` is the state and `%t` the time of the event. The format of `%t` is not
//! public; assumed is that of the gateway whose state numbers the provider uses,
//! `YYYY-MM-DD hh:mm:ss` UTC with the space written as `+`.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::ledger::{Message, Report};
use crate::faults::ReportFault;
use crate::shared::{News, Shared, lock, now};

/// Calls that a report gets before the provider gives up.
const ATTEMPTS: u32 = 3;
/// Pause before the second call; the third waits twice as long.
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// Follows one message to its end, in the background.
pub(crate) fn follow(shared: &Arc<Shared>, message: Message) {
    let epoch = shared.epoch();
    tokio::spawn(run(shared.clone(), message, epoch));
}

async fn run(shared: Arc<Shared>, message: Message, epoch: u64) {
    let wait = u64::try_from(message.received_at - now()).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(wait)).await;
    if shared.epoch() != epoch {
        return;
    }
    if message.fate != ReportFault::Undeliverable {
        shared.publish(&News::Message {
            to: message.to.clone(),
        });
    }
    let last = match message.fate {
        ReportFault::Deliver => 1,
        ReportFault::Undeliverable => 2,
        ReportFault::Never => return,
    };
    for state in [8, 4, last] {
        tokio::time::sleep(shared.report_delay / 3).await;
        if shared.epoch() != epoch {
            return;
        }
        let report = deliver(&shared, &message, state).await;
        if shared.epoch() != epoch {
            return;
        }
        lock(&shared.ledger).record(message.id, report);
        shared.publish(&News::Change);
    }
}

/// Calls the notification URL until it is answered with success or patience ends.
async fn deliver(shared: &Shared, message: &Message, state: u8) -> Report {
    let mut report = Report {
        state,
        attempts: 0,
        acknowledged: false,
    };
    let Some(template) = &message.notification_url else {
        return report;
    };
    let time = Timestamp::now().strftime("%Y-%m-%d+%H:%M:%S").to_string();
    let url = template
        .replace("%d", &state.to_string())
        .replace("%t", &time);
    while report.attempts < ATTEMPTS && !report.acknowledged {
        if report.attempts > 0 {
            tokio::time::sleep(RETRY_PAUSE * report.attempts).await;
        }
        report.attempts += 1;
        report.acknowledged = match shared.http.get(&url).send().await {
            Ok(answer) => answer.status().is_success(),
            Err(error) => {
                tracing::debug!(error = %error.without_url(), "a report was not delivered");
                false
            }
        };
    }
    report
}
