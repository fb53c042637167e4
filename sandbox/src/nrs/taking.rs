//! What is the same for sends of every channel: the faults that strike the call, its place
//! in the judge's books, and the answer.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::calls::Noted;
use super::error::NrsError;
use super::fields::Recipients;
use super::ledger::Sending;
use crate::chances::Mishap;
use crate::faults::SmsFault;
use crate::line::{Departure, Line};
use crate::shared::{Shared, lock, now};

/// A send that is being taken.
#[derive(Debug)]
pub(super) struct Taking {
    line: Line,
    mishap: Option<Mishap>,
    noted: Option<Noted>,
    answered_at: Departure,
}

impl Taking {
    /// Notes the call; an answer where a fault strikes before anything is accepted.
    pub(super) fn begin(
        shared: &Shared,
        line: Line,
        mishap: Option<Mishap>,
        caller: Option<Path<String>>,
        whom: (&str, &Recipients),
    ) -> Result<Self, Box<Result<Response, NrsError>>> {
        let caller = caller.map(|Path(caller)| caller);
        let answered_at = Departure::default();
        let noted = lock(&shared.ledger).note(whom, caller.as_deref(), &answered_at, now());
        if let Some(how) = mishap {
            lock(&shared.ledger).strike(noted.as_ref(), how);
        }
        match mishap {
            Some(how @ (Mishap::TooMany | Mishap::TooManyLater)) => {
                line.answers(answered_at);
                let later = how == Mishap::TooManyLater;
                return Err(Box::new(Err(NrsError::TooMany { later })));
            }
            Some(how) if !how.takes() => return Err(Box::new(refuse(how, &line))),
            _ => {}
        }
        if shared.faults().sms == SmsFault::NoCredit {
            return Err(Box::new(Err(NrsError::NoCredit)));
        }
        Ok(Self {
            line,
            mishap,
            noted,
            answered_at,
        })
    }

    /// Where the call is noted, if it is.
    pub(super) fn noted(&self) -> Option<&Noted> {
        self.noted.as_ref()
    }

    /// Answers with one entry of `result` for each recipient, or not at all.
    pub(super) async fn end(
        self,
        shared: &Shared,
        sending: &Sending,
        results: Vec<Value>,
    ) -> Result<Response, NrsError> {
        // A caller that is gone by the end of the pause gets no answer either.
        tokio::time::sleep(shared.chances().delay(&shared.dice)).await;
        match self.mishap {
            Some(how) => refuse(how, &self.line),
            None => {
                self.line.answers(self.answered_at);
                Ok(answer(sending, &results))
            }
        }
    }
}

/// What strikes this call: what a switch says, else what chance says.
pub(super) fn mishap(shared: &Shared) -> Option<Mishap> {
    match shared.faults().sms {
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

fn answer(sending: &Sending, results: &[Value]) -> Response {
    let status = if results.iter().all(|result| result["accepted"] == true) {
        StatusCode::ACCEPTED
    } else {
        StatusCode::MULTI_STATUS
    };
    let body = json!({
        "campaignId": sending.campaign_id,
        "sendingId": sending.id,
        "result": results,
    });
    (status, Json(body)).into_response()
}
