//! `GET /account`: verifies credentials and tells the balance.
//!
//! The answer's shape is not public. Assumed: the user name and a `balance`
//! number; the sandbox's credit is counted in parts, one part costing one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::auth::Customer;
use crate::NRS_USERNAME;
use crate::faults::SmsFault;
use crate::shared::{Shared, lock};

/// Answers with the balance, which is zero while the switch says that credit is gone.
pub(crate) async fn show(_customer: Customer, State(shared): State<Arc<Shared>>) -> Json<Value> {
    let balance = match shared.faults().sms {
        SmsFault::NoCredit => 0,
        _ => lock(&shared.ledger).balance(),
    };
    Json(json!({"username": NRS_USERNAME, "balance": balance}))
}
