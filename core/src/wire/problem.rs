//! Errors at the HTTP edge: problem+json (RFC 9457) with a code that the page translates.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::campaign::Problem;

/// Body of every answer with a status of 400 or above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemDetails {
    /// `urn:septet:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// English, for people who read the API.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// What the page translates.
    pub code: ErrorCode,
    /// What exactly is wrong with a draft, when `code` is `invalid_draft`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// What went wrong, for a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request itself is malformed.
    BadRequest,
    /// Nobody is signed in, or the sign-in has expired.
    SignedOut,
    /// The request came from another site.
    ForeignOrigin,
    /// No such thing in this account.
    NotFound,
    /// The draft breaks rules, named in `problems`.
    InvalidDraft,
    /// Nobody in the audience can be sent to.
    NoRecipients,
    /// This key was used with another draft.
    KeyReused,
    /// The campaign is in a state that does not allow this.
    WrongState,
    /// 360nrs refused the credentials (103).
    ProviderCredentialsRefused,
    /// No credit left at 360nrs (111).
    ProviderNoCredit,
    /// 360nrs did not answer.
    ProviderUnreachable,
    /// HubSpot did not answer.
    CrmUnreachable,
    /// HubSpot no longer lets us in: connect again.
    CrmDisconnected,
    /// Too many requests.
    TooManyRequests,
    /// A fault of ours; it is in the log.
    Internal,
}
