//! Erases whom campaigns were sent to, so many days after they ended.
//!
//! Every server looks, and whoever comes first erases. There is no hurry: each
//! batch is short, and others write between two of them.

use std::num::NonZeroU32;
use std::time::Duration;

use septet_core::wire::Millis;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::clock;
use crate::store::{Store, StoreError};

/// Between two looks.
const BETWEEN: Duration = Duration::from_secs(10 * 60);
/// Recipients that are erased at once.
const BATCH: u32 = 500;
/// Between two batches.
const PAUSE: Duration = Duration::from_millis(100);
/// Milliseconds of a day.
const DAY: Millis = 24 * 60 * 60 * 1000;

/// Looks again and again, until it is dropped.
pub(crate) async fn run(store: Store, days: NonZeroU32) {
    let mut looks = interval(BETWEEN);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let before = clock::now() - Millis::from(days.get()) * DAY;
        if let Err(error) = erase(&store, before).await {
            tracing::error!(%error, "campaigns could not be erased");
        }
    }
}

/// Erases everything that ended before a time.
async fn erase(store: &Store, before: Millis) -> Result<(), StoreError> {
    while store.erase_some(before, BATCH).await? {
        sleep(PAUSE).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{World, draft};

    #[tokio::test]
    async fn pages_show_an_erased_campaign_without_people_and_they_may_still_unsubscribe() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let draft = draft("Olá {{contact.firstname}} https://shop.example/x {UNSUB_URL}");
        let id = browser.created("key", &draft).await;
        let finished = |campaign: &Value| {
            campaign["counts"]["delivered"] == 2 && campaign["state"]["state"] == "finished"
        };
        let before = world.campaign_when(&browser, &id, finished).await;
        let short = world.link("351912000001", "/l/").await;
        let other = world.link("34600000001", "/l/").await;
        world.app.store.let_a_minute_pass().await;
        let unsubscribe = world.link("351912000001", "/u/").await;

        erase(&world.app.store, clock::now() - DAY).await.unwrap();
        let path = format!("/api/campaigns/{id}");
        assert_eq!(browser.get(&path).await.1, before, "it has just ended");
        let phone = world.browser();
        assert_eq!(phone.touch(&short).await.status(), 302);

        erase(&world.app.store, clock::now() + DAY).await.unwrap();
        let (_, after) = browser.get(&path).await;
        assert_eq!(
            (&after["text"], &after["name"]),
            (&json!(""), &before["name"])
        );
        assert_eq!(after["counts"]["delivered"], 2);
        assert_eq!(after["counts"]["clicked"], 1);
        let (_, page) = browser.get(&format!("{path}/recipients")).await;
        for row in page["recipients"].as_array().unwrap() {
            assert_eq!((&row["name"], &row["phone"]), (&json!(""), &Value::Null));
        }
        // What was followed a moment ago is remembered for a minute.
        assert_eq!(phone.touch(&other).await.status(), 410);
        let confirmed = phone.request(Method::POST, &unsubscribe).send().await;
        assert_eq!(confirmed.unwrap().status(), 200);
        let (_, contact) = browser.get("/api/contacts/101").await;
        assert_eq!(contact["opted_out"], true);
        let (_, check) = browser.post("/api/campaigns/check", &json!(draft)).await;
        assert_eq!(check["recipients"], 1);
    }
}
