//! Who is calling.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use septet_core::wire::{Defaults, ErrorCode, Portal, Session, User};

use super::cookie::SESSION;
use super::problem::{ApiError, ApiResult};
use crate::app::App;
use crate::clock;
use crate::secrets;

/// A person who is signed in, and the only portal that they may see.
#[derive(Debug, Clone)]
pub(super) struct SignedIn {
    pub(super) portal: u64,
    pub(super) user: User,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        // A page inside HubSpot's has no cookie; where it names its session, no other counts.
        let token = match parts.headers.get(header::AUTHORIZATION) {
            Some(named) => named
                .to_str()
                .ok()
                .and_then(|named| named.strip_prefix("Bearer ")),
            None => SESSION.read(&parts.headers, app.is_secure()),
        };
        let token = token.ok_or(ErrorCode::SignedOut)?;
        let session = app
            .store
            .session(&secrets::token_hash(token), clock::now())
            .await?;
        // The operator may have changed their mind since it began.
        let allowed = session.filter(|(portal, _)| app.config.hubspot.portals.allow(*portal));
        let (portal, user) = allowed.ok_or(ErrorCode::SignedOut)?;
        Ok(Self { portal, user })
    }
}

impl App {
    /// Whether browsers reach us by HTTPS.
    pub(super) fn is_secure(&self) -> bool {
        self.config.public_url.starts_with("https://")
    }
}

/// `GET /api/session`
pub(super) async fn show(person: SignedIn, State(app): State<App>) -> ApiResult<Json<Session>> {
    let account = app
        .store
        .account(person.portal)
        .await?
        .ok_or(ErrorCode::SignedOut)?;
    let provider = app.providers.status(person.portal).await?;
    Ok(Json(Session {
        user: person.user,
        portal: Portal {
            id: account.portal,
            name: account.name,
            ui_domain: account.ui_domain,
        },
        provider,
        links: app.links(),
        defaults: Defaults {
            country: app.config.country.code().to_owned(),
            max_parts: app.config.max_parts,
            max_import: app.config.max_import,
        },
        handset_url: app.config.handset_url.clone(),
    }))
}
