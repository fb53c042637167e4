//! HubSpot's error body.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal of one of HubSpot's interfaces (OAuth has a shape of its own).
#[derive(Debug)]
pub(crate) struct HubSpotError {
    status: StatusCode,
    category: &'static str,
    message: String,
    errors: Vec<Value>,
}

impl HubSpotError {
    fn new(status: StatusCode, category: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            category,
            message: message.into(),
            errors: Vec::new(),
        }
    }

    /// 400: the request breaks a rule.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
    }

    /// 404: no such thing in this account.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "OBJECT_NOT_FOUND", message)
    }

    /// 409: it exists already.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "CONFLICT", message)
    }

    /// 401: no token, or one that nobody gave out.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "INVALID_AUTHENTICATION",
            "Authentication credentials not found or not valid.",
        )
    }

    /// 401: the token's time has run out.
    pub(crate) fn expired() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "EXPIRED_AUTHENTICATION",
            "The OAuth token used to make this call has expired.",
        )
    }

    /// 403: the token was not given this permission.
    pub(crate) fn missing_scope(scope: &str) -> Self {
        let mut error = Self::new(
            StatusCode::FORBIDDEN,
            "MISSING_SCOPES",
            "This app hasn't been granted all required scopes to make this call.",
        );
        error.errors.push(json!({
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": [scope]},
        }));
        error
    }

    /// 503: HubSpot is down.
    pub(crate) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "SERVICE_UNAVAILABLE",
            "HubSpot is temporarily unavailable.",
        )
    }

    /// 423: it is locked for a moment.
    pub(crate) fn locked() -> Self {
        Self::new(
            StatusCode::LOCKED,
            "LOCKED",
            "The resource is locked. Wait two seconds between calls.",
        )
    }

    /// 477: the account is being moved.
    pub(crate) fn migrating() -> Self {
        // No standard has it.
        let status = StatusCode::from_u16(477).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        Self::new(
            status,
            "MIGRATION_IN_PROGRESS",
            "The account is being migrated.",
        )
    }

    /// 429: too many requests in ten seconds.
    pub(crate) fn rate_limited() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITS",
            "You have reached your ten_secondly_rolling limit.",
        )
    }
}

impl From<JsonRejection> for HubSpotError {
    fn from(rejection: JsonRejection) -> Self {
        Self::validation(format!("Invalid input JSON: {}", rejection.body_text()))
    }
}

impl From<QueryRejection> for HubSpotError {
    fn from(rejection: QueryRejection) -> Self {
        Self::validation(rejection.body_text())
    }
}

/// A number for each answer, in the form of a UUID, to find it again in a log.
pub(crate) fn correlation_id() -> String {
    static ANSWERS: AtomicU64 = AtomicU64::new(1);
    let number = ANSWERS.fetch_add(1, Ordering::Relaxed);
    format!("5e97e700-0000-4000-8000-{number:012x}")
}

impl IntoResponse for HubSpotError {
    fn into_response(self) -> Response {
        let mut body = json!({
            "status": "error",
            "message": self.message,
            "correlationId": correlation_id(),
            "category": self.category,
        });
        if !self.errors.is_empty() {
            body["errors"] = Value::Array(self.errors);
        }
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            body["errorType"] = "RATE_LIMIT".into();
            body["policyName"] = "TEN_SECONDLY_ROLLING".into();
        }
        (self.status, Json(body)).into_response()
    }
}
