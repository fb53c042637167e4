//! What 360nrs tells: delivery reports of one message each, and the call-back of the account.
//!
//! - `GET /hooks/360nrs/{portal}/{secret}/{message}?state=%d&time=%t`
//! - `POST /hooks/360nrs/{portal}/{secret}`, a form of `id`, `channel`, `event`,
//!   `contactId`, `campaignId`, `campaignName`, and for an answer its words
//!
//! 360nrs signs nothing, so the addresses hold secrets. Both come twice and in
//! any order; what they mean is core's to say, and a value nobody knows is kept
//! and otherwise ignored.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use septet_core::delivery::Report;
use serde::Deserialize;

use crate::app::App;
use crate::callbacks;
use crate::failpoint::failpoint;
use crate::store::{Callback, Entry, Event};

/// Most characters of a value that are kept.
const MAX_CODE: usize = 32;
/// Most characters of ids at 360nrs.
const MAX_ID: usize = 64;
/// And of the names of campaigns, which are shorter.
const MAX_NAME: usize = 256;
/// And of what somebody has answered.
const MAX_ANSWER: usize = 1_000;
/// **Open:** in which field 360nrs tells what somebody has answered is not public; these are
/// looked at, in this order.
const ANSWERS: [&str; 4] = ["text", "message", "response", "body"];
/// Digits of the longest number, and what may stand between them.
const MAX_NUMBER: usize = 32;

#[derive(Deserialize)]
pub(super) struct Query360 {
    #[serde(default)]
    state: String,
}

pub(super) async fn report(
    State(app): State<App>,
    Path((portal, secret, message)): Path<(String, String, String)>,
    Query(query): Query<Query360>,
) -> StatusCode {
    let portal = portal.parse().ok();
    let Some(portal) = portal.filter(|portal| app.keys.is_report_secret(*portal, &secret)) else {
        return StatusCode::NOT_FOUND;
    };
    let Ok(message) = message.parse::<i64>() else {
        return StatusCode::OK;
    };
    let report = query.state.parse().ok().and_then(Report::from_code);
    let code: String = query.state.chars().take(MAX_CODE).collect();
    if report.is_none() {
        tracing::warn!("a delivery report with an unknown state was kept");
    }
    let known = report.is_some();
    let entry = Entry {
        message,
        worker: None,
        event: Event::Report {
            portal,
            code,
            report,
        },
    };
    failpoint!("report_before_commit");
    // 360nrs comes again with what it could not hand over.
    if app.writer.write(entry).await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    app.metrics.reported(known);
    failpoint!("report_after_commit");
    StatusCode::OK
}

pub(super) async fn account(
    State(app): State<App>,
    Path((portal, secret)): Path<(String, String)>,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> StatusCode {
    let portal = portal.parse().ok();
    let Some(portal) = portal.filter(|portal| app.keys.is_callback_secret(*portal, &secret)) else {
        return StatusCode::NOT_FOUND;
    };
    let fields = match form {
        Ok(Form(fields)) => fields,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return StatusCode::PAYLOAD_TOO_LARGE;
        }
        // Sent again, it would be no better.
        Err(_) => Vec::new(),
    };
    let callback = read(portal, &fields);
    if callback.provider_id.is_empty() || callback.event.is_empty() {
        tracing::warn!("a call-back about no message was ignored");
        return StatusCode::OK;
    }
    match callbacks::receive(&app, &callback).await {
        Ok(()) => StatusCode::OK,
        Err(error) => {
            tracing::error!(%error, "a call-back could not be taken");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

fn read(portal: u64, fields: &[(String, String)]) -> Callback {
    let field = |name: &str, most: usize| -> String {
        let found = fields.iter().find(|(field, _)| field == name);
        let value = found.map_or("", |(_, value)| value.trim());
        // PostgreSQL keeps no zero bytes.
        value
            .chars()
            .filter(|letter| *letter != '\0')
            .take(most)
            .collect()
    };
    let mut phone = field("contactId", MAX_NUMBER);
    phone.retain(|letter| letter.is_ascii_digit());
    Callback {
        portal,
        provider_id: field("id", MAX_ID),
        event: field("event", MAX_CODE),
        campaign_name: field("campaignName", MAX_NAME),
        phone,
        said: ANSWERS
            .iter()
            .map(|name| field(name, MAX_ANSWER))
            .find(|said| !said.is_empty())
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::app::callback_url;
    use crate::store::Store;
    use crate::testing::{BOOKSHOP, Browser, CLINIC, World, draft, eventually};

    #[tokio::test]
    async fn whoever_reads_the_database_cannot_report() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("septet.db")).await.unwrap();
        let world = World::with_store(store).await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        world
            .campaign_when(&browser, &id, |campaign| {
                campaign["counts"]["delivered"] == 2
            })
            .await;
        let messages = world.ask_sandbox("/sandbox/messages").await;
        let address = messages[0]["notification_url"].as_str().unwrap();
        let secret = address.split('/').find(|part| part.len() >= 43).unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap().path();
            let content = std::fs::read(&file).unwrap();
            let mut places = content.windows(secret.len());
            assert!(!places.any(|place| place == secret.as_bytes()), "{file:?}");
        }
    }

    /// Tells as 360nrs does; the status.
    async fn told(world: &World, url: &str, form: &[(&str, &str)]) -> u16 {
        let path = url.strip_prefix(&world.url).unwrap();
        let request = world.browser().request(reqwest::Method::POST, path);
        request.form(form).send().await.unwrap().status().as_u16()
    }

    fn address(world: &World) -> String {
        callback_url(&world.url, &world.app.keys, BOOKSHOP)
    }

    /// A campaign whose two messages were accepted; ids at 360nrs and our recipients.
    async fn accepted(world: &World) -> (Browser, String, Vec<String>) {
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let accepted = |campaign: &Value| campaign["counts"]["accepted"] == 2;
        world.campaign_when(&browser, &id, accepted).await;
        let messages = world.ask_sandbox("/sandbox/messages").await;
        let messages = messages.as_array().unwrap().iter();
        let ids = messages.map(|message| match &message["id"] {
            Value::String(id) => id.clone(),
            id => id.to_string(),
        });
        (browser, id, ids.collect())
    }

    async fn counts(browser: &Browser, id: &str) -> Value {
        let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
        campaign["counts"].clone()
    }

    #[tokio::test]
    async fn the_accounts_call_back_is_worked_into_the_message_in_any_order() {
        let world = World::reporting_after(Duration::from_secs(60)).await;
        let (browser, id, messages) = accepted(&world).await;
        let url = address(&world);
        let events = [
            "SMS_DELIVERED",
            "sent",
            "delivered",
            "rejected",
            "clicked",
            "new",
            "",
        ];
        for event in events {
            let form = [
                ("id", messages[0].as_str()),
                ("event", event),
                ("more", "x"),
            ];
            assert_eq!(told(&world, &url, &form).await, 200, "{event}");
        }
        let rejected = [("id", messages[1].as_str()), ("event", "REJECTED")];
        assert_eq!(told(&world, &url, &rejected).await, 200);
        let counts = counts(&browser, &id).await;
        assert_eq!(counts["delivered"], 1, "{counts}");
        assert_eq!(counts["undelivered"], 1, "{counts}");
        assert_eq!(counts["clicked"], 1, "{counts}");
    }

    #[tokio::test]
    async fn an_account_call_back_needs_its_own_secret_and_a_body_of_sense() {
        let world = World::reporting_after(Duration::from_secs(60)).await;
        let (browser, id, messages) = accepted(&world).await;
        let right = address(&world);
        let report = world.app.keys.report_secret(BOOKSHOP);
        let form = [("id", messages[0].as_str()), ("event", "delivered")];
        for wrong in [
            format!("{}/hooks/360nrs/{BOOKSHOP}/wrong", world.url),
            format!("{}/hooks/360nrs/{BOOKSHOP}/{report}", world.url),
            right.replace(&BOOKSHOP.to_string(), &CLINIC.to_string()),
        ] {
            assert_eq!(told(&world, &wrong, &form).await, 404);
        }
        assert_eq!(told(&world, &right, &[]).await, 200);
        let long = "x".repeat(20_000);
        assert_eq!(told(&world, &right, &[("id", &long)]).await, 413);
        assert_eq!(counts(&browser, &id).await["accepted"], 2);
    }

    #[tokio::test]
    async fn who_unsubscribes_at_360nrs_gets_nothing_more_from_us() {
        let world = World::reporting_after(Duration::from_secs(60)).await;
        let (browser, id, messages) = accepted(&world).await;
        for _ in 0..2 {
            let form = [("id", messages[0].as_str()), ("event", "SMS_UNSUBSCRIBED")];
            assert_eq!(told(&world, &address(&world), &form).await, 200);
        }
        assert_eq!(counts(&browser, &id).await["unsubscribed"], 1);
        let another = json!(draft("Outra"));
        let (_, check) = browser.post("/api/campaigns/check", &another).await;
        assert_eq!(check["recipients"], 1);
    }

    #[tokio::test]
    async fn call_backs_that_come_before_the_answer_or_instead_of_it_are_not_lost() {
        for (chances, faults) in [
            (json!({ "seed": 1, "report_early": 1000 }), json!({})),
            (json!({ "seed": 1 }), json!({ "sms": "lost_answer" })),
        ] {
            let world = World::start().await;
            let callback = json!({ "url": address(&world) });
            for (path, body) in [("chances", &chances), ("callback", &callback)] {
                let url = format!("{}/sandbox/{path}", world.sandbox.url());
                let put = reqwest::Client::new().put(url).json(body).send().await;
                assert!(put.unwrap().status().is_success(), "{path}");
            }
            world.set_faults(faults).await;
            let browser = world.signed_in().await;
            let id = browser.created("key", &draft("Olá")).await;
            let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
            world.campaign_when(&browser, &id, delivered).await;
            eventually("nothing is kept any more", async || {
                let kept = world.app.store.kept_callbacks().await.unwrap();
                (kept == 0).then_some(())
            })
            .await;
        }
    }

    #[tokio::test]
    async fn a_report_needs_the_secret_of_its_portal() {
        let world = World::reporting_after(Duration::from_secs(60)).await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        world
            .campaign_when(&browser, &id, |campaign| {
                campaign["counts"]["accepted"] == 2
            })
            .await;
        let recipients = format!("/api/campaigns/{id}/recipients");
        let (_, page) = browser.get(&recipients).await;
        let message = page["recipients"][0]["id"].as_str().unwrap();

        let secret = world.app.keys.report_secret(BOOKSHOP);
        for wrong in [
            format!("/hooks/360nrs/{BOOKSHOP}/wrong/{message}?state=1"),
            format!("/hooks/360nrs/{CLINIC}/{secret}/{message}?state=1"),
            format!("/hooks/360nrs/portal/{secret}/{message}?state=1"),
        ] {
            assert_eq!(browser.open(&wrong).await.status(), 404, "{wrong}");
        }
        let (_, page) = browser.get(&recipients).await;
        assert_eq!(page["recipients"][0]["state"], "accepted");

        let hook = |message: &str, query: &str| {
            format!("/hooks/360nrs/{BOOKSHOP}/{secret}/{message}{query}")
        };
        // What nobody understands is taken all the same, or it would be sent again and again.
        for strange in [
            hook(message, ""),
            hook(message, "?state=99"),
            hook(message, "?state=%25d&time=%25t"),
            hook("987654321", "?state=1"),
            hook("no-number", "?state=1"),
        ] {
            assert_eq!(browser.open(&strange).await.status(), 200, "{strange}");
        }
        let (_, page) = browser.get(&recipients).await;
        assert_eq!(page["recipients"][0]["state"], "accepted");

        let right = hook(message, "?state=1&time=2026-11-23+09:00:00");
        assert_eq!(browser.open(&right).await.status(), 200);
        let (_, page) = browser.get(&recipients).await;
        assert_eq!(page["recipients"][0]["state"], json!("delivered"));
    }
}
