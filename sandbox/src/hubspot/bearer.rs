//! Whose account a request is about: the one that its bearer token was given for.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use super::error::HubSpotError;
use super::oauth::{Grant, Lookup};
use crate::faults::CrmFault;
use crate::line::Line;
use crate::shared::{Shared, lock};

/// How long HubSpot takes when it is slow.
const SLOW: Duration = Duration::from_secs(3);

/// The holder of a good access token.
#[derive(Debug)]
pub(crate) struct Caller {
    grant: Grant,
    fault: CrmFault,
    line: Option<Line>,
}

impl Caller {
    /// The account, for interfaces that every token may use.
    pub(crate) fn portal(&self) -> u64 {
        self.grant.portal
    }

    /// Whether only some of a batch is taken.
    pub(crate) fn takes_some(&self) -> bool {
        self.fault == CrmFault::Partly
    }

    /// The account, if the CRM works and the token has this permission.
    pub(crate) fn allowed(&self, scope: &str) -> Result<u64, HubSpotError> {
        match self.fault {
            CrmFault::None | CrmFault::Slow | CrmFault::Partly => {}
            CrmFault::LostAnswer => self.line.iter().for_each(Line::cut),
            CrmFault::Cut => {
                self.line.iter().for_each(Line::cut);
                return Err(HubSpotError::unavailable());
            }
            CrmFault::Unauthorized => return Err(HubSpotError::unauthenticated()),
            CrmFault::Locked => return Err(HubSpotError::locked()),
            CrmFault::Migrating => return Err(HubSpotError::migrating()),
            CrmFault::Down => return Err(HubSpotError::unavailable()),
            CrmFault::RateLimited => return Err(HubSpotError::rate_limited()),
            CrmFault::Refused => return Err(HubSpotError::missing_scope(scope)),
        }
        if self.grant.scopes.iter().any(|granted| granted == scope) {
            Ok(self.grant.portal)
        } else {
            Err(HubSpotError::missing_scope(scope))
        }
    }
}

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = HubSpotError;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(HubSpotError::unauthenticated)?;
        let line = parts.extensions.get::<ConnectInfo<Line>>();
        let line = line.map(|ConnectInfo(line)| line.clone());
        let fault = shared.faults().crm;
        if fault == CrmFault::Slow {
            tokio::time::sleep(SLOW).await;
        }
        match lock(&shared.grants).access(token) {
            Lookup::Good { grant, .. } => Ok(Self {
                grant: grant.clone(),
                fault,
                line: line.clone(),
            }),
            Lookup::Expired => Err(HubSpotError::expired()),
            Lookup::Unknown => Err(HubSpotError::unauthenticated()),
        }
    }
}
