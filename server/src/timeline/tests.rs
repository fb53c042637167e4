//! Timelines as HubSpot shows them.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::store::Store;
use crate::testing::{BOOKSHOP, Browser, World, draft, eventually};

/// What stands on a contact's timeline, by time.
async fn lines(world: &World, contact: &str) -> Vec<String> {
    let written = world.ask_sandbox("/sandbox/communications").await;
    let mut own: Vec<(i64, String)> = written
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["contacts"][0] == contact)
        .map(|one| {
            let properties = &one["properties"];
            let at = properties["hs_timestamp"].as_str().unwrap();
            let body = properties["hs_communication_body"].as_str().unwrap();
            (at.parse().unwrap(), body.to_owned())
        })
        .collect();
    own.sort();
    own.into_iter().map(|(_, body)| body).collect()
}

async fn lines_when(world: &World, contact: &str, wanted: usize) -> Vec<String> {
    eventually("the timeline is complete", async || {
        let lines = lines(world, contact).await;
        (lines.len() >= wanted).then_some(lines)
    })
    .await
}

/// The events among the lines.
fn events(lines: &[String]) -> Vec<&str> {
    let last = lines.iter().map(|line| line.lines().last().unwrap());
    last.map(|line| line.split(" · ").next().unwrap()).collect()
}

/// A contact's properties at HubSpot.
async fn properties(world: &World, contact: &str) -> Value {
    let names = [
        "septet_last_event",
        "septet_last_campaign",
        "septet_last_sender",
        "septet_clicks",
    ];
    let names = names.map(str::to_owned);
    let ids = [contact.to_owned()];
    let contacts = world.app.hubspot.contacts(BOOKSHOP, &ids, &names);
    json!(contacts.await.unwrap()[0].values)
}

async fn property_when(world: &World, contact: &str, name: &str, value: &str) -> Value {
    eventually("the property says so", async || {
        let properties = properties(world, contact).await;
        (properties[name] == value).then_some(properties)
    })
    .await
}

async fn send(browser: &Browser, world: &World, key: &str, text: &str) {
    let id = browser.created(key, &draft(text)).await;
    let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
    world.campaign_when(browser, &id, delivered).await;
}

#[tokio::test]
async fn each_event_stands_once_and_in_order_with_the_very_text() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let text =
        "Olá {{contact.firstname}} https://loja.example/a https://loja.example/b {UNSUB_URL}";
    send(&browser, &world, "key", text).await;
    let lines = lines_when(&world, "101", 2).await;
    assert_eq!(events(&lines), ["SMS_SENT", "SMS_DELIVERED"]);
    let sent = world.ask_sandbox("/sandbox/messages?to=351912000001").await;
    let on_phone = sent[0]["text"].as_str().unwrap();
    assert!(lines[0].starts_with(on_phone), "{} / {on_phone}", lines[0]);
    assert!(
        lines[1].contains("HUBSPOT_SMS_") && lines[1].contains("ID "),
        "{}",
        lines[1]
    );
    // 103 has no number.
    let left_out = lines_when(&world, "103", 1).await;
    assert_eq!(events(&left_out), ["SMS_NOT_SENT"]);
    assert!(left_out[0].contains("no_number"));
    // The properties tell who has received and not clicked.
    let known = property_when(&world, "101", "septet_last_event", "SMS_DELIVERED").await;
    assert_eq!(known["septet_last_sender"], "Septet");
    assert_eq!(known["septet_clicks"], "0");

    world.app.store.let_a_minute_pass().await;
    let short = world.link("351912000001", "/l/").await;
    browser.touch(&short).await;
    browser.touch(&short).await;
    property_when(&world, "101", "septet_last_event", "SMS_CLICKED").await;
    let unsubscribe = world.link("351912000001", "/u/").await;
    let confirmed = browser.request(Method::POST, &unsubscribe).send().await;
    assert_eq!(confirmed.unwrap().status(), 200);
    let lines = lines_when(&world, "101", 4).await;
    let expected = [
        "SMS_SENT",
        "SMS_DELIVERED",
        "SMS_CLICKED",
        "SMS_UNSUBSCRIBED",
    ];
    assert_eq!(events(&lines), expected);
    let known = property_when(&world, "101", "septet_last_event", "SMS_UNSUBSCRIBED").await;
    assert_ne!(known["septet_clicks"], "0");
    let other = properties(&world, "102").await;
    assert_eq!(other["septet_last_event"], "SMS_DELIVERED");
}

#[tokio::test]
async fn hubspot_is_told_later_and_once_when_it_has_had_too_many_calls_or_is_down() {
    let faults = [
        "rate_limited",
        "down",
        "refused",
        "locked",
        "migrating",
        "unauthorized",
    ];
    for fault in faults {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = {
            world.set_faults(json!({ "crm": "none" })).await;
            browser.created("key", &draft("Olá")).await
        };
        world.set_faults(json!({ "crm": fault })).await;
        let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
        world.campaign_when(&browser, &id, delivered).await;
        tokio::time::sleep(Duration::from_millis(2500)).await;
        assert!(lines(&world, "101").await.is_empty(), "{fault}");
        world.set_faults(json!({})).await;
        let told = lines_when(&world, "101", 2).await;
        assert_eq!(events(&told), ["SMS_SENT", "SMS_DELIVERED"], "{fault}");
    }
}

#[tokio::test]
async fn what_hubspot_leaves_out_of_a_batch_is_told_again_and_the_rest_is_not() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    world.set_faults(json!({ "crm": "partly" })).await;
    send(&browser, &world, "key", "Olá").await;
    for contact in ["101", "102"] {
        let told = lines_when(&world, contact, 2).await;
        assert_eq!(events(&told), ["SMS_SENT", "SMS_DELIVERED"], "{contact}");
    }
    property_when(&world, "101", "septet_last_event", "SMS_DELIVERED").await;
    assert_eq!(lines(&world, "101").await.len(), 2);
}

#[tokio::test]
async fn a_slow_hubspot_is_waited_for() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let id = browser.created("key", &draft("Olá")).await;
    world.set_faults(json!({ "crm": "slow" })).await;
    let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
    world.campaign_when(&browser, &id, delivered).await;
    let told = lines_when(&world, "101", 2).await;
    assert_eq!(events(&told), ["SMS_SENT", "SMS_DELIVERED"]);
}

#[tokio::test]
async fn what_may_stand_there_is_not_told_again() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let id = browser.created("key", &draft("Olá")).await;
    world.set_faults(json!({ "crm": "lost_answer" })).await;
    let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
    world.campaign_when(&browser, &id, delivered).await;
    let told = lines_when(&world, "101", 2).await;
    assert_eq!(events(&told), ["SMS_SENT", "SMS_DELIVERED"]);
    world.set_faults(json!({})).await;
    // The properties are written again, which does no harm.
    property_when(&world, "101", "septet_last_event", "SMS_DELIVERED").await;
    assert_eq!(lines(&world, "101").await.len(), 2);
}

#[tokio::test]
async fn hundreds_of_events_fit_into_what_hubspot_takes() {
    let world = World::with_flags(&["--rate", "0"]).await;
    let browser = world.signed_in().await;
    let list = world.crowd(400).await;
    let limits = json!({ "calls": 20, "interval_ms": 1_000, "searches": 5 });
    let url = format!("{}/sandbox/hubspot/limits", world.sandbox.url());
    let put = reqwest::Client::new().put(url).json(&limits).send().await;
    assert!(put.unwrap().status().is_success());
    let mut many = draft("Olá");
    many.audience = septet_core::wire::Audience::List { id: list };
    let id = browser.created("key", &many).await;
    let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 400;
    world.campaign_when(&browser, &id, delivered).await;
    let written = eventually("every event is told", async || {
        let written = world.ask_sandbox("/sandbox/communications").await;
        let written = written.as_array().unwrap().clone();
        (written.len() >= 800).then_some(written)
    })
    .await;
    let told: std::collections::BTreeSet<String> = written
        .iter()
        .map(|one| {
            let body = one["properties"]["hs_communication_body"].as_str().unwrap();
            let event = body.lines().last().unwrap().split(" · ").next().unwrap();
            format!("{} {event}", one["contacts"][0])
        })
        .collect();
    assert_eq!((written.len(), told.len()), (800, 800));
}

#[tokio::test]
async fn one_that_hubspot_does_not_take_holds_up_nobody() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    send(&browser, &world, "key", "Olá").await;
    // Of a contact that is gone nothing can be written.
    let store = &world.app.store;
    let merged = ["102".to_owned()];
    store
        .merge_contacts(BOOKSHOP, &merged, "999999999")
        .await
        .unwrap();
    let told = lines_when(&world, "101", 2).await;
    assert_eq!(events(&told), ["SMS_SENT", "SMS_DELIVERED"]);
    eventually("there is nothing left to tell", async || {
        let left = store.untold_portals().await.unwrap();
        left.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_was_not_told_before_a_restart_is_told_after_it_and_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("septet.db");
    let world = World::with_store(Store::open(&file).await.unwrap()).await;
    let browser = world.signed_in().await;
    send(&browser, &world, "one", "Olá").await;
    lines_when(&world, "101", 2).await;
    let id = browser.created("two", &draft("Adeus")).await;
    world.set_faults(json!({ "crm": "rate_limited" })).await;
    let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
    world.campaign_when(&browser, &id, delivered).await;
    let world = world.restart(&file).await;
    world.set_faults(json!({})).await;
    // What was being told when it stopped is left alone for a minute.
    world.app.store.forget_holds().await;
    let told = lines_when(&world, "101", 4).await;
    let pair = ["SMS_SENT", "SMS_DELIVERED"];
    assert_eq!(events(&told), [pair, pair].concat());
}

#[tokio::test]
async fn a_row_of_a_file_is_on_no_timeline() {
    let store = Store::in_memory().await.unwrap();
    crate::testing::accounts(&store).await;
    let mut new = crate::testing::campaign("one", 2);
    new.recipients[0].contact_id = "row-2".into();
    store.create_campaign(&new, 1).await.unwrap();
    store.cancel(BOOKSHOP, "one", 2).await.unwrap();
    eventually("it is due", async || {
        let due = store.untold_portals().await.unwrap();
        (!due.is_empty()).then_some(())
    })
    .await;
    let taken = store.take_untold(BOOKSHOP, 100).await.unwrap();
    assert_eq!(taken.untold.len(), 1);
}
