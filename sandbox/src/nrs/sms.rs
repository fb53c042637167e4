//! `POST /sms`: takes a send, answers per recipient, sets the reports going.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::auth::Customer;
use super::error::NrsError;
use super::ledger::Outcome;
use super::reports;
use super::request::Send;
use super::taking::{self, Taking};
use crate::line::Line;
use crate::shared::{Shared, lock, now};

/// Answers 202 when every recipient is accepted, 207 when some are not.
pub(crate) async fn send(
    _customer: Customer,
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    caller: Option<Path<String>>,
    body: Bytes,
) -> Result<Response, NrsError> {
    let mishap = taking::mishap(&shared);
    let send = Send::read(&body)?;
    let whom = (send.campaign_name.as_str(), &send.recipients);
    let taking = match Taking::begin(&shared, line, mishap, caller, whom) {
        Ok(taking) => taking,
        Err(struck) => return *struck,
    };
    let (sending, outcomes) = {
        let mut ledger = lock(&shared.ledger);
        let booked = ledger.book(&send, shared.faults().report, now())?;
        ledger.take(taking.noted(), &booked.0);
        booked
    };
    for outcome in &outcomes {
        if let Outcome::Accepted(message) = outcome {
            reports::follow(&shared, message).await;
        }
    }
    let results = outcomes.iter().map(result).collect();
    taking.end(&shared, &sending, results).await
}

/// One entry of `result`.
fn result(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Accepted(message) => json!({
            "accepted": true,
            "to": message.to,
            "id": message.id.to_string(),
            "parts": message.parts.len(),
        }),
        Outcome::Refused(given) => json!({
            "accepted": false,
            "to": given,
            "error": NrsError::NoValidRecipients.body(),
        }),
    }
}
