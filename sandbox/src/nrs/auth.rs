//! HTTP Basic, and the faults that strike before any route is reached.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::NrsError;
use crate::faults::SmsFault;
use crate::shared::Shared;
use crate::{NRS_PASSWORD, NRS_USERNAME};

/// Proof that a request came with the account's credentials.
#[derive(Debug)]
pub(crate) struct Customer;

impl FromRequestParts<Arc<Shared>> for Customer {
    type Rejection = NrsError;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        match shared.faults().sms {
            SmsFault::Down => return Err(NrsError::Unavailable),
            SmsFault::RefusedCredentials => return Err(NrsError::BadCredentials),
            _ => {}
        }
        let given = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Basic "))
            .and_then(|encoded| STANDARD.decode(encoded).ok());
        let expected = format!("{NRS_USERNAME}:{NRS_PASSWORD}");
        if given.as_deref() == Some(expected.as_bytes()) {
            Ok(Self)
        } else {
            Err(NrsError::BadCredentials)
        }
    }
}
