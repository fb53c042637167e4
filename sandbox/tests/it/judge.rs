//! Counting, faults by chance, and crowds: what load and crash tests rest on.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawForm, State};
use axum::routing::post;
use septet_sandbox::{NRS_PASSWORD, NRS_USERNAME};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::{BOOKSHOP, World, outcome, to};

async fn put(world: &World, path: &str, body: Value) -> (u16, Value) {
    outcome(world.http.put(world.url(path)).json(&body)).await
}

async fn post_to(world: &World, path: &str, body: Value) -> (u16, Value) {
    outcome(world.http.post(world.url(path)).json(&body)).await
}

#[tokio::test]
async fn a_number_that_gets_a_message_twice_is_told_by_the_tally() {
    let world = World::new().await;
    let mut body = to("351910000001");
    body["campaignName"] = json!("Outono");
    world.send(&body).await;
    assert_eq!(world.read("/sandbox/tally").await["doubled"], 0);
    world.send(&body).await;
    let tally = world.read("/sandbox/tally?numbers=true").await;
    assert_eq!(tally["doubled"], 1, "{tally}");
    assert_eq!(tally["campaigns"]["Outono"]["accepted"], 2);
    assert_eq!(tally["each"][0]["to"], "351910000001");
}

#[tokio::test]
async fn what_is_only_counted_is_not_kept() {
    let world = World::new().await;
    put(&world, "/sandbox/keep", json!({"texts": false})).await;
    assert_eq!(world.send(&to("351910000001")).await.0, 202);
    assert_eq!(world.read("/sandbox/messages").await, json!([]));
    assert_eq!(world.read("/sandbox/tally").await["accepted"], 1);
}

#[tokio::test]
async fn every_call_is_written_down_with_what_became_of_it() {
    for (how, status, accepted) in [
        ("cut_unread", None, 0),
        ("cut_untaken", None, 0),
        ("cut_taken", None, 1),
        ("error_500", Some(500), 0),
        ("error_502", Some(502), 0),
        ("error_503", Some(503), 0),
        ("error_taken", Some(502), 1),
        ("garbled", Some(202), 1),
    ] {
        let world = World::new().await;
        put(&world, "/sandbox/chances", json!({how: 1000})).await;
        let answer = world.sms(&to("351910000001")).send().await;
        let found = answer.ok().map(|answer| answer.status().as_u16());
        assert_eq!(found, status, "{how}");
        let tally = world.read("/sandbox/tally").await;
        assert_eq!(tally["accepted"], accepted, "{how}");
        let call = &world.read("/sandbox/calls").await[0];
        assert_eq!(call["to"], "351910000001", "{how}");
        assert_eq!(call["how"], how);
        assert_eq!(call["taken"], accepted == 1, "{how}");
        assert!(call["answered_at"].is_null(), "{how}: no plain answer");
    }
}

#[tokio::test]
async fn a_call_tells_who_made_it_and_when_its_answer_had_left() {
    let world = World::new().await;
    let url = world.url("/nrs/by/third/api/rest/sms");
    let call = world
        .http
        .post(url)
        .basic_auth(NRS_USERNAME, Some(NRS_PASSWORD));
    assert_eq!(outcome(call.json(&to("351910000001"))).await.0, 202);
    let call = &world.read("/sandbox/calls").await[0];
    assert_eq!(call["caller"], "third");
    assert!(
        call["answered_at"].as_i64() >= call["at"].as_i64(),
        "{call}"
    );
}

#[tokio::test]
async fn who_comes_too_often_may_be_told_when_to_come_again() {
    for (how, later) in [("too_many", None), ("too_many_later", Some("1"))] {
        let world = World::new().await;
        put(&world, "/sandbox/chances", json!({how: 1000})).await;
        let answer = world.sms(&to("351910000001")).send().await.unwrap();
        assert_eq!(answer.status(), 429);
        let header = answer.headers().get("retry-after");
        assert_eq!(header.map(|value| value.to_str().unwrap()), later);
        let call = &world.read("/sandbox/calls").await[0];
        assert_eq!(call["how"], how);
        assert_eq!(call["taken"], false);
    }
}

#[tokio::test]
async fn a_wrong_chance_is_refused() {
    let world = World::new().await;
    assert_eq!(
        put(&world, "/sandbox/chances", json!({"cut": 5})).await.0,
        422
    );
}

/// The forms that the account's call-back got, one by one.
async fn callback(world: &World) -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let take = async |State(sender): State<mpsc::UnboundedSender<String>>,
                      RawForm(form): RawForm| {
        let _ = sender.send(String::from_utf8_lossy(&form).into_owned());
    };
    let app = Router::new()
        .route("/events", post(take))
        .with_state(sender);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let url = format!("http://localhost:{port}/events");
    assert_eq!(
        put(world, "/sandbox/callback", json!({ "url": url }))
            .await
            .0,
        204
    );
    receiver
}

async fn next(forms: &mut mpsc::UnboundedReceiver<String>) -> String {
    let form = tokio::time::timeout(Duration::from_secs(5), forms.recv());
    form.await.expect("in time").expect("a form")
}

#[tokio::test]
async fn the_account_is_told_of_events_beside_the_reports() {
    let world = World::new().await;
    let mut forms = callback(&world).await;
    let mut body = to("351910000001");
    body["campaignName"] = json!("Outono");
    let (_, answer) = world.send(&body).await;
    let (sent, delivered) = (next(&mut forms).await, next(&mut forms).await);
    let id = answer["result"][0]["id"].as_str().unwrap();
    let campaign = &answer["campaignId"];
    let expected = |event: &str| {
        format!(
            "id={id}&channel=SMS&event={event}&contactId=351910000001&campaignId={campaign}&campaignName=Outono"
        )
    };
    assert_eq!([sent, delivered], [expected("sent"), expected("delivered")]);
    let elsewhere = json!({"url": "https://example.com/"});
    assert_eq!(put(&world, "/sandbox/callback", elsewhere).await.0, 422);
}

#[tokio::test]
async fn reports_come_doubled_early_reversed_or_not_at_all() {
    for (chances, expected) in [
        (
            json!({"report_doubled": 1000}),
            vec!["sent", "sent", "delivered", "delivered"],
        ),
        (json!({"report_reordered": 1000}), vec!["delivered", "sent"]),
    ] {
        let world = World::new().await;
        let mut forms = callback(&world).await;
        put(&world, "/sandbox/chances", chances).await;
        world.send(&to("351910000001")).await;
        for event in expected {
            let form = next(&mut forms).await;
            assert!(form.contains(&format!("event={event}&")), "{form}");
        }
    }
    let world = World::reporting_after(Duration::from_secs(60)).await;
    let mut forms = callback(&world).await;
    put(
        &world,
        "/sandbox/chances",
        json!({"report_early": 1000, "report_reordered": 1000}),
    )
    .await;
    world.send(&to("351910000001")).await;
    assert!(forms.try_recv().is_ok(), "before the answer");
    put(&world, "/sandbox/chances", json!({"report_dropped": 1000})).await;
    world.send(&to("351910000002")).await;
    assert!(forms.try_recv().is_err());
}

#[tokio::test]
async fn reports_that_are_held_back_are_made_when_they_are_released() {
    let world = World::new().await;
    let mut forms = callback(&world).await;
    put(&world, "/sandbox/keep", json!({"reports": true})).await;
    world.send(&to("351910000001")).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(forms.try_recv().is_err());
    let how = json!({"states": [4, 1], "at_once": 2});
    let (_, released) = post_to(&world, "/sandbox/release", how).await;
    assert_eq!(released["made"], 2, "{released}");
    assert!(next(&mut forms).await.contains("event=sent&"));
    assert!(next(&mut forms).await.contains("event=delivered&"));
}

#[tokio::test]
async fn a_crowd_is_a_list_of_as_many_contacts_as_wanted_with_numbers_of_their_own() {
    let world = World::new().await;
    let new = json!({"portal": 24_001_001, "contacts": 1_000_000});
    let (status, made) = post_to(&world, "/sandbox/crowd", new).await;
    assert_eq!(status, 200, "{made}");
    let more = json!({"portal": 24_001_001, "contacts": 251});
    let (_, made) = post_to(&world, "/sandbox/crowd", more).await;
    let list = made["list"].as_str().unwrap();
    let crm = world.crm(BOOKSHOP).await;

    let path = format!("/crm/lists/2026-09/{list}/memberships?limit=250");
    let (_, first) = crm.get(&path).await;
    assert_eq!(first["total"], 251);
    let after = first["paging"]["next"]["after"].as_str().unwrap();
    let (_, second) = crm.get(&format!("{path}&after={after}")).await;
    assert!(second["paging"].is_null(), "{second}");
    let ids = [&first, &second]
        .into_iter()
        .flat_map(|page| page["results"].as_array().unwrap());
    let ids: Vec<Value> = ids.map(|one| json!({"id": one["recordId"]})).collect();
    assert_eq!(ids.len(), 251);

    let mut numbers = BTreeSet::new();
    for ids in ids.chunks(100) {
        let batch =
            json!({"inputs": ids, "properties": ["mobilephone"], "propertiesWithHistory": []});
        let (_, read) = crm
            .post("/crm/objects/2026-09/contacts/batch/read", &batch)
            .await;
        for contact in read["results"].as_array().unwrap() {
            numbers.insert(contact["properties"]["mobilephone"].to_string());
        }
    }
    assert_eq!(numbers.len(), 251);
}
