//! `/api/session` and signing out. Signing in is a form that leaves the page.

use super::client::Method;
use septet_core::wire::{EmbedSession, Session, Ticket};

use super::{ApiError, client};

/// Who is signed in.
pub(crate) async fn session() -> Result<Session, ApiError> {
    client::get("/api/session").await
}

/// Swaps a ticket for a session.
pub(crate) async fn embed(ticket: &Ticket) -> Result<EmbedSession, ApiError> {
    client::send(Method::Post, "/embed/session", ticket).await
}

/// Ends the session on the server.
pub(crate) async fn sign_out() -> Result<(), ApiError> {
    client::command(Method::Post, "/api/sign-out").await
}
