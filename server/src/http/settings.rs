//! What an account sets, and taking it apart from HubSpot.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use septet_core::wire::{Choices, Credentials, ErrorCode, Settings};

use super::cookie::SESSION;
use super::problem::{ApiError, ApiResult};
use super::session::SignedIn;
use crate::app::App;
use crate::nrs::AccountState;

/// Most characters of a user or a password at 360nrs.
const MOST: usize = 200;

/// `GET /api/settings`
pub(super) async fn show(person: SignedIn, State(app): State<App>) -> ApiResult<Json<Settings>> {
    settings(&app, person.portal).await
}

/// `PUT /api/settings`
pub(super) async fn save(
    person: SignedIn,
    State(app): State<App>,
    choices: Result<Json<Choices>, JsonRejection>,
) -> ApiResult<Json<Settings>> {
    let Json(choices) = choices?;
    app.store.save_choices(person.portal, choices).await?;
    settings(&app, person.portal).await
}

/// `PUT /api/provider`: kept only if 360nrs takes them.
pub(super) async fn give_provider(
    person: SignedIn,
    State(app): State<App>,
    credentials: Result<Json<Credentials>, JsonRejection>,
) -> ApiResult<Json<Settings>> {
    let Json(mut credentials) = credentials?;
    credentials.username = credentials.username.trim().to_owned();
    let fits = |text: &str| !text.is_empty() && text.len() <= MOST && !text.contains(':');
    if !fits(&credentials.username) || !(1..=MOST).contains(&credentials.password.len()) {
        return Err(ErrorCode::BadRequest.into());
    }
    match app.providers.give(person.portal, credentials).await? {
        AccountState::Ready { .. } => settings(&app, person.portal).await,
        AccountState::CredentialsRefused => Err(ApiError::with(
            ErrorCode::ProviderCredentialsRefused,
            StatusCode::UNPROCESSABLE_ENTITY,
        )),
        AccountState::Unreachable => Err(ErrorCode::ProviderUnreachable.into()),
    }
}

/// `DELETE /api/provider`
pub(super) async fn take_provider(
    person: SignedIn,
    State(app): State<App>,
) -> ApiResult<Json<Settings>> {
    app.providers.take_away(person.portal).await?;
    settings(&app, person.portal).await
}

/// `POST /api/disconnect`: uninstalls the app from the HubSpot account. Its campaigns pause,
/// and everybody is signed out; connecting again resumes.
pub(super) async fn disconnect(person: SignedIn, State(app): State<App>) -> ApiResult<Response> {
    app.hubspot.uninstall(person.portal).await?;
    app.store.end_sessions_of(person.portal).await?;
    tracing::info!(
        portal = person.portal,
        "an account was disconnected by its people"
    );
    let gone = SESSION.write("", 0, app.is_secure());
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

async fn settings(app: &App, portal: u64) -> ApiResult<Json<Settings>> {
    Ok(Json(Settings {
        provider: app.providers.describe(portal).await?,
        choices: app.store.choices(portal).await?,
    }))
}
