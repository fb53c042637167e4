//! 360nrs: sending one message, asking for the account, reading delivery reports.
//!
//! The one question that matters after a call is whether the provider has the
//! message; [`Sent`] is the answer, and nothing here retries.

mod answer;
mod client;

pub(crate) use client::{Nrs, Send};

/// What is known after `POST /sms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The provider has it.
    Accepted {
        /// Its id there.
        id: String,
    },
    /// The provider refused this recipient.
    RecipientRefused,
    /// The provider refused the request: nobody gets anything until something is changed.
    Refused(Refusal),
    /// Provably not accepted: no connection was made, or it said to come again later.
    NotReached,
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
