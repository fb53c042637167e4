//! Contacts, their properties and their lists.

use septet_core::wire::{Contact, ContactList, ContactPage, ContactSearch, Property};

use super::{ApiError, client};
use client::{Method, escape};

/// The properties of contacts, for the token menu.
pub(crate) async fn properties() -> Result<Vec<Property>, ApiError> {
    client::get("/api/properties").await
}

/// Contacts whose name, address or number matches; all of them when `query` is empty.
pub(crate) async fn contacts(
    query: &str,
    after: Option<&str>,
    properties: &[String],
) -> Result<ContactPage, ApiError> {
    let mut path = format!(
        "/api/contacts?query={}&properties={}",
        escape(query),
        escape(&properties.join(",")),
    );
    if let Some(after) = after {
        path.push_str("&after=");
        path.push_str(&escape(after));
    }
    client::get(&path).await
}

/// How many a search finds, and the first of them.
pub(crate) async fn found(search: &ContactSearch) -> Result<ContactPage, ApiError> {
    client::send(Method::Post, "/api/contacts/found", search).await
}

/// One contact with the values of these properties.
pub(crate) async fn contact(id: &str, properties: &[String]) -> Result<Contact, ApiError> {
    let properties = escape(&properties.join(","));
    client::get(&format!(
        "/api/contacts/{}?properties={properties}",
        escape(id)
    ))
    .await
}

/// Lists whose name matches.
pub(crate) async fn lists(query: &str) -> Result<Vec<ContactList>, ApiError> {
    client::get(&format!("/api/lists?query={}", escape(query))).await
}
