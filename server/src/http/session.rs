//! Who is calling.

use axum::Json;
use axum::extract::{FromRequestParts, MatchedPath, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use septet_core::wire::{Audience, Defaults, ErrorCode, Portal, Session, User};

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
    /// The only contacts that they may see and send to, in a page inside HubSpot's.
    contacts: Option<Vec<String>>,
}

/// What a page inside HubSpot's may ask for. Whoever can open it is a user of the HubSpot
/// account, but perhaps not one who may install apps, nor see everybody there.
const EMBEDDED: [(Method, &str); 8] = [
    (Method::GET, "/api/session"),
    (Method::GET, "/api/properties"),
    (Method::GET, "/api/contacts/{id}"),
    (Method::GET, "/api/campaigns/{id}"),
    (Method::GET, "/api/drafts/{key}"),
    (Method::PUT, "/api/drafts/{key}"),
    (Method::POST, "/api/campaigns/check"),
    (Method::POST, "/api/campaigns"),
];

impl SignedIn {
    /// Refuses contacts that the page was not opened for.
    pub(super) fn may_see(&self, contact: &str) -> ApiResult<()> {
        match &self.contacts {
            Some(contacts) if !contacts.iter().any(|known| known == contact) => {
                Err(ErrorCode::NotFromHere.into())
            }
            _ => Ok(()),
        }
    }

    /// The same for an audience.
    pub(super) fn may_send_to(&self, audience: &Audience) -> ApiResult<()> {
        match (audience, &self.contacts) {
            (_, None) => Ok(()),
            (Audience::Contacts { ids }, Some(_)) => ids.iter().try_for_each(|id| self.may_see(id)),
            (
                Audience::List { .. } | Audience::Search { .. } | Audience::Import { .. },
                Some(_),
            ) => Err(ErrorCode::NotFromHere.into()),
        }
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        // A page inside HubSpot's has no cookie; where it names its session, no other counts.
        let token = match parts.headers.get(header::AUTHORIZATION) {
            Some(named) => {
                let named = named.to_str().ok();
                named.and_then(|named| named.strip_prefix("Bearer "))
            }
            None => SESSION.read(&parts.headers, app.is_secure()),
        };
        let token = token.ok_or(ErrorCode::SignedOut)?;
        let session = app
            .store
            .session(&secrets::token_hash(token), clock::now())
            .await?;
        // The operator may have changed their mind since it began.
        let allowed = session.filter(|session| app.config.hubspot.portals.allow(session.portal));
        let session = allowed.ok_or(ErrorCode::SignedOut)?;
        let route = parts.extensions.get::<MatchedPath>();
        let route = route.map_or("", MatchedPath::as_str);
        let open = EMBEDDED.contains(&(parts.method.clone(), route));
        if session.contacts.is_some() && !open {
            return Err(ErrorCode::NotFromHere.into());
        }
        Ok(Self {
            portal: session.portal,
            user: session.user,
            contacts: session.contacts,
        })
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
        links: app.links(person.portal).await?,
        defaults: Defaults {
            country: app.config.country.code().to_owned(),
            max_parts: app.config.max_parts,
            max_import: app.config.max_import,
            utm: app.store.default_utm(person.portal).await?,
        },
        handset_url: app.config.handset_url.clone(),
    }))
}
