//! Signing in with HubSpot, and out.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::cookie::{SESSION, SIGN_IN};
use super::problem::ApiResult;
use crate::app::App;
use crate::clock;
use crate::hubspot::CrmError;
use crate::secrets;

/// Seconds that a started sign-in is good for.
const SIGN_IN_SECONDS: i64 = 10 * 60;
/// Seconds that a session lasts.
const SESSION_SECONDS: i64 = 12 * 60 * 60;

/// `POST /auth/start`: off to HubSpot, remembering in this browser only that it asked.
pub(super) async fn start(State(app): State<App>) -> ApiResult<Response> {
    let state = secrets::token()?;
    let verifier = secrets::token()?;
    let expires_at = clock::now() + SIGN_IN_SECONDS * 1000;
    app.store
        .start_sign_in(&secrets::token_hash(&state), &verifier, expires_at)
        .await?;
    let cookie = SIGN_IN.write(&state, SIGN_IN_SECONDS, app.is_secure());
    let to = app
        .hubspot
        .authorize_url(&redirect_uri(&app), &state, &verifier);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&to)).into_response())
}

/// What HubSpot sends people back with.
#[derive(Deserialize)]
pub(super) struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// `GET /oauth/callback`
pub(super) async fn callback(
    State(app): State<App>,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Response {
    match finish(&app, &headers, answer).await {
        Ok(token) => {
            let session = SESSION.write(&token, SESSION_SECONDS, app.is_secure());
            let done = SIGN_IN.write("", 0, app.is_secure());
            let cookies =
                AppendHeaders([(header::SET_COOKIE, session), (header::SET_COOKIE, done)]);
            (cookies, Redirect::to("/")).into_response()
        }
        Err(why) => Redirect::to(&format!("/sign-in?error={why}")).into_response(),
    }
}

/// The token of a new session, or the word that the sign-in page explains.
async fn finish(app: &App, headers: &HeaderMap, answer: Answer) -> Result<String, &'static str> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a sign-in failed");
        "failed"
    };
    // Only the browser that started this sign-in may end it, and only once.
    let state = answer.state.ok_or("expired")?;
    if SIGN_IN.read(headers, app.is_secure()) != Some(state.as_str()) {
        return Err("expired");
    }
    let taken = app
        .store
        .take_sign_in(&secrets::token_hash(&state), clock::now())
        .await;
    let verifier = taken.map_err(|error| failed(&error))?.ok_or("expired")?;
    if answer.error.is_some() {
        return Err("denied");
    }
    let code = answer.code.ok_or("failed")?;
    let signed_in = app
        .hubspot
        .sign_in(&redirect_uri(app), &code, &verifier)
        .await;
    let (portal, user) = signed_in.map_err(|error| match error {
        CrmError::Unreachable(_) => "unreachable",
        error => failed(&error),
    })?;
    let token = secrets::token().map_err(|error| failed(&error))?;
    let expires_at = clock::now() + SESSION_SECONDS * 1000;
    app.store
        .start_session(&secrets::token_hash(&token), portal, &user, expires_at)
        .await
        .map_err(|error| failed(&error))?;
    let hubspot = app.hubspot.clone();
    tokio::spawn(async move {
        // Without them the connector works; opt-outs are then not shown on records.
        if let Err(error) = hubspot.ensure_properties(portal).await {
            tracing::warn!(%error, "the contact properties could not be created");
        }
    });
    Ok(token)
}

/// `POST /api/sign-out`
pub(super) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> ApiResult<Response> {
    if let Some(token) = SESSION.read(&headers, app.is_secure()) {
        app.store
            .end_session(&secrets::token_hash(token), clock::now())
            .await?;
    }
    let gone = SESSION.write("", 0, app.is_secure());
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

fn redirect_uri(app: &App) -> String {
    format!("{}/oauth/callback", app.config.public_url)
}
