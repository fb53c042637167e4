//! What happens to a message after it was accepted: it reaches the phone, and
//! delivery reports go to whoever asked for them, and to the account's call-back.
//!
//! `%d` is the state and `%t` the time of the event. The format of `%t` is not
//! public; assumed is that of the gateway whose state numbers the provider uses,
//! `YYYY-MM-DD hh:mm:ss` UTC with the space written as `+`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ledger::{Message, Report};
use crate::chances::ReportMishaps;
use crate::faults::ReportFault;
use crate::shared::{News, Shared, lock, now};

/// Calls that a report gets before the provider gives up.
const ATTEMPTS: u32 = 3;
/// Pause before the second call; the third waits twice as long.
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// Follows one message to its end, in the background; a report that comes early
/// is made before this returns.
pub(crate) async fn follow(shared: &Arc<Shared>, message: &Message) {
    let last = match message.fate {
        ReportFault::Deliver => Some(1),
        ReportFault::Undeliverable => Some(2),
        ReportFault::Never => None,
    };
    let keep = shared.keep();
    if keep.reports && last.is_some() {
        lock(&shared.ledger).hold(message.clone());
        return;
    }
    let mishaps = shared.chances().reports(&shared.dice);
    let last = last.filter(|_| !mishaps.dropped);
    let mut states: Vec<u8> = last.map_or_else(Vec::new, |last| vec![8, 4, last]);
    if mishaps.reordered {
        states.reverse();
    }
    let epoch = shared.epoch();
    if mishaps.early && !states.is_empty() {
        step(shared, message, states.remove(0), mishaps.doubled, epoch).await;
    }
    // Nobody waits for what no phone shows and nobody is told of.
    if keep.texts || !states.is_empty() {
        tokio::spawn(run(shared.clone(), message.clone(), states, mishaps, epoch));
    }
}

async fn run(
    shared: Arc<Shared>,
    message: Message,
    states: Vec<u8>,
    mishaps: ReportMishaps,
    epoch: u64,
) {
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
    tokio::time::sleep(mishaps.late).await;
    for state in states {
        tokio::time::sleep(shared.report_delay / 3).await;
        step(&shared, &message, state, mishaps.doubled, epoch).await;
    }
}

/// Makes one report, perhaps twice, and notes it.
async fn step(shared: &Shared, message: &Message, state: u8, doubled: bool, epoch: u64) {
    for time in 0..=u8::from(doubled) {
        if shared.epoch() != epoch {
            return;
        }
        let report = deliver(shared, message, state).await;
        if shared.epoch() != epoch {
            return;
        }
        lock(&shared.ledger).record(message, report, time == 0);
        shared.publish(&News::Change);
    }
}

/// Tells the account, and whoever asked for reports.
async fn deliver(shared: &Shared, message: &Message, state: u8) -> Report {
    if message.call_id.is_none() {
        lock(&shared.ledger).announce(message.sending_id, &message.to, state);
    }
    if let Some(url) = shared.callback() {
        tell_account(shared, &url, message, state).await;
    }
    match &message.notification_url {
        Some(template) => report(shared, template, state).await,
        None => Report::unasked(state),
    }
}

/// Calls the notification URL until it is answered with success or patience ends.
pub(super) async fn report(shared: &Shared, template: &str, state: u8) -> Report {
    let mut report = Report::unasked(state);
    let time = Timestamp::now().strftime("%Y-%m-%d+%H:%M:%S").to_string();
    let url = template
        .replace("%d", &state.to_string())
        .replace("%t", &time);
    while report.attempts < ATTEMPTS && !report.acknowledged {
        if report.attempts > 0 {
            tokio::time::sleep(RETRY_PAUSE * report.attempts).await;
        }
        report.attempts += 1;
        report.acknowledged = succeeds(shared.http.get(&url)).await;
    }
    report
}

/// The account's own call-back, once. Which events there are and what `contactId`
/// holds is not public; assumed are the three below, and the number's digits.
async fn tell_account(shared: &Shared, url: &str, message: &Message, state: u8) {
    let event = match state {
        4 => "sent",
        1 => "delivered",
        2 | 16 => "rejected",
        _ => return,
    };
    call_back(shared, url, &about(shared, message, event)).await;
}

/// What the account is told of a message.
fn about(shared: &Shared, message: &Message, event: &str) -> Vec<(&'static str, String)> {
    let campaign = {
        let ledger = lock(&shared.ledger);
        let sending = ledger.sending(message.sending_id);
        sending.map_or(0, |sending| sending.campaign_id)
    };
    let mut form = vec![
        ("id", message.id.to_string()),
        ("channel", "SMS".to_owned()),
        ("event", event.to_owned()),
        ("contactId", message.to.clone()),
        ("campaignId", campaign.to_string()),
        ("campaignName", message.campaign_name.clone()),
    ];
    form.extend(message.call_id.map(|call| ("callId", call.to_string())));
    form
}

/// A phone answers: the account is told of its words, in a field whose name is not public
/// (assumed: `text`). `None` where the phone has got no message.
pub(crate) async fn answer(shared: &Shared, from: &str, text: &str) -> Option<()> {
    let message = lock(&shared.ledger).answer(from, text, now())?;
    shared.publish(&News::Change);
    let url = shared.listener(message.notification_url.as_deref());
    if let Some(url) = url {
        let mut form = about(shared, &message, "response");
        form.push(("text", text.to_owned()));
        call_back(shared, &url, &form).await;
    }
    Some(())
}

/// A form for the account's call-back, once.
pub(super) async fn call_back(shared: &Shared, url: &str, form: &[(&str, String)]) {
    succeeds(shared.http.post(url).form(form)).await;
}

async fn succeeds(request: reqwest::RequestBuilder) -> bool {
    match request.send().await {
        Ok(answer) => answer.status().is_success(),
        Err(error) => {
            tracing::debug!(error = %error.without_url(), "a report was not delivered");
            false
        }
    }
}

/// How reports that were held back are made.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Release {
    /// The values of `%d` for each message, in order.
    states: Vec<u8>,
    /// Calls at the same time.
    at_once: usize,
}

/// What became of them.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Released {
    made: usize,
    acknowledged: usize,
    milliseconds: u64,
}

/// Makes all reports that were held back, and waits for the last of them.
pub(crate) async fn release(shared: &Arc<Shared>, how: Release) -> Released {
    let held = lock(&shared.ledger).release();
    let epoch = shared.epoch();
    let started = Instant::now();
    let held = Arc::new(std::sync::Mutex::new(held.into_iter()));
    let states: Arc<[u8]> = how.states.into();
    let workers: Vec<_> = (0..how.at_once.clamp(1, 1024))
        .map(|_| {
            let (shared, held, states) = (shared.clone(), held.clone(), states.clone());
            tokio::spawn(async move {
                let (mut made, mut acknowledged) = (0, 0);
                loop {
                    let Some(message) = lock(&held).next() else {
                        return (made, acknowledged);
                    };
                    for state in states.iter() {
                        let report = deliver(&shared, &message, *state).await;
                        made += 1;
                        acknowledged += usize::from(report.acknowledged);
                        if shared.epoch() == epoch {
                            lock(&shared.ledger).record(&message, report, true);
                        }
                    }
                }
            })
        })
        .collect();
    let mut released = Released::default();
    for worker in workers {
        let (made, acknowledged) = worker.await.unwrap_or_default();
        released.made += made;
        released.acknowledged += acknowledged;
    }
    released.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    released
}
