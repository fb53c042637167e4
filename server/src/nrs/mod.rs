//! 360nrs: sending one message, asking for the account, reading delivery reports.
//!
//! The one question that matters after a call is whether the provider has the
//! message; [`Sent`] is the answer, and nothing here retries.

mod answer;
mod client;
mod providers;

use std::time::Duration;

use septet_core::wire::Millis;

pub(crate) use client::{Nrs, Send};
pub(crate) use providers::{ProviderError, Providers};

/// What is known after `POST /sms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The provider has it.
    Accepted {
        /// Its id there.
        id: String,
        /// The id of the call in [`Nrs::sendings`], where the answer has one.
        sending: Option<String>,
    },
    /// The provider refused this recipient.
    RecipientRefused,
    /// The provider refused the request: nobody gets anything until something is changed.
    Refused(Refusal),
    /// Provably not accepted: no connection was made, or it said to come again later.
    NotReached {
        /// How much later, where it said so.
        later: Option<Duration>,
    },
    /// It may or may not have been accepted.
    Unknown,
}

/// Why the provider refuses whole requests (its error codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// 103
    Credentials,
    /// 111
    NoCredit,
    /// Any other code.
    Other(u32),
}

impl Refusal {
    fn of(code: u32) -> Self {
        match code {
            103 => Self::Credentials,
            111 => Self::NoCredit,
            other => Self::Other(other),
        }
    }
}

/// One call to `POST /sms`, as `GET /sendings` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sending {
    pub(crate) id: String,
    pub(crate) campaign_name: String,
    pub(crate) created_at: Millis,
}

/// What `GET /account` says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum AccountState {
    /// The credentials are good.
    Ready {
        /// Credit left, where the answer has one.
        balance: Option<f64>,
    },
    /// The credentials are not.
    CredentialsRefused,
    /// No answer that can be understood.
    Unreachable,
}
