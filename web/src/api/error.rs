//! Why the server did not do what was asked.

use septet_core::wire::{ErrorCode, ProblemDetails};

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// The server said what is wrong.
    Problem(Box<ProblemDetails>),
    /// No answer at all: the network, or the server is down.
    Unreachable,
    /// An answer that is not Septet's, such as a proxy's error page.
    Unexpected {
        /// The HTTP status.
        status: u16,
    },
}

impl ApiError {
    /// What `GET /api/session` says to a visitor.
    pub(crate) fn signed_out() -> Self {
        Self::Problem(Box::new(ProblemDetails {
            kind: "urn:septet:problem:signed_out".into(),
            title: "Signed out".into(),
            status: 401,
            code: ErrorCode::SignedOut,
            problems: Vec::new(),
            exclusions: Vec::new(),
        }))
    }

    /// The server's code, when it gave one.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            Self::Unreachable | Self::Unexpected { .. } => None,
        }
    }
}
