//! Several servers on one database.

use serde_json::Value;

use crate::clock;
use crate::testing::{Browser, Database, Fresh, World, draft};

/// A campaign to a list of contacts, and how many of them can be sent to.
async fn campaign(browser: &Browser) -> (String, u64) {
    let mut many = draft("Olá");
    many.audience = septet_core::wire::Audience::List { id: "13".into() };
    let id = browser.created("key", &many).await;
    let (_, created) = browser.get(&format!("/api/campaigns/{id}")).await;
    let of = |name: &str| created["counts"][name].as_u64().unwrap();
    (id, of("total") - of("not_sent"))
}

async fn world() -> (Fresh, World) {
    let store = Database::Postgres.empty().await;
    let world = World::with_store(store.clone()).await;
    (store, world)
}

#[tokio::test]
async fn servers_share_the_work_and_repeat_nothing() {
    let (store, world) = world().await;
    let browser = world.signed_in().await;
    let _second = world.beside(store.again().await).await;
    let _third = world.beside(store.again().await).await;
    let (id, expected) = campaign(&browser).await;
    let delivered = |campaign: &Value| campaign["counts"]["delivered"] == expected;
    let campaign = world.campaign_when(&browser, &id, delivered).await;
    assert_eq!(campaign["counts"]["in_doubt"], 0);
    assert_eq!(world.sends().await, expected);
}

#[tokio::test]
async fn a_server_takes_the_messages_of_one_that_is_gone() {
    let (store, mut world) = world().await;
    let browser = world.signed_in().await;
    world.stop_delivery().await;
    let (id, expected) = campaign(&browser).await;
    // One message was being attempted, others only claimed.
    let gone = store.register().await.unwrap();
    let claimed = store.claim_all(gone, 3, clock::now()).await.unwrap();
    let begun = store.begin_attempt(&claimed[0], b"hash", 1, &[], clock::now());
    assert!(begun.await.unwrap().is_some());
    store.release(gone).await.unwrap();

    let _second = world.beside(store.again().await).await;
    let finished = |campaign: &Value| {
        campaign["state"]["state"] == "finished" && campaign["counts"]["delivered"] == expected - 1
    };
    let campaign = world.campaign_when(&browser, &id, finished).await;
    assert_eq!(campaign["counts"]["in_doubt"], 1);
    assert_eq!(world.sends().await, expected - 1);
}
