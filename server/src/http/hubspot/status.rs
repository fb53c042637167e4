//! What the app's page in HubSpot's settings shows.

use axum::Json;
use axum::extract::State;
use septet_core::wire::ProviderStatus;
use serde::Serialize;

use super::signed::Caller;
use crate::app::App;
use crate::http::problem::ApiResult;

/// How an account stands, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Standing {
    Ready,
    /// Nobody has connected it to Septet, or not again.
    Disconnected,
    MissingCredentials,
    CredentialsRefused,
    ProviderUnreachable,
}

/// How an account stands, and its credit at 360nrs.
pub(super) async fn standing(app: &App, portal: u64) -> ApiResult<(Standing, Option<String>)> {
    let account = app.store.account(portal).await?;
    if account.is_none_or(|account| account.disconnected) {
        return Ok((Standing::Disconnected, None));
    }
    Ok(match app.providers.status(portal).await? {
        ProviderStatus::Ready { balance } => (Standing::Ready, balance),
        ProviderStatus::Missing => (Standing::MissingCredentials, None),
        ProviderStatus::CredentialsRefused => (Standing::CredentialsRefused, None),
        ProviderStatus::Unreachable => (Standing::ProviderUnreachable, None),
    })
}

#[derive(Serialize)]
pub(super) struct Status {
    connected: bool,
    account: String,
    state: Standing,
    credit: Option<String>,
    voice: bool,
    ivr: bool,
    marketing_only: bool,
    page: String,
}

/// `GET /hubspot/settings`
pub(super) async fn show(caller: Caller, State(app): State<App>) -> ApiResult<Json<Status>> {
    let (state, credit) = standing(&app, caller.portal).await?;
    let account = app.store.account(caller.portal).await?;
    let choices = app.store.choices(caller.portal).await?;
    Ok(Json(Status {
        connected: state != Standing::Disconnected,
        account: account.map(|account| account.name).unwrap_or_default(),
        state,
        credit,
        voice: choices.voice,
        ivr: choices.ivr,
        marketing_only: choices.marketing_only,
        page: format!("{}/", app.config.public_url),
    }))
}
