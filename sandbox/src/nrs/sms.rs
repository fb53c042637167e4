//! `POST /sms`: takes a send, answers per recipient, sets the reports going.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::auth::Customer;
use super::error::NrsError;
use super::ledger::Outcome;
use super::reports;
use super::request::Send;
use crate::faults::SmsFault;
use crate::line::Line;
use crate::shared::{Shared, lock, now};

/// Answers 202 when every recipient is accepted, 207 when some are not.
pub(crate) async fn send(
    _customer: Customer,
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    body: Bytes,
) -> Result<Response, NrsError> {
    let faults = shared.faults();
    match faults.sms {
        SmsFault::InternalError => return Err(NrsError::Internal),
        SmsFault::TooMany => return Err(NrsError::TooMany),
        _ => {}
    }
    let send = Send::read(&body)?;
    if faults.sms == SmsFault::NoCredit {
        return Err(NrsError::NoCredit);
    }
    let (sending, outcomes) = lock(&shared.ledger).book(&send, faults.report, now())?;
    for outcome in &outcomes {
        if let Outcome::Accepted(message) = outcome {
            reports::follow(&shared, message.clone());
        }
    }
    if faults.sms == SmsFault::LostAnswer {
        line.cut();
    }
    let all = outcomes
        .iter()
        .all(|outcome| matches!(outcome, Outcome::Accepted(_)));
    let status = if all {
        StatusCode::ACCEPTED
    } else {
        StatusCode::MULTI_STATUS
    };
    let body = json!({
        "campaignId": sending.campaign_id,
        "sendingId": sending.id,
        "result": outcomes.iter().map(result).collect::<Vec<_>>(),
    });
    Ok((status, Json(body)).into_response())
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
