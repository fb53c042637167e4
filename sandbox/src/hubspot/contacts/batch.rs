//! `POST /contacts/batch/read`: up to 100 contacts at once, 207 when some do not exist.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{READ, missing};
use crate::hubspot::bearer::Caller;
use crate::hubspot::error::HubSpotError;
use crate::hubspot::records::Stamp;
use crate::shared::{Shared, lock};

/// Most contacts of one batch.
pub(super) const LARGEST_BATCH: usize = 100;

/// Body of the call.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchRead {
    inputs: Vec<Input>,
    #[serde(default)]
    properties: Vec<String>,
    #[serde(rename = "propertiesWithHistory")]
    _properties_with_history: Vec<String>,
    id_property: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Input {
    id: String,
}

/// Answers each contact once, in the order of the inputs.
pub(crate) async fn batch_read(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<BatchRead>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), HubSpotError> {
    let portal = caller.allowed(READ)?;
    let Json(batch) = body?;
    check_size(batch.inputs.len())?;
    let started = Stamp::now();
    let accounts = lock(&shared.accounts);
    let account = accounts.account(portal)?;
    let mut seen = BTreeSet::new();
    let mut results = Vec::new();
    let mut absent = Vec::new();
    for input in batch.inputs.iter().filter(|input| seen.insert(&input.id)) {
        match account.find(&input.id, batch.id_property.as_deref()) {
            Some(contact) => results.push(contact.json(&batch.properties, &account.properties)),
            None => absent.push(input.id.clone()),
        }
    }
    Ok(answer(results, &absent, started))
}

/// Refuses an empty or too large batch.
pub(crate) fn check_size(inputs: usize) -> Result<(), HubSpotError> {
    if (1..=LARGEST_BATCH).contains(&inputs) {
        Ok(())
    } else {
        Err(HubSpotError::validation(format!(
            "A batch has from 1 to {LARGEST_BATCH} inputs, not {inputs}."
        )))
    }
}

/// The shape of every batch answer.
pub(super) fn answer(
    results: Vec<Value>,
    absent: &[String],
    started: Stamp,
) -> (StatusCode, Json<Value>) {
    let mut body = json!({
        "status": "COMPLETE",
        "results": results,
        "startedAt": started,
        "completedAt": Stamp::now(),
    });
    if absent.is_empty() {
        return (StatusCode::OK, Json(body));
    }
    body["numErrors"] = 1.into();
    body["errors"] = json!([missing(absent)]);
    (StatusCode::MULTI_STATUS, Json(body))
}
