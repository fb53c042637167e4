//! Writing sent messages on the timelines of their contacts, behind the sending.
//!
//! Best effort, and at most once: what waits here when the server stops is not
//! written, and what HubSpot may have written is not repeated. Sending never
//! waits for it.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::hubspot::{Hubspot, Sms};

/// Messages that may wait to be written.
const BACKLOG: usize = 10_000;
/// One call in this time leaves most of HubSpot's allowance (110 in 10 seconds) to people.
const PACE: Duration = Duration::from_millis(125);
/// HubSpot counts calls over ten seconds.
const LATER: Duration = Duration::from_secs(10);
/// How often a message is offered to a HubSpot that has had too many calls.
const TRIES: u32 = 6;

/// Where sent messages are handed in.
#[derive(Debug, Clone)]
pub(crate) struct Timeline {
    sender: mpsc::Sender<Sms>,
}

impl Timeline {
    /// Writes in the background, for as long as somebody can hand messages in.
    pub(crate) fn start(hubspot: Hubspot) -> Self {
        let (sender, receiver) = mpsc::channel(BACKLOG);
        tokio::spawn(write(hubspot, receiver));
        Self { sender }
    }

    pub(crate) fn sent(&self, sms: Sms) {
        if self.sender.try_send(sms).is_err() {
            tracing::warn!("a message is missing on its contact's timeline: too many wait");
        }
    }
}

async fn write(hubspot: Hubspot, mut receiver: mpsc::Receiver<Sms>) {
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while let Some(sms) = receiver.recv().await {
        pace.tick().await;
        for _ in 0..TRIES {
            match hubspot.log(&sms).await {
                Ok(true) => break,
                Ok(false) => sleep(LATER).await,
                Err(error) => {
                    tracing::warn!(%error, "a message is missing on its contact's timeline");
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::testing::{World, draft, eventually};

    #[tokio::test]
    async fn what_was_sent_stands_once_on_the_timeline_of_whoever_got_it() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser
            .created("key", &draft("Olá {{contact.firstname}}"))
            .await;
        let mut written = eventually("both messages are on timelines", async || {
            let written = world.ask_sandbox("/sandbox/communications").await;
            let written = written.as_array().unwrap().clone();
            (written.len() >= 2).then_some(written)
        })
        .await;
        let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
        world.campaign_when(&browser, &id, delivered).await;

        written.sort_by_key(|one| one["contacts"][0].as_str().unwrap().to_owned());
        let shown: Vec<_> = written
            .iter()
            .map(|one| {
                let properties = &one["properties"];
                (
                    one["contacts"][0].as_str().unwrap(),
                    properties["hs_communication_channel_type"]
                        .as_str()
                        .unwrap(),
                    properties["hs_communication_body"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [("101", "SMS", "Olá Inês"), ("102", "SMS", "Olá Íñigo")]
        );
        let all = world.ask_sandbox("/sandbox/communications").await;
        assert_eq!(all.as_array().unwrap().len(), 2);
    }
}
