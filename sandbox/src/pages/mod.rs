//! Pages.
use crate::shared::Shared;
use axum::Router;
use axum::http::StatusCode;
use std::sync::Arc;
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
}
pub(crate) async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}
