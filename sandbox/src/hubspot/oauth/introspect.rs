//! What a token stands for, and the end of a refresh token.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::grants::{Grant, Lookup};
use super::token::{OAuthError, check_client};
use crate::HUBSPOT_CLIENT_ID;
use crate::shared::{Shared, lock};

/// The form of both calls.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TokenQuestion {
    client_id: String,
    client_secret: String,
    token: String,
}

/// `POST /oauth/2026-09/token/introspect`
pub(crate) async fn introspect(
    State(shared): State<Arc<Shared>>,
    form: Result<Form<TokenQuestion>, FormRejection>,
) -> Result<Json<Value>, OAuthError> {
    let Form(form) = form?;
    check_client(&form.client_id, &form.client_secret)?;
    let grants = lock(&shared.grants);
    let answer = match (grants.access(&form.token), grants.refresh(&form.token)) {
        (Lookup::Good { grant, seconds }, _) => {
            let mut answer = describe(grant, &form.token, "access_token");
            answer["expires_in"] = seconds.into();
            answer
        }
        (_, Some(grant)) => describe(grant, &form.token, "refresh_token"),
        _ => json!({"active": false}),
    };
    Ok(Json(answer))
}

fn describe(grant: &Grant, token: &str, token_use: &str) -> Value {
    json!({
        "active": true,
        "token": token,
        "token_type": "bearer",
        "token_use": token_use,
        "hub_id": grant.portal,
        "hub_domain": grant.domain,
        "user": grant.user_email,
        "user_id": grant.user_id,
        "app_id": 1,
        "client_id": HUBSPOT_CLIENT_ID,
        "scopes": grant.scopes,
        "is_private_distribution": true,
    })
}

/// `POST /oauth/2026-09/token/revoke`; access tokens given out live on until they expire.
pub(crate) async fn revoke(
    State(shared): State<Arc<Shared>>,
    form: Result<Form<TokenQuestion>, FormRejection>,
) -> Result<StatusCode, OAuthError> {
    let Form(form) = form?;
    check_client(&form.client_id, &form.client_secret)?;
    lock(&shared.grants).revoke(&form.token);
    Ok(StatusCode::OK)
}
