//! The token endpoint: a code or a refresh token against an access token.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::grants::{ACCESS_LIFE, Grant, Grants};
use crate::hubspot::error::correlation_id;
use crate::shared::{Shared, lock};
use crate::{HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET};

/// The form of the call; what is needed depends on the grant type.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TokenForm {
    grant_type: String,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    code: String,
    code_verifier: Option<String>,
    refresh_token: String,
}

/// A refusal in the shape of RFC 6749 with HubSpot's own fields.
#[derive(Debug)]
pub(crate) struct OAuthError {
    status: StatusCode,
    error: &'static str,
    reason: &'static str,
    message: String,
}

impl OAuthError {
    fn new(error: &'static str, reason: &'static str, message: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            error,
            reason,
            message: message.to_owned(),
        }
    }

    /// The client's id or secret is wrong.
    fn client(id_is_known: bool) -> Self {
        if id_is_known {
            Self::new(
                "invalid_client",
                "BAD_CLIENT_SECRET",
                "missing or invalid client secret",
            )
        } else {
            Self::new(
                "invalid_client",
                "BAD_CLIENT_ID",
                "missing or unknown client id",
            )
        }
    }
}

impl From<FormRejection> for OAuthError {
    fn from(rejection: FormRejection) -> Self {
        Self::new("invalid_request", "BAD_REQUEST", &rejection.body_text())
    }
}

impl From<getrandom::Error> for OAuthError {
    fn from(error: getrandom::Error) -> Self {
        tracing::error!(%error, "no randomness for a token");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            ..Self::new("server_error", "INTERNAL_ERROR", "internal error")
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = json!({
            "error": self.error,
            "error_description": self.message,
            "status": self.reason,
            "message": self.message,
            "correlationId": correlation_id(),
        });
        (self.status, Json(body)).into_response()
    }
}

/// Both halves of the app's credentials must be right.
pub(super) fn check_client(id: &str, secret: &str) -> Result<(), OAuthError> {
    let id_is_known = id == HUBSPOT_CLIENT_ID;
    if id_is_known && secret == HUBSPOT_CLIENT_SECRET {
        Ok(())
    } else {
        Err(OAuthError::client(id_is_known))
    }
}

/// `POST /oauth/2026-09/token`
pub(crate) async fn token(
    State(shared): State<Arc<Shared>>,
    form: Result<Form<TokenForm>, FormRejection>,
) -> Result<Json<Value>, OAuthError> {
    let Form(form) = form?;
    check_client(&form.client_id, &form.client_secret)?;
    let mut grants = lock(&shared.grants);
    match form.grant_type.as_str() {
        "authorization_code" => {
            let grant = redeem(&mut grants, &form)?;
            let refresh = grants.new_refresh(grant.clone())?;
            answer(&mut grants, grant, &refresh)
        }
        "refresh_token" => {
            let grant = grants
                .refresh(&form.refresh_token)
                .cloned()
                .ok_or_else(|| {
                    OAuthError::new(
                        "invalid_grant",
                        "BAD_REFRESH_TOKEN",
                        "missing or invalid refresh token",
                    )
                })?;
            answer(&mut grants, grant, &form.refresh_token)
        }
        _ => Err(OAuthError::new(
            "unsupported_grant_type",
            "BAD_GRANT_TYPE",
            "missing or unknown grant_type",
        )),
    }
}

/// What the code stands for, if the call proves that it comes from where the code was sent.
fn redeem(grants: &mut Grants, form: &TokenForm) -> Result<Grant, OAuthError> {
    let code = grants.take_code(&form.code).ok_or_else(|| {
        OAuthError::new(
            "invalid_grant",
            "BAD_AUTH_CODE",
            "missing or invalid auth code",
        )
    })?;
    if code.redirect_uri != form.redirect_uri {
        return Err(OAuthError::new(
            "invalid_grant",
            "BAD_REDIRECT_URI",
            "redirect_uri does not match the one of the authorization",
        ));
    }
    let proven = match (&code.challenge, &form.code_verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == *challenge
        }
        _ => false,
    };
    if proven {
        Ok(code.grant)
    } else {
        Err(OAuthError::new(
            "invalid_grant",
            "BAD_AUTH_CODE",
            "code_verifier does not match the code_challenge",
        ))
    }
}

fn answer(grants: &mut Grants, grant: Grant, refresh: &str) -> Result<Json<Value>, OAuthError> {
    let access = grants.new_access(grant.clone())?;
    Ok(Json(json!({
        "access_token": access,
        "refresh_token": refresh,
        "expires_in": ACCESS_LIFE,
        "token_type": "bearer",
        "token_use": "access_token",
        "hub_id": grant.portal,
        "user_id": grant.user_id,
        "scopes": grant.scopes,
    })))
}
