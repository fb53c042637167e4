//! Delivery reports, and the ways in which 360nrs fails.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{World, outcome, to};

/// A receiver of reports: what it was called with, and how it answers the next calls.
#[derive(Debug, Clone, Default)]
struct Receiver {
    calls: Arc<Mutex<Vec<String>>>,
    failures: Arc<Mutex<VecDeque<StatusCode>>>,
}

impl Receiver {
    /// Listens on a free port; the URL holds both placeholders.
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let app = Router::new()
            .route("/report/{id}", get(Self::take))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://127.0.0.1:{port}/report/17?state=%d&time=%t")
    }

    async fn take(State(own): State<Self>, RawQuery(query): RawQuery) -> StatusCode {
        let failure = own.failures.lock().expect("whole").pop_front();
        own.calls
            .lock()
            .expect("whole")
            .push(query.unwrap_or_default());
        failure.unwrap_or(StatusCode::OK)
    }

    /// The states reported, in order.
    fn states(&self) -> Vec<String> {
        let calls = self.calls.lock().expect("whole");
        let state = |call: &String| call.split('&').next().map(str::to_owned);
        calls.iter().filter_map(state).collect()
    }
}

/// A send that wants reports.
fn reported(url: &str) -> Value {
    let mut body = to("351912000001");
    body["notificationUrl"] = json!(url);
    body
}

#[tokio::test]
async fn a_delivered_message_is_reported_step_by_step_with_state_and_time() {
    let world = World::new().await;
    let receiver = Receiver::default();
    let url = receiver.start().await;
    world.send(&reported(&url)).await;
    let message = world
        .wait_for("351912000001", |one| one["state"] == "delivered")
        .await;
    assert_eq!(receiver.states(), ["state=8", "state=4", "state=1"]);
    let last = receiver.calls.lock().unwrap().last().cloned().unwrap();
    let time = last.split_once("time=").unwrap().1;
    assert!(
        time.starts_with("20") && time.len() == "2026-11-23+07:41:05".len(),
        "{time}"
    );
    assert_eq!(message["reports"][2]["acknowledged"], true);
}

#[tokio::test]
async fn every_recipient_gets_reports_of_its_own() {
    let world = World::new().await;
    let receiver = Receiver::default();
    let mut body = reported(&receiver.start().await);
    body["to"] = json!(["351912000001", "34600000001"]);
    world.send(&body).await;
    world
        .wait_for("351912000001", |one| one["state"] == "delivered")
        .await;
    world
        .wait_for("34600000001", |one| one["state"] == "delivered")
        .await;
    assert_eq!(receiver.states().len(), 6);
}

#[tokio::test]
async fn a_report_that_fails_is_made_again() {
    let world = World::new().await;
    let receiver = Receiver::default();
    receiver
        .failures
        .lock()
        .unwrap()
        .push_back(StatusCode::BAD_GATEWAY);
    let url = receiver.start().await;
    world.send(&reported(&url)).await;
    let message = world
        .wait_for("351912000001", |one| one["state"] == "delivered")
        .await;
    assert_eq!(
        receiver.states(),
        ["state=8", "state=8", "state=4", "state=1"]
    );
    assert_eq!(message["reports"][0]["attempts"], 2);
}

#[tokio::test]
async fn an_undeliverable_message_is_reported_and_never_on_the_phone() {
    let world = World::new().await;
    let receiver = Receiver::default();
    let url = receiver.start().await;
    world.faults(&json!({"report": "undeliverable"})).await;
    world.send(&reported(&url)).await;
    world
        .wait_for("351912000001", |one| one["state"] == "undelivered")
        .await;
    assert_eq!(receiver.states(), ["state=8", "state=4", "state=2"]);
    let page = world
        .get("/handset/351912000001")
        .await
        .text()
        .await
        .unwrap();
    assert!(!page.contains("data-message"));
}

#[tokio::test]
async fn reports_can_be_withheld() {
    let world = World::new().await;
    let receiver = Receiver::default();
    let url = receiver.start().await;
    world.faults(&json!({"report": "never"})).await;
    world.send(&reported(&url)).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(receiver.states().is_empty());
    let page = world
        .get("/handset/351912000001")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("data-message"),
        "the phone has it all the same"
    );
}

#[tokio::test]
async fn a_reset_stops_reports_that_are_under_way() {
    let world = World::new().await;
    let receiver = Receiver::default();
    let url = receiver.start().await;
    world.send(&reported(&url)).await;
    world
        .http
        .post(world.url("/sandbox/reset"))
        .send()
        .await
        .unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(receiver.states().is_empty());
}

#[tokio::test]
async fn each_fault_of_a_send_looks_as_the_provider_would() {
    let world = World::new().await;
    for (fault, status, code) in [
        ("refused_credentials", 401, json!(103)),
        ("no_credit", 402, json!(111)),
        ("internal_error", 500, json!(101)),
        ("too_many", 429, json!(101)),
        ("down", 503, Value::Null),
    ] {
        world.faults(&json!({"sms": fault})).await;
        let (got, answer) = world.send(&to("351912000001")).await;
        assert_eq!((got, &answer["error"]["code"]), (status, &code), "{fault}");
    }
    world.faults(&json!({})).await;
    assert_eq!(world.read("/sandbox/messages").await, json!([]));
    assert_eq!(world.send(&to("351912000001")).await.0, 202);
}

#[tokio::test]
async fn the_account_tells_of_the_faults_that_concern_it() {
    let world = World::new().await;
    for (fault, status) in [
        ("refused_credentials", 401),
        ("down", 503),
        ("no_credit", 200),
    ] {
        world.faults(&json!({"sms": fault})).await;
        let (got, answer) = outcome(world.nrs_get("/account")).await;
        assert_eq!(got, status, "{fault}");
        if fault == "no_credit" {
            assert_eq!(answer["balance"], 0);
        }
    }
}

#[tokio::test]
async fn a_lost_answer_means_accepted_and_a_broken_connection() {
    let world = World::new().await;
    world.faults(&json!({"sms": "lost_answer"})).await;
    let broken = world.sms(&to("351912000001")).send().await;
    assert!(broken.is_err_and(|error| !error.is_connect()));
    let messages = world.read("/sandbox/messages?to=351912000001").await;
    assert_eq!(messages.as_array().unwrap().len(), 1);
}
