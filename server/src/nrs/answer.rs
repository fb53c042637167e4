//! Reading what 360nrs answers, tolerantly: ids may be numbers or text, fields may be missing.

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{AccountState, Refusal, Sent};

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    result: Vec<Entry>,
    error: Option<Failure>,
}

#[derive(Deserialize)]
struct Entry {
    accepted: bool,
    id: Option<Value>,
}

#[derive(Deserialize)]
struct Failure {
    code: u32,
}

/// What an answer to `POST /sms` with one recipient means.
pub(super) fn sent(status: StatusCode, body: &[u8]) -> Sent {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Sent::NotReached;
    }
    let answer: Option<Answer> = serde_json::from_slice(body).ok();
    if status.is_success() {
        let entry = answer.and_then(|answer| answer.result.into_iter().next());
        return match entry {
            Some(Entry { accepted: true, id }) => Sent::Accepted {
                id: id.map(text).unwrap_or_default(),
            },
            Some(Entry {
                accepted: false, ..
            }) => Sent::RecipientRefused,
            None => Sent::Unknown,
        };
    }
    // A server error may have struck after the message was taken.
    if status.is_server_error() {
        return Sent::Unknown;
    }
    let code = answer
        .and_then(|answer| answer.error)
        .map(|error| error.code);
    match (code, status) {
        (Some(102), _) => Sent::RecipientRefused,
        (Some(code), _) => Sent::Refused(Refusal::of(code)),
        (None, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
            Sent::Refused(Refusal::Credentials)
        }
        (None, StatusCode::PAYMENT_REQUIRED) => Sent::Refused(Refusal::NoCredit),
        (None, _) => Sent::Unknown,
    }
}

/// What an answer to `GET /account` means.
pub(super) fn account(status: StatusCode, body: &[u8]) -> AccountState {
    if status.is_success() {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let balance = match &body["balance"] {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        return AccountState::Ready { balance };
    }
    match sent(status, body) {
        Sent::Refused(Refusal::Credentials) => AccountState::CredentialsRefused,
        _ => AccountState::Unreachable,
    }
}

fn text(id: Value) -> String {
    match id {
        Value::String(id) => id,
        other => other.to_string(),
    }
}
