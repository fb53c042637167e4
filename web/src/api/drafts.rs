//! Drafts that the server keeps.

use super::client::Method;
use septet_core::wire::{DraftSummary, SavedDraft, SmsDraft};

use super::{ApiError, client};

/// What this browser keeps of a draft until the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalDraft {
    pub(crate) portal: u64,
    pub(crate) key: String,
    pub(crate) draft: SmsDraft,
}

/// All drafts, last saved first.
pub(crate) async fn drafts() -> Result<Vec<DraftSummary>, ApiError> {
    client::get("/api/drafts").await
}

/// One draft.
pub(crate) async fn draft(key: &str) -> Result<SavedDraft, ApiError> {
    client::get(&path(key)).await
}

/// Saves a draft under the key that this browser made up.
pub(crate) async fn save_draft(key: &str, draft: &SmsDraft) -> Result<SavedDraft, ApiError> {
    client::send(Method::Put, &path(key), draft).await
}

/// Throws a draft away.
pub(crate) async fn delete_draft(key: &str) -> Result<(), ApiError> {
    client::command(Method::Delete, &path(key)).await
}

fn path(key: &str) -> String {
    format!("/api/drafts/{}", client::escape(key))
}
