//! The provider's error codes and what they look like on the wire.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// Why 360nrs refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NrsError {
    /// 101: a fault of the provider.
    Internal,
    /// 101 as well: the provider's list has no code for a request that cannot be read.
    Unreadable(String),
    /// 102: nobody to send to.
    NoValidRecipients,
    /// 103: unknown user or password.
    BadCredentials,
    /// 104: no text.
    TextMissing,
    /// 105: the text has more parts than `parts` allows.
    TextTooLong {
        /// Parts that the text takes.
        parts: usize,
        /// Parts that are allowed.
        allowed: usize,
    },
    /// 106: no sender.
    SenderMissing,
    /// 107: neither up to 15 digits nor up to 11 characters.
    SenderTooLong,
    /// 108: not a UTC time of 14 digits.
    BadDate(&'static str),
    /// 109: not a URL that may be called.
    BadNotificationUrl,
    /// 110: not a number of parts.
    BadParts,
    /// 111: no credit for this send.
    NoCredit,
    /// 113: not one of the encodings.
    BadEncoding,
    /// 114, which is assumed: the account was not given this channel.
    NotEnabled,
    /// The proxy in front of a provider that is down.
    Unavailable,
    /// The proxy in front of a provider that did not answer it.
    BadGateway,
    /// Too many requests.
    TooMany {
        /// Whether it is said when to come again.
        later: bool,
    },
}

impl NrsError {
    /// The number in `error.code`.
    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Internal
            | Self::Unreadable(_)
            | Self::Unavailable
            | Self::BadGateway
            | Self::TooMany { .. } => 101,
            Self::NoValidRecipients => 102,
            Self::BadCredentials => 103,
            Self::TextMissing => 104,
            Self::TextTooLong { .. } => 105,
            Self::SenderMissing => 106,
            Self::SenderTooLong => 107,
            Self::BadDate(_) => 108,
            Self::BadNotificationUrl => 109,
            Self::BadParts => 110,
            Self::NoCredit => 111,
            Self::BadEncoding => 113,
            Self::NotEnabled => 114,
        }
    }

    /// The text in `error.description`.
    pub(crate) fn description(&self) -> String {
        match self {
            Self::Internal => "Internal error".into(),
            Self::Unreadable(what) => format!("The request cannot be read: {what}"),
            Self::NoValidRecipients => "No valid recipients".into(),
            Self::BadCredentials => "Unauthorized: wrong user or API password".into(),
            Self::TextMissing => "Text message missing".into(),
            Self::TextTooLong { parts, allowed } => {
                format!("Text message too long: {parts} parts, {allowed} allowed")
            }
            Self::SenderMissing => "Sender missing".into(),
            Self::SenderTooLong => {
                "Sender too long: up to 15 digits or 11 alphanumeric characters".into()
            }
            Self::BadDate(field) => format!("{field} is not a UTC date as YYYYMMDDhhmmss"),
            Self::BadNotificationUrl => {
                "The notification URL is not valid (the sandbox calls this computer only)".into()
            }
            Self::BadParts => "Parts must be a number from 1 to 10".into(),
            Self::NoCredit => "Not enough credit".into(),
            Self::BadEncoding => "Encoding must be gsm, gsm-pt or utf-16".into(),
            Self::NotEnabled => "This channel is not enabled for the account".into(),
            Self::Unavailable => "Service unavailable".into(),
            Self::BadGateway => "Bad gateway".into(),
            Self::TooMany { .. } => "Too many requests".into(),
        }
    }

    /// `{"code":…,"description":…}`, as it stands in a recipient's result too.
    pub(crate) fn body(&self) -> Value {
        json!({"code": self.code(), "description": self.description()})
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadCredentials => StatusCode::UNAUTHORIZED,
            Self::NotEnabled => StatusCode::FORBIDDEN,
            Self::NoCredit => StatusCode::PAYMENT_REQUIRED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::BadGateway => StatusCode::BAD_GATEWAY,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for NrsError {
    fn into_response(self) -> Response {
        let status = self.status();
        match self {
            // A proxy knows nothing of the interface behind it: it answers a page.
            Self::Unavailable | Self::BadGateway => (
                status,
                [(header::CONTENT_TYPE, "text/html")],
                format!("<html><head><title>{status}</title></head></html>"),
            )
                .into_response(),
            Self::TooMany { later: true } => (
                status,
                [(header::RETRY_AFTER, "1")],
                Json(json!({"error": self.body()})),
            )
                .into_response(),
            _ => (status, Json(json!({"error": self.body()}))).into_response(),
        }
    }
}
