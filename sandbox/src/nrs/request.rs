//! Reading the body of `POST /sms`, as strictly as the provider's error codes allow.
//!
//! Stricter than the provider may be in one respect: a field that it does not
//! know is refused, so that a misspelt name in our client shows up here.

use serde::Deserialize;
use serde_json::Value;

use super::error::NrsError;
use super::fields::{self, Recipients, Wording};

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
    /// Every recipient.
    pub(crate) recipients: Recipients,
    /// What it says.
    pub(crate) wording: Wording,
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
        let recipients = fields::recipients(&body.to)?;
        let wording = Wording::read(
            &body.message,
            &body.from,
            &body.encoding,
            &body.parts,
            &body.trans,
        )?;
        let scheduled_at = fields::date(&body.schedule_date, "scheduleDate")?;
        fields::date(&body.expiration_date, "expirationDate")?;
        Ok(Self {
            recipients,
            wording,
            campaign_name: fields::text(&body.campaign_name)
                .unwrap_or_default()
                .to_owned(),
            scheduled_at,
            notification_url: fields::notification_url(&body.notification_url)?,
        })
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
