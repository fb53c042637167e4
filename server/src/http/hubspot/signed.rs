//! The door for requests that HubSpot has signed.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, OriginalUri, Query, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use septet_core::wire::{ErrorCode, User};
use serde::Deserialize;

use crate::app::App;
use crate::clock;
use crate::http::problem::{ApiError, ApiResult};
use crate::hubspot::{Fallback, MAX_AGE, Signed};
use crate::secrets;

/// Most bytes of a body; HubSpot's proxy lets no more through.
const MAX_BODY: usize = 1024 * 1024;

/// Who is let through.
#[derive(Debug, Clone)]
pub(super) struct Door {
    pub(super) app: App,
    /// What is accepted where there is no signature of version 3.
    pub(super) fallback: Fallback,
    /// Whether the same request may do something once only.
    pub(super) once: bool,
}

/// Lets through what HubSpot has signed. It is the address that HubSpot was given which
/// counts, not what a proxy in between makes of it.
pub(super) async fn check(State(door): State<Door>, request: Request, next: Next) -> Response {
    match checked(&door, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn checked(door: &Door, request: Request) -> ApiResult<Request> {
    let app = &door.app;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MAX_BODY)
        .await
        .map_err(|_| ApiError::malformed(StatusCode::PAYLOAD_TOO_LARGE))?;
    let url = full_url(app, &parts);
    let signed = Signed {
        method: &parts.method,
        url: &url,
        headers: &parts.headers,
        body: &body,
    };
    let now = clock::now();
    let secret = &app.config.hubspot.client_secret;
    if let Err(error) = signed.verify(secret, door.fallback, now) {
        tracing::warn!(%error, "a request was not signed by HubSpot");
        return Err(ErrorCode::SignedOut.into());
    }
    if door.once {
        // The signature covers everything that makes the request this one.
        let signature = parts.headers.get("x-hubspot-signature-v3");
        let digest =
            secrets::token_hash(signature.map_or("", |value| value.to_str().unwrap_or_default()));
        let forgotten = now + 2 * MAX_AGE;
        if !app.store.is_first(&digest, forgotten, now).await? {
            tracing::warn!("a request of HubSpot's came again");
            return Err(ErrorCode::SignedOut.into());
        }
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn full_url(app: &App, parts: &Parts) -> String {
    let uri = parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |original| &original.0);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("{}{path}", app.config.public_url)
}

/// The account and the person that HubSpot's proxy names in the address, which is signed.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) portal: u64,
    pub(super) user: User,
}

/// As the proxy writes them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    portal_id: u64,
    #[serde(default)]
    user_id: String,
    #[serde(default)]
    user_email: String,
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> ApiResult<Self> {
        let Query(named) = Query::<Named>::from_request_parts(parts, app).await?;
        // The operator has not named this account, or no longer.
        if !app.config.hubspot.portals.allow(named.portal_id) {
            return Err(ErrorCode::SignedOut.into());
        }
        Ok(Self {
            portal: named.portal_id,
            user: User {
                id: named.user_id,
                email: named.user_email,
            },
        })
    }
}
