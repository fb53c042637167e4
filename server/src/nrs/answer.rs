//! Reading what 360nrs answers, tolerantly: ids may be numbers or text, fields may be missing.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{AccountState, Refusal, Sending, Sent};

/// Nobody is waited for longer.
const LATEST: Duration = Duration::from_secs(60 * 60);

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    result: Vec<Entry>,
    #[serde(rename = "sendingId")]
    sending: Option<Value>,
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
pub(super) fn sent(status: StatusCode, body: &[u8], retry_after: Option<&str>) -> Sent {
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Sent::NotReached {
            later: retry_after.and_then(later),
        };
    }
    let answer: Option<Answer> = serde_json::from_slice(body).ok();
    if status.is_success() {
        let (entry, sending) = answer.map_or((None, None), |answer| {
            (answer.result.into_iter().next(), answer.sending)
        });
        return match entry {
            Some(Entry { accepted: true, id }) => Sent::Accepted {
                id: id.map(text).unwrap_or_default(),
                sending: sending.map(text),
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
    match sent(status, body, None) {
        Sent::Refused(Refusal::Credentials) => AccountState::CredentialsRefused,
        _ => AccountState::Unreachable,
    }
}

/// A page of `GET /sendings`; `None` for what cannot be read.
pub(super) fn sendings(status: StatusCode, body: &[u8]) -> Option<Vec<Sending>> {
    #[derive(Deserialize)]
    struct Page {
        data: Vec<Listed>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Listed {
        id: Value,
        #[serde(default)]
        campaign_name: String,
        created_at: Value,
    }
    let page: Page = serde_json::from_slice(body)
        .ok()
        .filter(|_| status.is_success())?;
    let sending = |listed: Listed| {
        Some(Sending {
            id: text(listed.id),
            campaign_name: listed.campaign_name,
            created_at: time(&listed.created_at)?,
        })
    };
    page.data.into_iter().map(sending).collect()
}

/// A time as RFC 3339, as `2026-11-23 10:00:00` (UTC), or as seconds since 1970.
fn time(value: &Value) -> Option<i64> {
    if let Some(seconds) = value.as_i64() {
        return seconds.checked_mul(1000);
    }
    let text = value.as_str()?;
    let timestamp = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()
    })?;
    Some(timestamp.as_millisecond())
}

/// `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
fn later(retry_after: &str) -> Option<Duration> {
    let later = match retry_after.trim().parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(retry_after).ok()?;
            let wait = date.timestamp().duration_since(jiff::Timestamp::now());
            Duration::try_from(wait).unwrap_or_default()
        }
    };
    Some(later.min(LATEST))
}

fn text(id: Value) -> String {
    match id {
        Value::String(id) => id,
        other => other.to_string(),
    }
}
