//! Every error as problem+json (RFC 9457), made in this one place.
//!
//! The page translates `code`; `title` is for whoever reads the API. What went
//! wrong inside is logged here, once, and not told.

use axum::Json;
use axum::extract::Request;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use septet_core::campaign::Problem;
use septet_core::wire::{ErrorCode, Exclusion, ProblemDetails};

use crate::audience::ReadError;
use crate::campaigns::CreateError;
use crate::hubspot::CrmError;
use crate::nrs::ProviderError;
use crate::opt_out::OptOutError;
use crate::receiving::ReceiveError;
use crate::secrets::SecretError;
use crate::store::StoreError;

/// An answer that says no.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: ErrorCode,
    /// Where it says more than the code.
    status: Option<StatusCode>,
    problems: Vec<Problem>,
    exclusions: Vec<Exclusion>,
}

impl ApiError {
    /// With a status that says more than the code.
    pub(super) fn with(code: ErrorCode, status: StatusCode) -> Self {
        Self {
            status: Some(status),
            ..code.into()
        }
    }

    /// A request that is malformed in a way that HTTP has a status for.
    pub(super) fn malformed(status: StatusCode) -> Self {
        Self::with(ErrorCode::BadRequest, status)
    }
}

pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            status: None,
            problems: Vec::new(),
            exclusions: Vec::new(),
        }
    }
}

impl From<Vec<Problem>> for ApiError {
    fn from(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            ..ErrorCode::InvalidDraft.into()
        }
    }
}

impl From<Vec<Exclusion>> for ApiError {
    fn from(exclusions: Vec<Exclusion>) -> Self {
        Self {
            exclusions,
            ..ErrorCode::NoRecipients.into()
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a request failed");
        if error.is_outage() {
            ErrorCode::Unavailable.into()
        } else {
            ErrorCode::Internal.into()
        }
    }
}

impl From<SecretError> for ApiError {
    fn from(error: SecretError) -> Self {
        tracing::error!(%error, "a request failed");
        ErrorCode::Internal.into()
    }
}

impl From<OptOutError> for ApiError {
    fn from(error: OptOutError) -> Self {
        match error {
            OptOutError::Store(error) => error.into(),
            OptOutError::Secret(error) => error.into(),
        }
    }
}

impl From<CrmError> for ApiError {
    fn from(error: CrmError) -> Self {
        match error {
            CrmError::Unreachable(_) | CrmError::Refused(_) => {
                tracing::warn!(%error, "HubSpot could not be asked");
                ErrorCode::CrmUnreachable.into()
            }
            CrmError::Disconnected => ErrorCode::CrmDisconnected.into(),
            CrmError::NotFound => ErrorCode::NotFound.into(),
            CrmError::Store(error) => error.into(),
            CrmError::Secret(error) => error.into(),
        }
    }
}

impl From<ProviderError> for ApiError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Store(error) => error.into(),
            ProviderError::Secret(error) => error.into(),
        }
    }
}

impl From<ReceiveError> for ApiError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::TooLarge => ErrorCode::FileTooLarge.into(),
            ReceiveError::Unreadable(_) => ErrorCode::UnreadableFile.into(),
            ReceiveError::Broken => ErrorCode::BadRequest.into(),
            ReceiveError::Store(error) => error.into(),
            ReceiveError::Secret(error) => error.into(),
        }
    }
}

impl From<CreateError> for ApiError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Invalid(problems) => problems.into(),
            CreateError::NoRecipients(exclusions) => exclusions.into(),
            CreateError::NoImport => ErrorCode::NotFound.into(),
            CreateError::KeyReused => ErrorCode::KeyReused.into(),
            CreateError::NoProvider | CreateError::CredentialsRefused => {
                ErrorCode::ProviderCredentialsRefused.into()
            }
            CreateError::Provider(error) => error.into(),
            CreateError::NoCredit => ErrorCode::ProviderNoCredit.into(),
            CreateError::ProviderUnreachable => ErrorCode::ProviderUnreachable.into(),
            CreateError::Read(ReadError::Gone) => ErrorCode::NotFound.into(),
            CreateError::Read(ReadError::Crm(error)) | CreateError::Crm(error) => error.into(),
            CreateError::Read(ReadError::Store(error)) => error.into(),
            CreateError::Store(error) => error.into(),
            CreateError::Secret(error) => error.into(),
        }
    }
}

macro_rules! malformed {
    ($($rejection:ty),+) => {
        $(impl From<$rejection> for ApiError {
            fn from(_: $rejection) -> Self {
                ErrorCode::BadRequest.into()
            }
        })+
    };
}
malformed!(PathRejection, QueryRejection);

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            status @ StatusCode::PAYLOAD_TOO_LARGE => Self::malformed(status),
            _ => ErrorCode::BadRequest.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, title) = match self.status {
            Some(status) => (status, describe_status(status)),
            None => describe_code(self.code),
        };
        let details = ProblemDetails {
            kind: format!("urn:septet:problem:{}", self.code.name()),
            title: title.to_owned(),
            status: status.as_u16(),
            code: self.code,
            problems: self.problems,
            exclusions: self.exclusions,
        };
        let json = HeaderValue::from_static("application/problem+json");
        (status, [(header::CONTENT_TYPE, json)], Json(details)).into_response()
    }
}

/// Turns the framework's own refusals (a body too large, a wrong method, a time-out) into problems.
pub(super) async fn describe(request: Request, next: Next) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let described = kind.is_some_and(|kind| kind == "application/problem+json");
    if !api
        || described
        || !(response.status().is_client_error() || response.status().is_server_error())
    {
        return response;
    }
    let error = match response.status() {
        StatusCode::NOT_FOUND => ErrorCode::NotFound.into(),
        status if status.is_client_error() => ApiError::malformed(status),
        _ => ErrorCode::Internal.into(),
    };
    let mut problem = error.into_response();
    if let Some(methods) = response.headers().get(header::ALLOW) {
        problem.headers_mut().insert(header::ALLOW, methods.clone());
    }
    problem
}

pub(super) async fn not_found() -> ApiError {
    ErrorCode::NotFound.into()
}

/// Of a request that is malformed.
fn describe_status(status: StatusCode) -> &'static str {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => "This address does not take this method",
        StatusCode::PAYLOAD_TOO_LARGE => "The request is too large",
        _ => describe_code(ErrorCode::BadRequest).1,
    }
}

fn describe_code(code: ErrorCode) -> (StatusCode, &'static str) {
    match code {
        ErrorCode::BadRequest => (StatusCode::BAD_REQUEST, "The request is malformed"),
        ErrorCode::SignedOut => (StatusCode::UNAUTHORIZED, "Nobody is signed in"),
        ErrorCode::ForeignOrigin => (StatusCode::FORBIDDEN, "The request came from another site"),
        ErrorCode::NotFromHere => (
            StatusCode::FORBIDDEN,
            "A page inside HubSpot's may not do this",
        ),
        ErrorCode::NotFound => (
            StatusCode::NOT_FOUND,
            "There is no such thing in this account",
        ),
        ErrorCode::InvalidDraft => (StatusCode::UNPROCESSABLE_ENTITY, "The draft breaks rules"),
        ErrorCode::NoRecipients => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Nobody in the audience can be sent to",
        ),
        ErrorCode::KeyReused => (StatusCode::CONFLICT, "This key was used with another draft"),
        ErrorCode::WrongState => (StatusCode::CONFLICT, "The state of this does not allow it"),
        ErrorCode::UnreadableFile => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "The file is no CSV file with a header",
        ),
        ErrorCode::FileTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "The file is too large"),
        ErrorCode::BadLinkHost => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "This is no host that links can begin with",
        ),
        ErrorCode::LinkHostElsewhere => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "This host does not lead to Septet",
        ),
        ErrorCode::ProviderCredentialsRefused => {
            (StatusCode::BAD_GATEWAY, "360nrs refused the credentials")
        }
        ErrorCode::ProviderNoCredit => {
            (StatusCode::PAYMENT_REQUIRED, "No credit is left at 360nrs")
        }
        ErrorCode::ProviderUnreachable => (StatusCode::BAD_GATEWAY, "360nrs did not answer"),
        ErrorCode::Unavailable => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer, or takes nothing more",
        ),
        ErrorCode::CrmUnreachable => (StatusCode::BAD_GATEWAY, "HubSpot did not answer"),
        ErrorCode::CrmDisconnected => (StatusCode::CONFLICT, "HubSpot no longer lets this app in"),
        ErrorCode::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
        ErrorCode::Internal => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "A fault of ours; it is in the log",
        ),
    }
}
