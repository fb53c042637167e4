//! What the account has set.

use septet_core::wire::{Choices, Credentials, LinksGiven, Settings, UnsubscribePage};

use super::client::Method;
use super::{ApiError, client};

pub(crate) async fn settings() -> Result<Settings, ApiError> {
    client::get("/api/settings").await
}

pub(crate) async fn save_choices(choices: &Choices) -> Result<Settings, ApiError> {
    client::send(Method::Put, "/api/settings", choices).await
}

/// Hands over credentials of 360nrs, which are kept only if they are good.
pub(crate) async fn give_credentials(credentials: &Credentials) -> Result<Settings, ApiError> {
    client::send(Method::Put, "/api/provider", credentials).await
}

pub(crate) async fn take_credentials() -> Result<Settings, ApiError> {
    client::command(Method::Delete, "/api/provider").await?;
    settings().await
}

pub(crate) async fn save_links(given: &LinksGiven) -> Result<Settings, ApiError> {
    client::send(Method::Put, "/api/settings/links", given).await
}

pub(crate) async fn save_page(page: &UnsubscribePage) -> Result<Settings, ApiError> {
    client::send(Method::Put, "/api/settings/page", page).await
}

/// The page as recipients would see it.
pub(crate) async fn preview_page(
    page: &UnsubscribePage,
    language: &str,
    done: bool,
) -> Result<String, ApiError> {
    let language = client::escape(language);
    let path = format!("/api/settings/page/preview?lang={language}&done={done}");
    client::document(Method::Post, &path, page).await
}

/// Takes the app away from the HubSpot account, and everybody's session with it.
pub(crate) async fn disconnect() -> Result<(), ApiError> {
    client::command(Method::Post, "/api/disconnect").await
}
