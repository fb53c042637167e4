//! Delivery reports of 360nrs: `GET /hooks/360nrs/{secret}/{message}?state=%d&time=%t`.
//!
//! 360nrs signs nothing, so the address is the secret. Reports come twice and in
//! any order; what they mean is core's to say, and a value nobody knows is kept
//! and otherwise ignored.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use septet_core::delivery::Report;
use serde::Deserialize;

use super::problem::ApiResult;
use crate::app::App;
use crate::clock;

/// Most characters of a value that are kept.
const MAX_CODE: usize = 32;

#[derive(Deserialize)]
pub(super) struct Query360 {
    #[serde(default)]
    state: String,
}

pub(super) async fn report(
    State(app): State<App>,
    Path((secret, message)): Path<(String, String)>,
    Query(query): Query<Query360>,
) -> ApiResult<StatusCode> {
    let Some(portal) = app.store.portal_of_hook(&secret).await? else {
        return Ok(StatusCode::NOT_FOUND);
    };
    let Ok(message) = message.parse::<i64>() else {
        return Ok(StatusCode::OK);
    };
    let report = query.state.parse().ok().and_then(Report::from_code);
    let code: String = query.state.chars().take(MAX_CODE).collect();
    if report.is_none() {
        tracing::warn!("a delivery report with an unknown state was kept");
    }
    let changed = app
        .store
        .report(portal, message, &code, report, clock::now())
        .await?;
    if changed && let Some((campaign, _)) = app.store.recipient(message).await? {
        app.store.finish_if_done(&campaign).await?;
        app.events.recipient(&campaign, message);
    }
    Ok(StatusCode::OK)
}
