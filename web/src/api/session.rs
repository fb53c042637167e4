//! `/api/session` and signing out. Signing in is a form that leaves the page.

use super::client::Method;
use septet_core::wire::Session;

use super::{ApiError, client};

/// Who is signed in.
pub(crate) async fn session() -> Result<Session, ApiError> {
    client::get("/api/session").await
}

/// Ends the session on the server.
pub(crate) async fn sign_out() -> Result<(), ApiError> {
    client::command(Method::Post, "/api/sign-out").await
}
