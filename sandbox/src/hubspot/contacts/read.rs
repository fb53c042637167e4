//! `GET /contacts` and `GET /contacts/{id}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::READ;
use crate::hubspot::bearer::Caller;
use crate::hubspot::error::HubSpotError;
use crate::hubspot::lists::page_size;
use crate::shared::{Shared, lock};

/// Contacts on a page when `limit` is absent, and most there can be.
const PAGE: usize = 10;
const LARGEST_PAGE: usize = 100;

/// Which contacts, and what of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reading {
    limit: Option<usize>,
    after: Option<u64>,
    properties: Option<String>,
    id_property: Option<String>,
}

impl Reading {
    fn properties(&self) -> Vec<String> {
        let names = self.properties.as_deref().unwrap_or_default().split(',');
        names
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// The contacts, oldest first; `after` is the last id of the page before.
pub(crate) async fn list(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    reading: Result<Query<Reading>, QueryRejection>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(READ)?;
    let Query(reading) = reading?;
    let limit = page_size(reading.limit, PAGE, LARGEST_PAGE, "limit")?;
    let accounts = lock(&shared.accounts);
    let account = accounts.account(portal)?;
    let asked = reading.properties();
    let start = reading.after.map_or(0, |after| after.saturating_add(1));
    let mut rest = account.contacts.range(start..);
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let results: Vec<Value> = page
        .iter()
        .map(|(_, contact)| contact.json(&asked, &account.properties))
        .collect();
    let mut answer = json!({"results": results});
    if rest.next().is_some()
        && let Some((last, _)) = page.last()
    {
        answer["paging"] = json!({"next": {"after": last.to_string()}});
    }
    Ok(Json(answer))
}

/// One contact, by its id or by the value of `idProperty`.
pub(crate) async fn one(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    reading: Result<Query<Reading>, QueryRejection>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(READ)?;
    let Query(reading) = reading?;
    let accounts = lock(&shared.accounts);
    let account = accounts.account(portal)?;
    account
        .find(&id, reading.id_property.as_deref())
        .map(|contact| Json(contact.json(&reading.properties(), &account.properties)))
        .ok_or_else(|| HubSpotError::not_found("resource not found"))
}
