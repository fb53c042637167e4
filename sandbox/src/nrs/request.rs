//! Reading the body of `POST /sms`, as strictly as the provider's error codes allow.
//!
//! Stricter than the provider may be in one respect: a field that it does not
//! know is refused, so that a misspelt name in our client shows up here.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::error::NrsError;
use super::text::{Part, WireEncoding};
use crate::guard::is_loopback_host;

/// Most parts that may be asked for. Assumed: the provider's figure is not public.
const MOST_PARTS: u64 = 10;
/// Digits of an E.164 number, country code included: fewest that exist, most allowed.
const NUMBER_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// The body as it comes; every field is checked by hand to answer with the right code.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Body {
    to: Value,
    from: Value,
    message: Value,
    encoding: Value,
    parts: Value,
    trans: Value,
    schedule_date: Value,
    expiration_date: Value,
    campaign_name: Value,
    notification_url: Value,
    // Known to exist, without effect here.
    #[serde(rename = "tags")]
    _tags: Value,
    #[serde(rename = "splitParts")]
    _split_parts: Value,
    #[serde(rename = "flash")]
    _flash: Value,
    #[serde(rename = "certified")]
    _certified: Value,
}

/// A send that may be carried out.
#[derive(Debug)]
pub(crate) struct Send {
    /// Every recipient, in order: the digits, or what was given in their place.
    pub(crate) recipients: Vec<Result<String, String>>,
    /// The sender.
    pub(crate) from: String,
    /// The text as it came.
    pub(crate) requested: String,
    /// The text as a phone shows it.
    pub(crate) received: String,
    /// Its encoding.
    pub(crate) encoding: WireEncoding,
    /// Its parts.
    pub(crate) parts: Vec<Part>,
    /// Groups sends in the statistics.
    pub(crate) campaign_name: String,
    /// When it leaves, in milliseconds since the Unix epoch, if not at once.
    pub(crate) scheduled_at: Option<i64>,
    /// Where reports go, placeholders unfilled.
    pub(crate) notification_url: Option<String>,
}

impl Send {
    /// Reads the body; the first rule that is broken decides the answer.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, NrsError> {
        let body: Body = serde_json::from_slice(bytes)
            .map_err(|error| NrsError::Unreadable(error.to_string()))?;
        let recipients = recipients(&body.to)?;
        let requested = text(&body.message).ok_or(NrsError::TextMissing)?.to_owned();
        let from = sender(&body.from)?;
        let encoding = encoding(&body.encoding)?;
        let allowed = allowed_parts(&body.parts)?;
        let transliterate = matches!(&body.trans, Value::Number(one) if one.as_u64() == Some(1));
        let scheduled_at = date(&body.schedule_date, "scheduleDate")?;
        date(&body.expiration_date, "expirationDate")?;
        let notification_url = notification_url(&body.notification_url)?;
        let received = encoding.received(&requested, transliterate);
        let parts = encoding.parts(&received);
        if parts.len() > allowed {
            return Err(NrsError::TextTooLong {
                parts: parts.len(),
                allowed,
            });
        }
        Ok(Self {
            recipients,
            from,
            requested,
            received,
            encoding,
            parts,
            campaign_name: text(&body.campaign_name).unwrap_or_default().to_owned(),
            scheduled_at,
            notification_url,
        })
    }
}

/// A string that is not empty.
fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// All entries of `to`; an error when not one of them is a number with country prefix.
fn recipients(to: &Value) -> Result<Vec<Result<String, String>>, NrsError> {
    let entries = to.as_array().ok_or(NrsError::NoValidRecipients)?;
    let recipients: Vec<_> = entries
        .iter()
        .map(|entry| match entry.as_str() {
            Some(digits) if is_number(digits) => Ok(digits.to_owned()),
            Some(other) => Err(other.to_owned()),
            None => Err(entry.to_string()),
        })
        .collect();
    if recipients.iter().any(Result::is_ok) {
        Ok(recipients)
    } else {
        Err(NrsError::NoValidRecipients)
    }
}

/// Digits only, the first one not a zero, of a length that a number can have.
fn is_number(digits: &str) -> bool {
    NUMBER_DIGITS.contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

/// Up to 15 digits, or up to 11 letters, digits and spaces.
fn sender(from: &Value) -> Result<String, NrsError> {
    let sender = text(from).ok_or(NrsError::SenderMissing)?;
    let fits = if sender.bytes().all(|byte| byte.is_ascii_digit()) {
        sender.len() <= 15
    } else {
        sender.len() <= 11
            && sender
                .bytes()
                .all(|byte| byte.is_ascii_graphic() || byte == b' ')
    };
    if fits {
        Ok(sender.to_owned())
    } else {
        Err(NrsError::SenderTooLong)
    }
}

fn encoding(value: &Value) -> Result<WireEncoding, NrsError> {
    match value {
        Value::Null => Ok(WireEncoding::Gsm),
        Value::String(name) => WireEncoding::parse(name).ok_or(NrsError::BadEncoding),
        _ => Err(NrsError::BadEncoding),
    }
}

/// One part unless more are asked for.
fn allowed_parts(value: &Value) -> Result<usize, NrsError> {
    match value {
        Value::Null => Ok(1),
        Value::Number(number) => number
            .as_u64()
            .filter(|parts| (1..=MOST_PARTS).contains(parts))
            .and_then(|parts| usize::try_from(parts).ok())
            .ok_or(NrsError::BadParts),
        _ => Err(NrsError::BadParts),
    }
}

/// A UTC time as `YYYYMMDDhhmmss`, in milliseconds since the Unix epoch.
fn date(value: &Value, field: &'static str) -> Result<Option<i64>, NrsError> {
    if value.is_null() {
        return Ok(None);
    }
    value
        .as_str()
        .filter(|digits| digits.len() == 14 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|digits| DateTime::strptime("%Y%m%d%H%M%S", digits).ok())
        .and_then(|civil| civil.to_zoned(TimeZone::UTC).ok())
        .map(|zoned| Some(zoned.timestamp().as_millisecond()))
        .ok_or(NrsError::BadDate(field))
}

/// An http(s) URL on this computer: the sandbox never calls out.
fn notification_url(value: &Value) -> Result<Option<String>, NrsError> {
    if value.is_null() {
        return Ok(None);
    }
    let given = value.as_str().ok_or(NrsError::BadNotificationUrl)?;
    let url = Url::parse(given).map_err(|_| NrsError::BadNotificationUrl)?;
    if matches!(url.scheme(), "http" | "https") && is_loopback_host(&url) {
        Ok(Some(given.to_owned()))
    } else {
        Err(NrsError::BadNotificationUrl)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{NrsError, Send};

    /// A valid body with one field replaced.
    fn read(field: &str, value: Value) -> Result<Send, NrsError> {
        let mut body = json!({"to": ["351912000001"], "from": "Septet", "message": "Olá"});
        body[field] = value;
        Send::read(body.to_string().as_bytes())
    }

    #[test]
    fn every_rule_answers_with_its_own_code() {
        let long = "a".repeat(161);
        for (code, field, value) in [
            (101, "massage", json!("misspelt")),
            (102, "to", json!([])),
            (102, "to", json!("351912000001")),
            (
                102,
                "to",
                json!(["+351912000001", "n/a", 351_912_000_001_i64]),
            ),
            (104, "message", json!("")),
            (104, "message", json!(null)),
            (105, "message", json!(long)),
            (106, "from", json!("")),
            (107, "from", json!("Twelve chars")),
            (107, "from", json!("1234567890123456")),
            (107, "from", json!("Açaí")),
            (108, "scheduleDate", json!("2026-11-23")),
            (108, "expirationDate", json!("20261340000000")),
            (109, "notificationUrl", json!("not a url")),
            (109, "notificationUrl", json!("https://example.com/?d=%d")),
            (109, "notificationUrl", json!("ftp://localhost/?d=%d")),
            (110, "parts", json!(0)),
            (110, "parts", json!("2")),
            (113, "encoding", json!("latin1")),
        ] {
            let error = read(field, value.clone()).expect_err(field);
            assert_eq!(error.code(), code, "{field}: {value}");
        }
    }

    #[test]
    fn the_limits_themselves_are_accepted() {
        for (field, value) in [
            ("from", json!("123456789012345")),
            ("from", json!("Eleven char")),
            ("message", json!("a".repeat(160))),
            ("parts", json!(10)),
            ("scheduleDate", json!("20261123074500")),
            (
                "notificationUrl",
                json!("http://localhost:8360/h?state=%d&time=%t"),
            ),
        ] {
            assert!(read(field, value.clone()).is_ok(), "{field}: {value}");
        }
    }

    #[test]
    fn a_bad_recipient_does_not_spoil_the_good_ones() {
        let send = read("to", json!(["351912000001", "n/a"])).expect("one is valid");
        assert_eq!(
            send.recipients,
            [Ok("351912000001".to_owned()), Err("n/a".to_owned())]
        );
    }
}
