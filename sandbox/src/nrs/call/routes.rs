//! Phone calls for tests: `/sandbox/voice`, JSON.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::life::{Act, NotDone, act, arm_all};
use super::phone_call::PhoneCall;
use super::script::Key;
use super::switchboard::Settings;
use crate::shared::{News, Shared, lock};

/// The routes.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sandbox/voice", get(settings).put(set))
        .route("/sandbox/voice/calls", get(calls))
        .route("/sandbox/voice/calls/{id}", get(one))
        .route("/sandbox/voice/calls/{id}/press", post(press))
        .route("/sandbox/voice/calls/{id}/{act}", post(other))
}

async fn settings(State(shared): State<Arc<Shared>>) -> Json<Settings> {
    Json(lock(&shared.switchboard).settings())
}

/// Sets how phone calls go; what is left out goes back to the beginning.
async fn set(State(shared): State<Arc<Shared>>, Json(settings): Json<Settings>) -> Json<Settings> {
    lock(&shared.switchboard).set(settings);
    arm_all(&shared);
    shared.publish(&News::Change);
    Json(settings)
}

/// Which calls to list.
#[derive(Debug, Deserialize)]
struct Which {
    to: Option<String>,
}

/// Calls in the order in which they were accepted, of one phone or of all.
async fn calls(
    State(shared): State<Arc<Shared>>,
    Query(which): Query<Which>,
) -> Json<Vec<PhoneCall>> {
    let switchboard = lock(&shared.switchboard);
    let wanted = |call: &&PhoneCall| which.to.as_ref().is_none_or(|to| *to == call.to);
    Json(switchboard.calls().filter(wanted).cloned().collect())
}

async fn one(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
) -> Result<Json<PhoneCall>, StatusCode> {
    let call = lock(&shared.switchboard).call(id).cloned();
    call.map(Json).ok_or(StatusCode::NOT_FOUND)
}

/// A key by what is printed on it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pressed {
    key: String,
}

async fn press(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
    Json(pressed): Json<Pressed>,
) -> Result<Json<PhoneCall>, StatusCode> {
    let key = Key::parse(&pressed.key).ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
    done(act(&shared, id, Act::Press(key)))
}

async fn other(
    State(shared): State<Arc<Shared>>,
    Path((id, name)): Path<(u64, String)>,
) -> Result<Json<PhoneCall>, StatusCode> {
    let what = Act::parse(&name).ok_or(StatusCode::NOT_FOUND)?;
    done(act(&shared, id, what))
}

fn done(call: Result<PhoneCall, NotDone>) -> Result<Json<PhoneCall>, StatusCode> {
    call.map(Json).map_err(|why| match why {
        NotDone::Unknown => StatusCode::NOT_FOUND,
        NotDone::NotNow => StatusCode::CONFLICT,
    })
}
