//! Completing the actions of workflows.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::bearer::Caller;
use super::error::HubSpotError;
use crate::shared::{Shared, lock};

const SCOPE: &str = "automation";
/// Most at once; HubSpot's own figure is not public.
const MOST: usize = 100;

#[derive(Debug, Deserialize)]
pub(crate) struct Batch {
    inputs: Vec<Completion>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Completion {
    callback_id: String,
    output_fields: Value,
    /// Required, though empty.
    #[serde(rename = "typedOutputs")]
    _typed: Value,
}

/// `POST /automation/actions/callbacks/2026-09/complete`
pub(crate) async fn complete(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<Batch>, JsonRejection>,
) -> Result<StatusCode, HubSpotError> {
    let portal = caller.allowed(SCOPE)?;
    let Json(Batch { inputs }) = body?;
    let own = format!("ap-{portal}-");
    if inputs.len() > MOST || inputs.iter().any(|one| !one.callback_id.starts_with(&own)) {
        return Err(HubSpotError::validation("Not so many, and no other's."));
    }
    let inputs: Vec<_> = inputs
        .into_iter()
        .map(|one| (one.callback_id, one.output_fields))
        .collect();
    lock(&shared.executions).complete(&inputs)?;
    Ok(StatusCode::NO_CONTENT)
}
