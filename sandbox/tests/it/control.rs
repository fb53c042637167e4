//! The sandbox's own interface.

use serde_json::json;

use crate::support::{World, outcome, to};

#[tokio::test]
async fn every_request_is_counted_by_method_and_route() {
    let world = World::new().await;
    world.send(&to("351912000001")).await;
    world.send(&to("+bad")).await;
    outcome(world.nrs_get("/sms/1")).await;
    outcome(world.nrs_get("/sms/2")).await;
    world.get("/hubspot/crm/objects/2026-09/contacts/101").await;
    world.get("/nowhere").await;
    let seen = world.read("/sandbox/requests").await;
    assert_eq!(seen["POST /nrs/api/rest/sms"], 2, "refused ones as well");
    assert_eq!(seen["GET /nrs/api/rest/sms/{id}"], 2);
    assert_eq!(seen["GET /hubspot/crm/objects/2026-09/contacts/{id}"], 1);
    assert_eq!(seen["GET (no such route)"], 1);
}

#[tokio::test]
async fn messages_can_be_asked_for_by_number_in_order() {
    let world = World::new().await;
    for text in ["first", "second"] {
        let mut body = to("351912000001");
        body["message"] = json!(text);
        world.send(&body).await;
    }
    world.send(&to("34600000001")).await;
    let messages = world.read("/sandbox/messages?to=351912000001").await;
    let texts: Vec<_> = messages
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["text"])
        .collect();
    assert_eq!(texts, [&json!("first"), &json!("second")]);
    assert_eq!(
        world
            .read("/sandbox/messages")
            .await
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn switches_are_read_back_and_a_wrong_one_is_refused() {
    let world = World::new().await;
    let off = json!({"sms": "none", "report": "deliver", "crm": "none"});
    assert_eq!(world.read("/sandbox/faults").await, off);
    world
        .faults(&json!({"sms": "down", "report": "never"}))
        .await;
    let on = json!({"sms": "down", "report": "never", "crm": "none"});
    assert_eq!(world.read("/sandbox/faults").await, on);
    for wrong in [json!({"sms": "sulking"}), json!({"smss": "down"})] {
        let put = world.http.put(world.url("/sandbox/faults")).json(&wrong);
        assert_eq!(outcome(put).await.0, 422);
    }
    assert_eq!(world.read("/sandbox/faults").await, on);
}

#[tokio::test]
async fn a_reset_brings_everything_back_to_the_beginning() {
    let world = World::new().await;
    world.send(&to("351912000001")).await;
    world.faults(&json!({"sms": "down"})).await;
    let reset = world.http.post(world.url("/sandbox/reset"));
    assert_eq!(outcome(reset).await.0, 204);
    assert_eq!(world.read("/sandbox/messages").await, json!([]));
    assert_eq!(world.read("/sandbox/faults").await["sms"], "none");
    let seen = world.read("/sandbox/requests").await;
    assert!(seen.get("POST /nrs/api/rest/sms").is_none());
    assert_eq!(
        outcome(world.nrs_get("/account")).await.1["balance"],
        10_000
    );
}
