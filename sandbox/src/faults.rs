//! The ways in which the platforms can be made to fail.

use serde::{Deserialize, Serialize};

/// All switches; the default is that everything works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// What 360nrs does when it is called.
    pub sms: SmsFault,
    /// What becomes of accepted messages.
    pub report: ReportFault,
    /// What HubSpot's CRM does when it is called.
    pub crm: CrmFault,
}

/// What 360nrs does when it is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsFault {
    /// It works.
    #[default]
    None,
    /// Error 103 with status 401 on every route.
    RefusedCredentials,
    /// Error 111 with status 402 on `POST /sms`, and a balance of zero.
    NoCredit,
    /// Status 503 from the proxy in front of it, on every route.
    Down,
    /// Error 101 with status 500 on `POST /sms`; nothing is accepted.
    InternalError,
    /// `POST /sms` accepts the message and the connection breaks before the answer.
    LostAnswer,
    /// Status 429 on `POST /sms`; nothing is accepted.
    TooMany,
}

/// What becomes of accepted messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportFault {
    /// Reports 8, 4, then 1: delivered.
    #[default]
    Deliver,
    /// Reports 8, 4, then 2: the phone does not get it.
    Undeliverable,
    /// The phone gets it but no report is ever made.
    Never,
}

/// What HubSpot's CRM does when it is called. Sign-in always works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrmFault {
    /// It works.
    #[default]
    None,
    /// Status 503.
    Down,
    /// Status 429 with HubSpot's rate limit body.
    RateLimited,
    /// Status 403: the app lacks the permission.
    Refused,
    /// Status 423: the record is locked.
    Locked,
    /// Status 477: the account is on its way to another data centre.
    Migrating,
    /// It does what it is asked, and the connection breaks before the answer.
    LostAnswer,
    /// Status 401, whatever the token.
    Unauthorized,
    /// It does what it is asked, three seconds later.
    Slow,
    /// The connection breaks, and nothing is done.
    Cut,
    /// Of a batch that writes on timelines every other record is refused (207).
    Partly,
}
