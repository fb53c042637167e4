//! The sandbox's own interface for tests: `/sandbox/*`, JSON.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::chances::Chances;
use crate::faults::Faults;
use crate::guard::is_loopback_host;
use crate::hubspot::{Communication, Grants, HubSpotError};
use crate::nrs::{self, Call, Message, Release, Released};
use crate::shared::{Keep, News, Shared, lock};

/// The routes of the sandbox itself.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sandbox/messages", get(messages))
        .route("/sandbox/communications", get(communications))
        .route("/sandbox/requests", get(requests))
        .route("/sandbox/faults", get(faults).put(set_faults))
        .route("/sandbox/chances", get(chances).put(set_chances))
        .route("/sandbox/tally", get(tally))
        .route("/sandbox/calls", get(calls))
        .route("/sandbox/keep", put(set_keep))
        .route("/sandbox/release", post(release))
        .route("/sandbox/callback", put(set_callback))
        .route("/sandbox/answers", post(answer))
        .route("/sandbox/crowd", post(crowd))
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

async fn chances(State(shared): State<Arc<Shared>>) -> Json<Chances> {
    Json(shared.chances())
}

/// Sets all chances; one that is left out is none.
async fn set_chances(
    State(shared): State<Arc<Shared>>,
    Json(chances): Json<Chances>,
) -> Json<Chances> {
    shared.set_chances(chances);
    Json(chances)
}

/// How much the tally tells.
#[derive(Debug, Deserialize)]
struct Detail {
    #[serde(default)]
    numbers: bool,
}

/// How often messages were accepted.
async fn tally(State(shared): State<Arc<Shared>>, Query(detail): Query<Detail>) -> Json<Value> {
    Json(lock(&shared.ledger).tally().report(detail.numbers))
}

/// Of which campaign.
#[derive(Debug, Deserialize)]
struct Named {
    #[serde(default)]
    campaign: String,
}

/// Every call for a number, and what became of it.
async fn calls(State(shared): State<Arc<Shared>>, Query(named): Query<Named>) -> Json<Vec<Call>> {
    Json(lock(&shared.ledger).calls(&named.campaign).to_vec())
}

async fn set_keep(State(shared): State<Arc<Shared>>, Json(keep): Json<Keep>) -> Json<Keep> {
    shared.set_keep(keep);
    Json(keep)
}

/// Makes the reports that were held back; answers when the last has been made.
async fn release(State(shared): State<Arc<Shared>>, Json(how): Json<Release>) -> Json<Released> {
    Json(nrs::release(&shared, how).await)
}

/// Where events are told.
#[derive(Debug, Deserialize)]
struct Callback {
    url: Option<String>,
}

/// Sets the account's call-back, on this computer only.
async fn set_callback(
    State(shared): State<Arc<Shared>>,
    Json(Callback { url }): Json<Callback>,
) -> StatusCode {
    let ours = |url: &String| Url::parse(url).is_ok_and(|url| is_loopback_host(&url));
    if !url.as_ref().is_none_or(ours) {
        return StatusCode::UNPROCESSABLE_ENTITY;
    }
    shared.set_callback(url);
    StatusCode::NO_CONTENT
}

/// What a phone answers to the last message that it got.
#[derive(Debug, Deserialize)]
struct Answered {
    from: String,
    text: String,
}

/// 204 once the account was told; 404 for a phone that has got no message.
async fn answer(
    State(shared): State<Arc<Shared>>,
    Json(Answered { from, text }): Json<Answered>,
) -> StatusCode {
    match nrs::answer(&shared, &from, &text).await {
        Some(()) => StatusCode::NO_CONTENT,
        None => StatusCode::NOT_FOUND,
    }
}

/// A list to be made of as many contacts as wanted.
#[derive(Debug, Deserialize)]
struct NewCrowd {
    portal: u64,
    contacts: u64,
}

/// Adds a list of new contacts, each with a number of its own; they are in no search.
async fn crowd(
    State(shared): State<Arc<Shared>>,
    Json(new): Json<NewCrowd>,
) -> Result<Json<Value>, HubSpotError> {
    let mut accounts = lock(&shared.accounts);
    let list = accounts.account_mut(new.portal)?.add_crowd(new.contacts)?;
    Ok(Json(json!({ "list": list.to_string() })))
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
