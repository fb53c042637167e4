//! The sandbox's own interface for tests: `/sandbox/*`, JSON.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::faults::Faults;
use crate::hubspot::{Communication, Grants};
use crate::nrs::Message;
use crate::shared::{News, Shared, lock};

/// The routes of the sandbox itself.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sandbox/messages", get(messages))
        .route("/sandbox/communications", get(communications))
        .route("/sandbox/requests", get(requests))
        .route("/sandbox/faults", get(faults).put(set_faults))
        .route("/sandbox/balance", put(set_balance))
        .route("/sandbox/expire", post(expire))
        .route("/sandbox/disconnect", post(disconnect))
        .route("/sandbox/reset", post(reset))
}

/// Which messages to list.
#[derive(Debug, Deserialize)]
struct Which {
    to: Option<String>,
}

/// Messages in the order in which they were accepted, of one number or of all.
async fn messages(
    State(shared): State<Arc<Shared>>,
    Query(which): Query<Which>,
) -> Json<Vec<Message>> {
    let ledger = lock(&shared.ledger);
    let wanted = |message: &&Message| which.to.as_ref().is_none_or(|to| *to == message.to);
    Json(ledger.messages().iter().filter(wanted).cloned().collect())
}

/// What was written on HubSpot timelines, in order.
async fn communications(State(shared): State<Arc<Shared>>) -> Json<Vec<Communication>> {
    Json(lock(&shared.accounts).communications())
}

/// Requests seen, by method and route.
async fn requests(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!(shared.counters.snapshot()))
}

async fn faults(State(shared): State<Arc<Shared>>) -> Json<Faults> {
    Json(shared.faults())
}

/// Sets all switches; one that is left out goes back to working.
async fn set_faults(State(shared): State<Arc<Shared>>, Json(faults): Json<Faults>) -> Json<Faults> {
    *lock(&shared.faults) = faults;
    shared.publish(&News::Change);
    Json(faults)
}

/// Credit, in parts.
#[derive(Debug, Deserialize, Serialize)]
struct Balance {
    balance: u64,
}

/// Sets 360nrs's credit, for an account that runs dry in the middle of a campaign.
async fn set_balance(
    State(shared): State<Arc<Shared>>,
    Json(balance): Json<Balance>,
) -> Json<Balance> {
    lock(&shared.ledger).set_balance(balance.balance);
    shared.publish(&News::Change);
    Json(balance)
}

/// Lets the time run out for every HubSpot code and access token given out so far.
async fn expire(State(shared): State<Arc<Shared>>) -> StatusCode {
    lock(&shared.grants).expire_all();
    StatusCode::NO_CONTENT
}

/// HubSpot forgets every code and token, as if the app had been uninstalled everywhere.
async fn disconnect(State(shared): State<Arc<Shared>>) -> StatusCode {
    *lock(&shared.grants) = Grants::default();
    StatusCode::NO_CONTENT
}

async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}
