//! Phone calls: what is accepted, how they go, and what is told of them.

use std::sync::{Arc, Mutex};

use axum::extract::{RawQuery, State};
use axum::routing::{get, post};
use axum::{Form, Router};
use reqwest::Method;
use septet_sandbox::{NRS_PASSWORD, NRS_USERNAME};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::support::{World, outcome, to};

const INES: &str = "351912000001";
const INIGO: &str = "34600000001";

/// The fields of a call-back.
type Fields = Vec<(String, String)>;

/// Whoever 360nrs tells.
#[derive(Debug, Clone, Default)]
struct Listener {
    states: Arc<Mutex<Vec<String>>>,
    events: Arc<Mutex<Vec<Fields>>>,
}

impl Listener {
    /// Listens on a free port; answers its address.
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let app = Router::new()
            .route("/report", get(Self::report))
            .route("/account", post(Self::event))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://127.0.0.1:{port}")
    }

    async fn report(State(own): State<Self>, RawQuery(query): RawQuery) {
        let state = query.unwrap_or_default().replace("state=", "");
        own.states.lock().expect("whole").push(state);
    }

    async fn event(State(own): State<Self>, Form(form): Form<Fields>) {
        own.events.lock().expect("whole").push(form);
    }

    fn states(&self) -> Vec<String> {
        self.states.lock().expect("whole").clone()
    }

    /// Channel, event and key of everything that the account was told.
    fn events(&self) -> Vec<String> {
        let events = self.events.lock().expect("whole");
        let short = |form: &Fields| {
            let words = ["channel", "event", "key"].map(|name| field(form, name));
            words.join(" ").trim().to_owned()
        };
        events.iter().map(short).collect()
    }

    fn last(&self) -> Fields {
        let events = self.events.lock().expect("whole");
        events.last().cloned().expect("an event")
    }
}

fn field(form: &[(String, String)], name: &str) -> String {
    let found = form.iter().find(|(field, _)| field == name);
    found.map_or(String::new(), |(_, value)| value.clone())
}

/// A sandbox whose account may call; who answers is as said.
async fn calling(answering: &str) -> World {
    let world = World::new().await;
    let settings = json!({"voice": true, "ivr": true, "answering": answering, "second_ms": 4});
    set(&world, &settings).await;
    world
}

async fn set(world: &World, settings: &Value) {
    let put = world.http.put(world.url("/sandbox/voice")).json(settings);
    assert_eq!(outcome(put).await.0, 200, "{settings}");
}

async fn order(world: &World, kind: &str, body: &Value) -> (u16, Value) {
    let post = world.http.post(world.url(&format!("/nrs/api/rest/{kind}")));
    let post = post.basic_auth(NRS_USERNAME, Some(NRS_PASSWORD));
    outcome(post.json(body)).await
}

fn spoken(number: &str) -> Value {
    json!({
        "to": [number], "from": "351210000000", "message": "Olá, Inês",
        "language": "pt_PT", "gender": "F", "campaignName": "calls",
    })
}

fn interactive(number: &str) -> Value {
    let mut body = spoken(number);
    body["message"] = json!("Prima 1, 2, 3 ou 9");
    body["timeout"] = json!(5);
    body["repeats"] = json!(1);
    body["wrongKey"] = json!({"message": "Não percebi"});
    body["noKey"] = json!({"message": "Está aí?"});
    body["keys"] = json!({
        "1": {"action": "play", "message": "Das 9 às 18"},
        "2": {"action": "sms", "message": "Vai a caminho", "sms": {
            "from": "Septet", "message": "Rua Nova, 1", "encoding": "gsm-pt", "parts": 1,
        }},
        "3": {"action": "transfer", "audioUrl": "https://example.com/a.mp3",
              "to": "351210000001", "from": "351210000000"},
        "9": {"action": "unsubscribe"},
    });
    body
}

/// Makes a call that wants to be told of; answers its id.
async fn placed(world: &World, kind: &str, mut body: Value, listener: &Listener) -> String {
    let url = listener.start().await;
    let callback = json!({"url": format!("{url}/account")});
    let put = world.http.put(world.url("/sandbox/callback"));
    assert_eq!(outcome(put.json(&callback)).await.0, 204);
    body["notificationUrl"] = json!(format!("{url}/report?state=%d"));
    let (status, answer) = order(world, kind, &body).await;
    assert_eq!(status, 202, "{answer}");
    answer["result"][0]["id"].as_str().expect("text").to_owned()
}

/// The same, once it rings.
async fn ringing(world: &World, kind: &str, body: Value, listener: &Listener) -> String {
    let id = placed(world, kind, body, listener).await;
    until(world, &id, |call| call["state"] == "ringing").await;
    id
}

/// A call, once its condition holds.
async fn until(world: &World, id: &str, holds: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..500 {
        let call = world.read(&format!("/sandbox/voice/calls/{id}")).await;
        if holds(&call) {
            return call;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let call = world.read(&format!("/sandbox/voice/calls/{id}")).await;
    panic!("not so: {call}");
}

async fn eventually(holds: impl Fn() -> bool) -> bool {
    for _ in 0..500 {
        if holds() {
            return true;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    false
}

async fn act(world: &World, id: &str, what: &str) -> (u16, Value) {
    let url = world.url(&format!("/sandbox/voice/calls/{id}/{what}"));
    outcome(world.http.request(Method::POST, url)).await
}

async fn press(world: &World, id: &str, key: &str) -> (u16, Value) {
    let url = world.url(&format!("/sandbox/voice/calls/{id}/press"));
    outcome(world.http.post(url).json(&json!({"key": key}))).await
}

/// The last things that happened in a call, in short.
fn happened(call: &Value) -> Vec<String> {
    let log = call["log"].as_array().expect("a list");
    let short = |entry: &Value| {
        let text = |pointer: &str| entry.pointer(pointer)?.as_str().map(str::to_owned);
        let detail = ["/narration/message", "/narration/audio_url", "/key", "/to"];
        let detail = detail.into_iter().find_map(text);
        let what = entry["what"].as_str().expect("text");
        detail.map_or(what.to_owned(), |detail| format!("{what} {detail}"))
    };
    log.iter().map(short).collect()
}

#[tokio::test]
async fn calls_are_refused_until_the_account_is_given_them() {
    let world = World::new().await;
    for (kind, body) in [("voice", spoken(INES)), ("ivr", interactive(INES))] {
        let (status, answer) = order(&world, kind, &body).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (403, &json!(114)),
            "{kind}"
        );
    }
    set(&world, &json!({"voice": true})).await;
    assert_eq!(order(&world, "voice", &spoken(INES)).await.0, 202);
    assert_eq!(order(&world, "ivr", &interactive(INES)).await.0, 403);
    set(&world, &json!({"ivr": true})).await;
    assert_eq!(order(&world, "voice", &spoken(INES)).await.0, 403);
    assert_eq!(order(&world, "ivr", &interactive(INES)).await.0, 202);
    let reset = world.http.post(world.url("/sandbox/reset"));
    assert_eq!(outcome(reset).await.0, 204);
    assert_eq!(order(&world, "ivr", &interactive(INES)).await.0, 403);
    assert_eq!(world.read("/sandbox/voice/calls").await, json!([]));
}

#[tokio::test]
async fn calls_are_accepted_with_ids_per_recipient_and_cost_a_part_each() {
    let world = calling("manual").await;
    let mut body = spoken(INES);
    body["to"] = json!([INES, "n/a", INIGO]);
    let (status, answer) = order(&world, "voice", &body).await;
    assert_eq!(status, 207);
    assert!(answer["campaignId"].is_u64() && answer["sendingId"].is_u64());
    assert_eq!(answer["result"][0]["accepted"], true);
    assert!(answer["result"][0]["id"].is_string());
    assert_eq!(
        answer["result"][1],
        json!({"accepted": false, "to": "n/a", "error":
               {"code": 102, "description": "No valid recipients"}})
    );
    assert_ne!(answer["result"][0]["id"], answer["result"][2]["id"]);
    let (_, account) = outcome(world.nrs_get("/account")).await;
    assert_eq!(account["balance"], 9_998);
    let calls = world
        .read(&format!("/sandbox/voice/calls?to={INIGO}"))
        .await;
    assert_eq!(calls[0]["id"], answer["result"][2]["id"]);
    let tally = world.read("/sandbox/tally").await;
    assert_eq!(tally["campaigns"]["calls"]["accepted"], 2);
}

#[tokio::test]
async fn what_is_not_known_is_refused_and_no_call_is_made() {
    let world = calling("manual").await;
    for (status, code, kind, field, value) in [
        (400, 101, "voice", "keys", json!({})),
        (400, 101, "voice", "expirationDate", json!("20261123074500")),
        (400, 102, "voice", "to", json!([])),
        (400, 104, "voice", "message", json!("")),
        (400, 107, "voice", "from", json!("Septet")),
        (400, 108, "voice", "scheduleDate", json!("tomorrow")),
        (
            400,
            109,
            "ivr",
            "notificationUrl",
            json!("https://example.com/"),
        ),
        (400, 101, "ivr", "timeout", json!(31)),
        (
            400,
            101,
            "ivr",
            "keys",
            json!({"#": {"action": "unsubscribe"}}),
        ),
    ] {
        let mut body = interactive(INES);
        if kind == "voice" {
            body = spoken(INES);
        }
        body[field] = value;
        let (got, answer) = order(&world, kind, &body).await;
        assert_eq!(
            (got, &answer["error"]["code"]),
            (status, &json!(code)),
            "{field}: {answer}"
        );
    }
    assert_eq!(world.read("/sandbox/voice/calls").await, json!([]));
}

#[tokio::test]
async fn the_faults_of_sends_strike_calls_as_well() {
    let world = calling("manual").await;
    for (fault, status, code) in [
        ("refused_credentials", 401, json!(103)),
        ("no_credit", 402, json!(111)),
        ("internal_error", 500, json!(101)),
        ("too_many", 429, json!(101)),
        ("down", 503, Value::Null),
    ] {
        world.faults(&json!({"sms": fault})).await;
        let (got, answer) = order(&world, "voice", &spoken(INES)).await;
        assert_eq!((got, &answer["error"]["code"]), (status, &code), "{fault}");
    }
    assert_eq!(world.read("/sandbox/voice/calls").await, json!([]));
    world.faults(&json!({"sms": "lost_answer"})).await;
    let post = world.http.post(world.url("/nrs/api/rest/voice"));
    let post = post.basic_auth(NRS_USERNAME, Some(NRS_PASSWORD));
    assert!(post.json(&spoken(INES)).send().await.is_err());
    let calls = world.read("/sandbox/voice/calls").await;
    assert_eq!(calls.as_array().unwrap().len(), 1, "accepted all the same");
}

#[tokio::test]
async fn the_sandbox_answers_a_phone_that_nobody_watches_and_the_call_ends() {
    let world = calling("auto").await;
    let listener = Listener::default();
    let id = placed(&world, "voice", spoken(INES), &listener).await;
    let call = until(&world, &id, |call| call["state"] == "ended").await;
    assert_eq!(call["ending"], "said");
    assert_eq!(
        happened(&call),
        ["rang", "answered", "said Olá, Inês", "ended"]
    );
    assert!(eventually(|| listener.states() == ["8", "1"]).await);
    assert!(eventually(|| listener.events() == ["VOICE sent", "VOICE delivered"]).await);
    let form = listener.last();
    assert_eq!(field(&form, "id"), id);
    assert_eq!(field(&form, "contactId"), INES);
    assert_eq!(field(&form, "campaignName"), "calls");
    let (_, sendings) = outcome(world.nrs_get("/sendings")).await;
    assert_eq!(sendings["data"][0]["status"], "FINISHED");
}

#[tokio::test]
async fn a_menu_that_nobody_answers_repeats_and_ends_by_itself() {
    let world = calling("auto").await;
    let listener = Listener::default();
    let id = placed(&world, "ivr", interactive(INES), &listener).await;
    let call = until(&world, &id, |call| call["state"] == "ended").await;
    assert_eq!(call["ending"], "no_key");
    assert_eq!(
        happened(&call)[2..],
        [
            "said Prima 1, 2, 3 ou 9",
            "no_key",
            "said Está aí?",
            "said Prima 1, 2, 3 ou 9",
            "no_key",
            "said Está aí?",
            "ended",
        ]
    );
}

#[tokio::test]
async fn a_watched_phone_is_left_to_whoever_watches() {
    let world = calling("auto").await;
    set(&world, &json!({"voice": true, "second_ms": 20})).await;
    let watching = world.get(&format!("/handset/events?phone={INES}")).await;
    let mut body = spoken(INES);
    body["to"] = json!([INES, INIGO]);
    let (_, answer) = order(&world, "voice", &body).await;
    let ids = [0, 1].map(|place: usize| answer["result"][place]["id"].as_str().expect("text"));
    let unwatched = until(&world, ids[1], |call| call["state"] == "ended").await;
    assert_eq!(unwatched["ending"], "said");
    let watched = until(&world, ids[0], |call| call["state"] == "ended").await;
    assert_eq!(watched["ending"], "not_answered");
    drop(watching);
}

#[tokio::test]
async fn who_does_not_answer_is_rung_again_and_told_of_once() {
    let world = calling("manual").await;
    let listener = Listener::default();
    let slower = json!({"voice": true, "answering": "manual", "second_ms": 100});
    set(&world, &slower).await;
    let mut body = spoken(INES);
    body["retries"] = json!(1);
    let id = ringing(&world, "voice", body, &listener).await;
    assert_eq!(act(&world, &id, "decline").await.1["state"], "waiting");
    assert_eq!(act(&world, &id, "answer").await.0, 409);
    let again = until(&world, &id, |call| call["state"] == "ringing").await;
    assert_eq!(again["rings"], 2);
    let (_, over) = act(&world, &id, "time-out").await;
    assert_eq!(over["ending"], "not_answered");
    assert_eq!(
        happened(&over),
        ["rang", "declined", "rang", "not_answered", "ended"]
    );
    assert!(eventually(|| listener.states() == ["8", "2"]).await);
    assert!(eventually(|| listener.events() == ["VOICE sent", "VOICE rejected"]).await);
}

#[tokio::test]
async fn what_the_network_rejects_never_rings() {
    let world = calling("manual").await;
    world.faults(&json!({"report": "undeliverable"})).await;
    let listener = Listener::default();
    let id = placed(&world, "voice", spoken(INES), &listener).await;
    let call = until(&world, &id, |call| call["state"] == "ended").await;
    assert_eq!(
        (&call["ending"], &call["rings"]),
        (&json!("rejected"), &json!(0))
    );
    assert!(eventually(|| listener.states() == ["8", "16"]).await);
    let page = world.get(&format!("/handset/{INES}")).await;
    assert!(!page.text().await.unwrap().contains("data-called"));
}

#[tokio::test]
async fn a_key_plays_and_leads_back_to_the_menu() {
    let world = calling("manual").await;
    let listener = Listener::default();
    let id = ringing(&world, "ivr", interactive(INES), &listener).await;
    let (_, call) = act(&world, &id, "answer").await;
    assert_eq!(
        (&call["state"], &call["hears_keys"]),
        (&json!("speaking"), &json!(true))
    );
    let (status, call) = press(&world, &id, "1").await;
    assert_eq!(status, 200);
    assert_eq!(
        happened(&call)[3..],
        ["pressed 1", "said Das 9 às 18", "said Prima 1, 2, 3 ou 9"]
    );
    until(&world, &id, |call| call["state"] == "listening").await;
    assert_eq!(press(&world, &id, "A").await.0, 422);
    let (_, call) = press(&world, &id, "7").await;
    assert_eq!(call["repeats_left"], 0);
    assert_eq!(
        happened(&call)[6..],
        ["pressed 7", "said Não percebi", "said Prima 1, 2, 3 ou 9"]
    );
    assert_eq!(act(&world, &id, "hang-up").await.1["ending"], "hung_up");
    assert_eq!(press(&world, &id, "1").await.0, 409);
    let expected = [
        "VOICE sent",
        "VOICE delivered",
        "VOICE key_pressed 1",
        "VOICE key_pressed 7",
    ];
    assert!(eventually(|| listener.events() == expected).await);
    assert_eq!(listener.states(), ["8", "1"]);
}

#[tokio::test]
async fn a_key_sends_a_message_to_the_phone_which_is_told_of_under_its_own_id() {
    let world = calling("manual").await;
    let listener = Listener::default();
    let id = ringing(&world, "ivr", interactive(INES), &listener).await;
    act(&world, &id, "answer").await;
    let (_, call) = press(&world, &id, "2").await;
    assert_eq!(
        happened(&call)[3..],
        ["pressed 2", "said Vai a caminho", "sms"]
    );
    let message = world
        .wait_for(INES, |one| one["state"] == "delivered")
        .await;
    assert_eq!(message["text"], "Rua Nova, 1");
    assert_eq!(message["from"], "Septet");
    assert_eq!(message["call_id"], *id);
    assert_eq!(message["sending_id"], call["sending_id"]);
    let call = until(&world, &id, |call| call["state"] == "ended").await;
    assert_eq!(call["ending"], "sms");
    let expected = [
        "VOICE sent",
        "VOICE delivered",
        "VOICE key_pressed 2",
        "SMS sent",
        "SMS delivered",
    ];
    assert!(eventually(|| listener.events() == expected).await);
    let form = listener.last();
    assert_eq!(field(&form, "callId"), id);
    assert_eq!(json!(field(&form, "id")), message["id"]);
    assert_eq!(field(&form, "campaignName"), "calls");
    let (_, sendings) = outcome(world.nrs_get("/sendings")).await;
    let sendings = sendings["data"].as_array().unwrap().clone();
    assert_eq!(sendings.len(), 1, "the message is no send of its own");
    assert_eq!(sendings[0]["events"]["delivered"], 1);
    let tally = world.read("/sandbox/tally").await;
    assert_eq!(
        (&tally["accepted"], &tally["doubled"]),
        (&json!(1), &json!(0))
    );
    let (_, account) = outcome(world.nrs_get("/account")).await;
    assert_eq!(account["balance"], 9_998);
}

#[tokio::test]
async fn keys_transfer_and_unsubscribe_and_end_the_call() {
    for (key, ending, event) in [
        ("3", "transferred", "VOICE transferred 3"),
        ("9", "unsubscribed", "VOICE unsubscribed 9"),
    ] {
        let world = calling("manual").await;
        let listener = Listener::default();
        let id = ringing(&world, "ivr", interactive(INES), &listener).await;
        act(&world, &id, "answer").await;
        press(&world, &id, key).await;
        let call = until(&world, &id, |call| call["state"] == "ended").await;
        assert_eq!(call["ending"], ending);
        assert!(eventually(|| listener.events().last().is_some_and(|last| last == event)).await);
    }
}

#[tokio::test]
async fn nobody_is_told_where_reports_are_withheld() {
    let world = calling("manual").await;
    world.faults(&json!({"report": "never"})).await;
    let listener = Listener::default();
    let id = ringing(&world, "voice", spoken(INES), &listener).await;
    act(&world, &id, "answer").await;
    until(&world, &id, |call| call["state"] == "ended").await;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(listener.states().is_empty() && listener.events().is_empty());
}

#[tokio::test]
async fn a_scheduled_call_waits_for_its_time() {
    let world = calling("manual").await;
    let mut body = spoken(INES);
    body["scheduleDate"] = json!("20991231235959");
    let (_, answer) = order(&world, "voice", &body).await;
    let id = answer["result"][0]["id"].as_str().unwrap();
    let call = world.read(&format!("/sandbox/voice/calls/{id}")).await;
    assert_eq!(call["state"], "waiting");
    assert_eq!(act(&world, id, "time-out").await.1["state"], "ringing");
}

#[tokio::test]
async fn switching_to_auto_answers_what_still_rings() {
    let world = calling("manual").await;
    let listener = Listener::default();
    let id = ringing(&world, "voice", spoken(INES), &listener).await;
    set(&world, &json!({"answering": "auto", "second_ms": 4})).await;
    let call = until(&world, &id, |call| call["state"] == "ended").await;
    assert_eq!(call["ending"], "said");
}

#[tokio::test]
async fn calls_that_do_not_exist_and_acts_that_do_not_are_not_found() {
    let world = calling("manual").await;
    let listener = Listener::default();
    let id = ringing(&world, "voice", spoken(INES), &listener).await;
    assert_eq!(act(&world, "1", "answer").await.0, 404);
    assert_eq!(act(&world, &id, "sing").await.0, 404);
    let wrong = json!({"answering": "perhaps"});
    let put = world.http.put(world.url("/sandbox/voice")).json(&wrong);
    assert_eq!(outcome(put).await.0, 422);
}

#[tokio::test]
async fn the_handset_rings_is_answered_pressed_on_and_remembers() {
    let world = calling("manual").await;
    let listener = Listener::default();
    let id = ringing(&world, "ivr", interactive(INES), &listener).await;
    let page = async |path: &str| {
        let request = world.http.get(world.url(path));
        let request = request.header("accept-language", "en");
        request.send().await.unwrap().text().await.unwrap()
    };
    world.send(&to(INIGO)).await;
    let list = page("/handset").await;
    assert!(list.contains("Incoming call") && list.contains(r#"class="dot""#));
    let place = |number: &str| list.find(&format!(r#"data-number="{number}""#));
    assert!(place(INES) < place(INIGO), "what rings comes first");
    let phone = format!("/handset/{INES}");
    let open = page(&phone).await;
    for expected in ["+351210000000", "Answer", "Decline"] {
        assert!(open.contains(expected), "{expected}");
    }
    let hand = async |what: &str, form: &[(&str, &str)]| {
        let url = world.url(&format!("/handset/calls/{id}/{what}"));
        let answer = world.http.post(url).form(form).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["location"], *phone);
    };
    hand("answer", &[]).await;
    let talking = page(&phone).await;
    assert!(talking.contains(r#"data-say="Prima 1, 2, 3 ou 9""#));
    assert!(talking.contains(r#"data-lang="pt-PT""#) && talking.contains("key-#"));
    hand("press", &[("key", "3")]).await;
    let call = until(&world, &id, |call| call["state"] == "ended").await;
    assert_eq!(call["ending"], "transferred");
    // Too late, and no harm.
    hand("press", &[("key", "1")]).await;
    let after = page(&phone).await;
    for expected in [
        "Interactive call: transferred",
        "Transferred to +351210000001.",
        "https://example.com/a.mp3",
        "rang once",
    ] {
        assert!(after.contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn the_page_s_switches_give_the_account_its_calls() {
    let world = World::new().await;
    let form = [("voice", "true"), ("ivr", "false"), ("answering", "manual")];
    let post = world.http.post(world.url("/handset/calling")).form(&form);
    assert_eq!(post.send().await.unwrap().status(), 303);
    let settings = world.read("/sandbox/voice").await;
    assert_eq!(
        settings,
        json!({"voice": true, "ivr": false, "answering": "manual", "second_ms": null})
    );
}

#[tokio::test]
async fn a_message_without_a_call_says_so() {
    let world = World::new().await;
    world.send(&to(INES)).await;
    let message = world.wait_for(INES, |_| true).await;
    assert_eq!(message["call_id"], Value::Null);
}

#[tokio::test]
async fn chance_strikes_the_reports_of_calls_as_well() {
    for (chances, expected) in [
        (json!({"report_doubled": 1000}), vec!["8", "8", "1", "1"]),
        (json!({"report_dropped": 1000}), vec![]),
    ] {
        let world = calling("manual").await;
        let put = world.http.put(world.url("/sandbox/chances")).json(&chances);
        assert_eq!(outcome(put).await.0, 200);
        let listener = Listener::default();
        let id = ringing(&world, "voice", spoken(INES), &listener).await;
        act(&world, &id, "answer").await;
        until(&world, &id, |call| call["state"] == "ended").await;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert!(
            eventually(|| listener.states() == expected).await,
            "{chances}"
        );
    }
}

#[tokio::test]
async fn the_judge_s_books_have_calls_with_who_asked_for_them_and_what_they_heard() {
    let world = calling("auto").await;
    let url = Listener::default().start().await;
    let mut body = spoken(INES);
    body["notificationUrl"] = json!(format!("{url}/report?state=%d"));
    let post = world.http.post(world.url("/nrs/by/first/api/rest/voice"));
    let post = post.basic_auth(NRS_USERNAME, Some(NRS_PASSWORD));
    assert_eq!(outcome(post.json(&body)).await.0, 202);
    for _ in 0..500 {
        let calls = world.read("/sandbox/calls?campaign=calls").await;
        if calls[0]["heard"] == json!([8, 1]) {
            assert_eq!(calls[0]["caller"], "first");
            assert_eq!(calls[0]["to"], INES);
            assert_eq!(calls[0]["taken"], true);
            assert!(calls[0]["answered_at"].is_i64());
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("not told");
}

#[tokio::test]
async fn calls_are_forgotten_at_their_end_where_nothing_is_kept() {
    let world = calling("auto").await;
    let keep = json!({"texts": false});
    let put = world.http.put(world.url("/sandbox/keep")).json(&keep);
    assert_eq!(outcome(put).await.0, 200);
    assert_eq!(order(&world, "voice", &spoken(INES)).await.0, 202);
    for _ in 0..500 {
        if world.read("/sandbox/voice/calls").await == json!([]) {
            let tally = world.read("/sandbox/tally").await;
            assert_eq!(tally["accepted"], 1);
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("still there");
}
