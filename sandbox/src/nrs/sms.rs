//! `POST /sms`: takes a send, answers per recipient, sets the reports going.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::auth::Customer;
use super::error::NrsError;
use super::ledger::{Outcome, Sending};
use super::reports;
use super::request::Send;
use crate::chances::Mishap;
use crate::faults::{Faults, SmsFault};
use crate::line::{Departure, Line};
use crate::shared::{Shared, lock, now};

/// Answers 202 when every recipient is accepted, 207 when some are not.
pub(crate) async fn send(
    _customer: Customer,
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    caller: Option<Path<String>>,
    body: Bytes,
) -> Result<Response, NrsError> {
    let faults = shared.faults();
    let mishap = mishap(&shared, faults);
    let send = Send::read(&body)?;
    let caller = caller.map(|Path(caller)| caller);
    let answered_at = Departure::default();
    let noted = lock(&shared.ledger).note(&send, caller.as_deref(), &answered_at, now());
    if let Some(how) = mishap {
        lock(&shared.ledger).strike(noted.as_ref(), how);
    }
    match mishap {
        Some(how @ (Mishap::TooMany | Mishap::TooManyLater)) => {
            line.answers(answered_at);
            let later = how == Mishap::TooManyLater;
            return Err(NrsError::TooMany { later });
        }
        Some(how) if !how.takes() => return refuse(how, &line),
        _ => {}
    }
    if faults.sms == SmsFault::NoCredit {
        return Err(NrsError::NoCredit);
    }
    let (sending, outcomes) = {
        let mut ledger = lock(&shared.ledger);
        let booked = ledger.book(&send, faults.report, now())?;
        ledger.take(noted.as_ref(), &booked.0);
        booked
    };
    for outcome in &outcomes {
        if let Outcome::Accepted(message) = outcome {
            reports::follow(&shared, message).await;
        }
    }
    let chances = shared.chances();
    // A caller that is gone by the end of the pause gets no answer either.
    tokio::time::sleep(chances.delay(&shared.dice)).await;
    match mishap {
        Some(how) => refuse(how, &line),
        None => {
            line.answers(answered_at);
            Ok(answer(&sending, &outcomes))
        }
    }
}

/// What strikes this call: what a switch says, else what chance says.
fn mishap(shared: &Shared, faults: Faults) -> Option<Mishap> {
    match faults.sms {
        SmsFault::InternalError => Some(Mishap::Error500),
        SmsFault::TooMany => Some(Mishap::TooManyLater),
        SmsFault::LostAnswer => Some(Mishap::CutTaken),
        _ => shared.chances().mishap(&shared.dice),
    }
}

/// An answer from which nobody learns what became of the send, or none.
fn refuse(how: Mishap, line: &Line) -> Result<Response, NrsError> {
    match how {
        Mishap::Error500 => Err(NrsError::Internal),
        Mishap::Error502 | Mishap::ErrorTaken => Err(NrsError::BadGateway),
        Mishap::Error503 => Err(NrsError::Unavailable),
        Mishap::Garbled => Ok((StatusCode::ACCEPTED, "{\"campaignId\":").into_response()),
        _ => {
            line.cut();
            Ok(StatusCode::ACCEPTED.into_response())
        }
    }
}

fn answer(sending: &Sending, outcomes: &[Outcome]) -> Response {
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
    (status, Json(body)).into_response()
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
