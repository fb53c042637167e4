//! Executions of workflow actions, and the choices that their fields offer.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use septet_core::phone::Country;
use septet_core::wire::ErrorCode;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::http::problem::ApiResult;
use crate::workflows::{self, Action, Execution, TakeError};

/// Executions that are taken at the same time; more are told to come again.
const AT_ONCE: usize = 64;
/// When: seconds by the standard. HubSpot documents milliseconds; either is soon enough
/// and not too soon.
const LATER: HeaderValue = HeaderValue::from_static("30");
/// Choices on a page.
const CHOICES: usize = 300;

/// How many may come in.
#[derive(Debug, Clone)]
pub(super) struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// `POST /hubspot/actions/v1/{action}`
pub(super) async fn execute(
    State((app, gate)): State<(App, Gate)>,
    Path(action): Path<String>,
    body: Result<Json<Value>, JsonRejection>,
) -> ApiResult<Response> {
    let Json(body) = body?;
    let action = Action::from_name(&action).ok_or(ErrorCode::NotFound)?;
    // What nobody can read will be no better when it comes again.
    let execution = Execution::read(&body).ok_or(ErrorCode::BadRequest)?;
    if !app.config.hubspot.portals.allow(execution.portal) {
        return Err(ErrorCode::SignedOut.into());
    }
    let Ok(_turn) = gate.0.try_acquire() else {
        let later = [(header::RETRY_AFTER, LATER)];
        return Ok((StatusCode::TOO_MANY_REQUESTS, later).into_response());
    };
    let answer = match workflows::take(&app, action, &execution, &body).await {
        Ok(answer) => answer,
        Err(TakeError::Store(error)) => return Err(error.into()),
        Err(TakeError::Crm(error)) => return Err(error.into()),
        Err(TakeError::Secret(error)) => return Err(error.into()),
    };
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((kind, answer).into_response())
}

/// `POST /hubspot/options/v1/{field}`
pub(super) async fn options(
    State((app, _)): State<(App, Gate)>,
    Path(field): Path<String>,
    body: Result<Json<Value>, JsonRejection>,
) -> ApiResult<Json<Value>> {
    let Json(body) = body?;
    let portal = body.pointer("/origin/portalId").and_then(|id| match id {
        Value::Number(id) => id.as_u64(),
        Value::String(id) => id.parse().ok(),
        _ => None,
    });
    let portal = portal.ok_or(ErrorCode::BadRequest)?;
    if !app.config.hubspot.portals.allow(portal) {
        return Err(ErrorCode::SignedOut.into());
    }
    let wanted = body.pointer("/fetchOptions/q").and_then(Value::as_str);
    let wanted = wanted.unwrap_or_default().trim().to_lowercase();
    let choices: Vec<(String, String)> = match field.as_str() {
        "senders" => {
            let senders = app.store.senders(portal).await?.into_iter();
            senders.map(|sender| (sender.clone(), sender)).collect()
        }
        "countries" => Country::all()
            .map(|country| {
                let code = country.code();
                (
                    code.to_owned(),
                    format!("{code} (+{})", country.calling_code()),
                )
            })
            .collect(),
        "callers" | "languages" | "voices" => Vec::new(),
        _ => return Err(ErrorCode::NotFound.into()),
    };
    let fits = |label: &str| label.to_lowercase().contains(&wanted);
    let choices = choices.into_iter().filter(|(_, label)| fits(label));
    let choices = choices
        .take(CHOICES)
        .map(|(value, label)| json!({ "value": value, "label": label, "description": "" }));
    Ok(Json(
        json!({ "options": choices.collect::<Vec<_>>(), "searchable": true }),
    ))
}
