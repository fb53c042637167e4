//! Delivery reports of 360nrs: `GET /hooks/360nrs/{portal}/{secret}/{message}?state=%d&time=%t`.
//!
//! 360nrs signs nothing, so the address holds a secret. Reports come twice and in
//! any order; what they mean is core's to say, and a value nobody knows is kept
//! and otherwise ignored.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use septet_core::delivery::Report;
use serde::Deserialize;

use crate::app::App;
use crate::failpoint::failpoint;
use crate::store::{Entry, Event};

/// Most characters of a value that are kept.
const MAX_CODE: usize = 32;

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use crate::store::Store;
    use crate::testing::{BOOKSHOP, CLINIC, World, draft};

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
