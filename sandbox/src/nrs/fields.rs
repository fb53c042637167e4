//! Fields that sends of every channel have, each read to answer with the right code.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use super::error::NrsError;
use super::text::{Part, WireEncoding};
use crate::guard::is_loopback_host;

/// Most parts that may be asked for. Assumed: the provider's figure is not public.
const MOST_PARTS: u64 = 10;
/// Digits of an E.164 number, country code included: fewest that exist, most allowed.
const NUMBER_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// Every entry of `to`, in order: the digits, or what was given in their place.
pub(super) type Recipients = Vec<Result<String, String>>;

/// What a text message says, and as whom.
#[derive(Debug, Clone)]
pub(crate) struct Wording {
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
}

impl Wording {
    /// Reads the fields of the same names.
    pub(super) fn read(
        message: &Value,
        from: &Value,
        coding: &Value,
        parts: &Value,
        trans: &Value,
    ) -> Result<Self, NrsError> {
        let requested = text(message).ok_or(NrsError::TextMissing)?.to_owned();
        let from = sender(from)?;
        let encoding = encoding(coding)?;
        let allowed = allowed_parts(parts)?;
        let transliterate = matches!(trans, Value::Number(one) if one.as_u64() == Some(1));
        let received = encoding.received(&requested, transliterate);
        let parts = encoding.parts(&received);
        if parts.len() > allowed {
            return Err(NrsError::TextTooLong {
                parts: parts.len(),
                allowed,
            });
        }
        Ok(Self {
            from,
            requested,
            received,
            encoding,
            parts,
        })
    }
}

/// A string that is not empty.
pub(super) fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// All entries of `to`; an error when not one of them is a number with country prefix.
pub(super) fn recipients(to: &Value) -> Result<Recipients, NrsError> {
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
pub(super) fn is_number(digits: &str) -> bool {
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

/// One of the encodings, `gsm` where it is not said.
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
pub(super) fn date(value: &Value, field: &'static str) -> Result<Option<i64>, NrsError> {
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
pub(super) fn notification_url(value: &Value) -> Result<Option<String>, NrsError> {
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
