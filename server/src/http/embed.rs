//! Pages inside HubSpot's: a ticket becomes a session without a cookie.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use septet_core::wire::{EmbedSession, ErrorCode, Millis, Ticket};

use super::problem::{ApiError, ApiResult};
use crate::app::App;
use crate::clock;
use crate::secrets;

/// How long such a session lasts, in milliseconds: as long as somebody may take to write.
const SESSION: Millis = 2 * 60 * 60 * 1000;

/// `POST /embed/session`
pub(super) async fn session(
    State(app): State<App>,
    ticket: Result<Json<Ticket>, JsonRejection>,
) -> ApiResult<Json<EmbedSession>> {
    let Json(Ticket { ticket }) = ticket?;
    let now = clock::now();
    let admission = app
        .store
        .take_ticket(&secrets::token_hash(&ticket), now)
        .await?;
    let admission =
        admission.ok_or_else(|| ApiError::with(ErrorCode::SignedOut, StatusCode::GONE))?;
    let token = secrets::token()?;
    let expires_at = now + SESSION;
    app.store
        .start_session(
            &secrets::token_hash(&token),
            admission.portal,
            &admission.user,
            expires_at,
            Some(&admission.opening.contacts),
        )
        .await?;
    Ok(Json(EmbedSession {
        token,
        expires_at,
        opening: admission.opening,
    }))
}
