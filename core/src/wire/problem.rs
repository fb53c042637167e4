//! Errors at the HTTP edge: problem+json (RFC 9457) with a code that the page translates.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::Exclusion;
use crate::campaign::Problem;
use crate::named::named;

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
    /// Why nobody is left, when `code` is `no_recipients`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
}

named! {
    /// What went wrong, for a program.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ErrorCode {
        /// The request itself is malformed.
        BadRequest = "bad_request",
        /// Nobody is signed in, or the sign-in has expired.
        SignedOut = "signed_out",
        /// The request came from another site.
        ForeignOrigin = "foreign_origin",
        /// A page inside HubSpot's may not do this.
        NotFromHere = "not_from_here",
        /// No such thing in this account.
        NotFound = "not_found",
        /// The draft breaks rules, named in `problems`.
        InvalidDraft = "invalid_draft",
        /// Nobody in the audience can be sent to.
        NoRecipients = "no_recipients",
        /// This key was used with another draft.
        KeyReused = "key_reused",
        /// The state of the campaign, or of the import, does not allow this.
        WrongState = "wrong_state",
        /// The file is no CSV file with a header and rows.
        UnreadableFile = "unreadable_file",
        /// The file is larger than a file may be.
        FileTooLarge = "file_too_large",
        /// A host for links is written as none that may be used.
        BadLinkHost = "bad_link_host",
        /// A host for links does not lead here.
        LinkHostElsewhere = "link_host_elsewhere",
        /// 360nrs refused the credentials (103).
        ProviderCredentialsRefused = "provider_credentials_refused",
        /// No credit left at 360nrs (111).
        ProviderNoCredit = "provider_no_credit",
        /// 360nrs did not answer.
        ProviderUnreachable = "provider_unreachable",
        /// HubSpot did not answer.
        CrmUnreachable = "crm_unreachable",
        /// HubSpot no longer lets us in: connect again.
        CrmDisconnected = "crm_disconnected",
        /// Too many requests.
        TooManyRequests = "too_many_requests",
        /// The database does not answer, or takes nothing more.
        Unavailable = "unavailable",
        /// A fault of ours; it is in the log.
        Internal = "internal",
    }
}
