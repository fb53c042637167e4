//! What 360nrs's own records say about messages in doubt.
//!
//! 360nrs lists the calls that it took, each with the name of its campaign, but not for
//! whom. A call in that list that belongs to no message of ours is one whose answer was
//! lost. Where there are as many of those as messages in doubt, all of them have left;
//! anything else tells nothing for certain, and a person decides.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use septet_core::delivery::Decision;
use septet_core::wire::Millis;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::clock;
use crate::nrs::{Nrs, Sending};
use crate::store::{Doubt, StoreError, Verdict};

/// Between two looks.
const BETWEEN: Duration = Duration::from_secs(60);
/// A call may be listed late, and of all calls around it the outcome must be known; one
/// that is younger is not asked about.
const YOUNGEST: Millis = 5 * 60 * 1000;
/// How far 360nrs's clock may be from ours, either way.
const SKEW: Millis = 2 * 60 * 1000;
/// Pages of the list that are read, a hundred calls each; doubts that are further back
/// wait for a report or for a person.
const PAGES: u32 = 20;

/// Who is said to have decided.
const BY: &str = "360nrs";

/// Looks again and again, until it is dropped.
pub(super) async fn run(app: App) {
    let mut looks = interval(BETWEEN);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Err(error) = look(&app, clock::now() - YOUNGEST).await {
            tracing::error!(%error, "messages in doubt could not be looked up");
        }
    }
}

/// Settles what the records settle, of messages that were attempted before a time.
async fn look(app: &App, before: Millis) -> Result<(), StoreError> {
    let doubts = app.store.doubts(before).await?;
    let portals: BTreeSet<u64> = doubts.iter().map(|doubt| doubt.portal).collect();
    for portal in portals {
        match app.providers.of(portal).await {
            Ok(Some(nrs)) => look_at(app, &nrs, portal, &doubts).await?,
            Ok(None) => {}
            Err(error) => tracing::error!(%error, portal, "its records could not be read"),
        }
    }
    Ok(())
}

/// The same of one account.
async fn look_at(app: &App, nrs: &Nrs, portal: u64, doubts: &[Doubt]) -> Result<(), StoreError> {
    let its_own = || doubts.iter().filter(|doubt| doubt.portal == portal);
    let Some(first) = its_own().map(|doubt| doubt.first_at).min() else {
        return Ok(());
    };
    let Some(listed) = listed_since(nrs, first - SKEW).await else {
        return Ok(());
    };
    let ids: Vec<&str> = listed.iter().map(|sending| sending.id.as_str()).collect();
    let ours = app.store.known_sendings(&ids).await?;
    let mut strays: BTreeMap<&str, Vec<Millis>> = BTreeMap::new();
    for sending in listed.iter().filter(|sending| !ours.contains(&sending.id)) {
        let times = strays.entry(&sending.campaign_name).or_default();
        times.push(sending.created_at);
    }
    for doubt in its_own() {
        // Campaigns of one name cannot be told apart in the list, not even those of two
        // portals, which may share the operator's account.
        let namesakes = doubts.iter().filter(|other| other.name == doubt.name);
        if namesakes.count() > 1 {
            continue;
        }
        let while_in_doubt = doubt.first_at - SKEW..=doubt.last_at + SKEW;
        let times = strays.get(doubt.name.as_str()).into_iter().flatten();
        let found = times.filter(|time| while_in_doubt.contains(time)).count();
        if found == doubt.messages.len() {
            settle(app, doubt).await?;
        }
    }
    Ok(())
}

async fn settle(app: &App, doubt: &Doubt) -> Result<(), StoreError> {
    let verdict = Verdict {
        key: &format!("records-{}", doubt.last_at),
        decision: Decision::CountAsSent,
        by: BY,
    };
    let named = Some(doubt.messages.as_slice());
    let settled = app
        .store
        .decide(doubt.portal, &doubt.campaign, named, verdict, clock::now())
        .await?;
    if let Some(settled) = settled {
        tracing::info!(
            messages = settled.len(),
            campaign = doubt.campaign,
            "360nrs's records settle messages in doubt"
        );
        app.events.recipients(&doubt.campaign, settled);
    }
    Ok(())
}

/// The calls that 360nrs lists since a time; `None` when they cannot all be learned.
async fn listed_since(nrs: &Nrs, since: Millis) -> Option<Vec<Sending>> {
    let mut listed: Vec<Sending> = Vec::new();
    for page in 1..=PAGES {
        let sendings = nrs.sendings(page).await?;
        let last = sendings.last().map(|sending| sending.created_at);
        listed.extend(sendings);
        if last.is_none_or(|last| last < since) {
            return Some(listed);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use septet_core::wire::SmsDraft;
    use serde_json::json;

    use super::*;
    use crate::testing::{World, draft};

    #[tokio::test]
    async fn a_call_that_is_listed_without_a_message_settles_the_one_in_doubt() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        // Both phones get it, nobody is told.
        world
            .set_faults(json!({ "sms": "lost_answer", "report": "never" }))
            .await;
        let id = browser.created("key", &draft("Olá")).await;
        let in_doubt = |campaign: &serde_json::Value| campaign["counts"]["in_doubt"] == 2;
        world.campaign_when(&browser, &id, in_doubt).await;

        look(&world.app, clock::now() - 60_000).await.unwrap();
        let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
        assert_eq!(campaign["counts"]["in_doubt"], 2, "they are too young");

        look(&world.app, clock::now() + 1).await.unwrap();
        let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
        assert_eq!(campaign["counts"]["accepted"], 2);
        let (_, page) = browser
            .get(&format!("/api/campaigns/{id}/recipients"))
            .await;
        assert_eq!(page["recipients"][0]["decided"]["by"], BY);
        assert_eq!(world.sends().await, 2);
    }

    #[tokio::test]
    async fn records_that_tell_nothing_for_certain_settle_nothing() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        // Nobody got anything, which a list cannot prove.
        world.set_faults(json!({ "sms": "internal_error" })).await;
        let id = browser.created("key", &draft("Olá")).await;
        let in_doubt = |campaign: &serde_json::Value| campaign["counts"]["in_doubt"] == 2;
        world.campaign_when(&browser, &id, in_doubt).await;
        look(&world.app, clock::now() + 1).await.unwrap();
        let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
        assert_eq!(campaign["counts"]["in_doubt"], 2);
    }

    #[tokio::test]
    async fn a_lost_answer_that_a_report_settled_settles_no_other_doubt() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let chances = format!("{}/sandbox/chances", world.sandbox.url());
        // One gets it and is reported; of the other 360nrs never took anything.
        for seed in 0..64 {
            let chance = json!({ "seed": seed, "cut_taken": 500, "error_500": 500 });
            let put = reqwest::Client::new().put(&chances).json(&chance);
            assert!(put.send().await.unwrap().status().is_success());
            let named = SmsDraft {
                campaign_name: format!("Campaign {seed}"),
                ..draft("Olá")
            };
            let id = browser.created(&format!("key-{seed}"), &named).await;
            let count = |campaign: &serde_json::Value, name: &str| campaign["counts"][name].clone();
            let over = |campaign: &serde_json::Value| campaign["state"]["state"] == "finished";
            world.campaign_when(&browser, &id, over).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
            if count(&campaign, "in_doubt") == 1 && count(&campaign, "delivered") == 1 {
                look(&world.app, clock::now() + 1).await.unwrap();
                let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
                assert_eq!(count(&campaign, "in_doubt"), 1, "{campaign}");
                return;
            }
        }
        panic!("no seed made one of each");
    }
}
