//! Communication preferences: whether an address gets what a subscription type stands for.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bearer::Caller;
use super::error::HubSpotError;
use super::records::Stamp;
use crate::shared::{Shared, lock};

const SCOPE: &str = "communication_preferences.read_write";
/// The only type that the accounts have.
const SUBSCRIPTION: u64 = 7;

/// What was said of an address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preference {
    #[serde(default)]
    subscriber: String,
    channel: String,
    subscription_id: u64,
    status_state: String,
    legal_basis: Option<String>,
    legal_basis_explanation: Option<String>,
}

/// `POST /communication-preferences/2026-09/statuses/{subscriber}`
pub(crate) async fn write(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    Path(subscriber): Path<String>,
    body: Result<Json<Preference>, JsonRejection>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(SCOPE)?;
    let Json(mut preference) = body?;
    if preference.channel != "EMAIL" {
        return Err(HubSpotError::validation("channel must be EMAIL."));
    }
    let states = ["SUBSCRIBED", "UNSUBSCRIBED", "NOT_SPECIFIED"];
    if !states.contains(&preference.status_state.as_str()) {
        return Err(HubSpotError::validation("statusState is not known."));
    }
    if preference.subscription_id != SUBSCRIPTION {
        return Err(HubSpotError::not_found(
            "There is no such subscription type.",
        ));
    }
    if !subscriber.contains('@') {
        return Err(HubSpotError::validation("The subscriber is no address."));
    }
    preference.subscriber = subscriber;
    let mut accounts = lock(&shared.accounts);
    let preferences = &mut accounts.account_mut(portal)?.preferences;
    preferences.push(preference.clone());
    Ok(Json(json!({
        "status": "COMPLETE",
        "results": [preference],
        "completedAt": Stamp::now(),
    })))
}

/// `GET /sandbox/hubspot/preferences`: all that was written, in order.
pub(crate) async fn show(State(shared): State<Arc<Shared>>) -> Json<Vec<Preference>> {
    Json(lock(&shared.accounts).preferences())
}
