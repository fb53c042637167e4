//! `PATCH /contacts/{id}` and `POST /contacts/batch/update`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::WRITE;
use super::batch::{answer, check_size};
use crate::hubspot::account::Account;
use crate::hubspot::bearer::Caller;
use crate::hubspot::error::HubSpotError;
use crate::hubspot::records::Stamp;
use crate::shared::{Shared, lock};

/// New values; null or an empty text clears.
#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    properties: BTreeMap<String, Option<String>>,
}

/// Changes one contact and answers it with the properties that were set.
pub(crate) async fn update(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Result<Json<Change>, JsonRejection>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(WRITE)?;
    let Json(change) = body?;
    let mut accounts = lock(&shared.accounts);
    let account = accounts.account_mut(portal)?;
    check(account, &change)?;
    apply(account, &id, change)
        .map(Json)
        .ok_or_else(|| HubSpotError::not_found("resource not found"))
}

/// Body of the batch.
#[derive(Debug, Deserialize)]
pub(crate) struct BatchUpdate {
    inputs: Vec<Input>,
}

#[derive(Debug, Deserialize)]
struct Input {
    id: String,
    #[serde(flatten)]
    change: Change,
}

/// Changes every contact that exists, or none when a property does not.
pub(crate) async fn batch_update(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<BatchUpdate>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), HubSpotError> {
    let portal = caller.allowed(WRITE)?;
    let Json(batch) = body?;
    check_size(batch.inputs.len())?;
    let started = Stamp::now();
    let mut accounts = lock(&shared.accounts);
    let account = accounts.account_mut(portal)?;
    for input in &batch.inputs {
        check(account, &input.change)?;
    }
    let mut results = Vec::new();
    let mut absent = Vec::new();
    for Input { id, change } in batch.inputs {
        match apply(account, &id, change) {
            Some(contact) => results.push(contact),
            None => absent.push(id),
        }
    }
    Ok(answer(results, &absent, started))
}

/// Every property must exist and be writable.
fn check(account: &Account, change: &Change) -> Result<(), HubSpotError> {
    for name in change.properties.keys() {
        match account
            .properties
            .iter()
            .find(|property| property.name == *name)
        {
            None => {
                return Err(HubSpotError::validation(format!(
                    "Property values were not valid: property \"{name}\" does not exist"
                )));
            }
            Some(property) if property.read_only => {
                return Err(HubSpotError::validation(format!(
                    "Property values were not valid: \"{name}\" is a read only property"
                )));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The contact after the change; `None` where there is no such contact.
fn apply(account: &mut Account, id: &str, change: Change) -> Option<Value> {
    let contact = account.contacts.get_mut(&id.parse().ok()?)?;
    let names: Vec<String> = change.properties.keys().cloned().collect();
    contact.set(
        change
            .properties
            .into_iter()
            .map(|(name, value)| (name, value.unwrap_or_default()))
            .collect(),
    );
    Some(contact.json(&names, &account.properties))
}
