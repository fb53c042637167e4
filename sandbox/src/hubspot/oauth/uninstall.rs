//! Taking the app away from an account.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::hubspot::bearer::Caller;
use crate::shared::{Shared, lock};

/// `DELETE /appinstalls/2026-09/external-install`
pub(crate) async fn uninstall(caller: Caller, State(shared): State<Arc<Shared>>) -> StatusCode {
    lock(&shared.grants).forget(caller.portal());
    StatusCode::NO_CONTENT
}
