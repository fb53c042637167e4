//! Messages being written.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use septet_core::wire::{DraftSummary, ErrorCode, SavedDraft, SmsDraft};

use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::clock;

/// Most characters of a key that a browser made up.
const MAX_KEY: usize = 64;

/// Keys stand in addresses and logs of ours: nothing but letters, digits and hyphens.
pub(super) fn check_key(key: &str) -> ApiResult<()> {
    let plain = key
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if key.is_empty() || key.len() > MAX_KEY || !plain {
        return Err(ErrorCode::BadRequest.into());
    }
    Ok(())
}

/// `GET /api/drafts`
pub(super) async fn list(
    person: SignedIn,
    State(app): State<App>,
) -> ApiResult<Json<Vec<DraftSummary>>> {
    Ok(Json(app.store.drafts(person.portal).await?))
}

/// `GET /api/drafts/{key}`
pub(super) async fn show(
    person: SignedIn,
    State(app): State<App>,
    Path(key): Path<String>,
) -> ApiResult<Json<SavedDraft>> {
    let draft = app.store.draft(person.portal, &key).await?;
    Ok(Json(draft.ok_or(ErrorCode::NotFound)?))
}

/// `PUT /api/drafts/{key}`
pub(super) async fn save(
    person: SignedIn,
    State(app): State<App>,
    Path(key): Path<String>,
    draft: Result<Json<SmsDraft>, JsonRejection>,
) -> ApiResult<Json<SavedDraft>> {
    check_key(&key)?;
    let Json(draft) = draft?;
    let updated_at = clock::now();
    app.store
        .save_draft(person.portal, &key, &draft, updated_at)
        .await?;
    Ok(Json(SavedDraft {
        key,
        updated_at,
        draft,
    }))
}

/// `DELETE /api/drafts/{key}`
pub(super) async fn delete(
    person: SignedIn,
    State(app): State<App>,
    Path(key): Path<String>,
) -> ApiResult<StatusCode> {
    app.store.delete_draft(person.portal, &key).await?;
    Ok(StatusCode::NO_CONTENT)
}
