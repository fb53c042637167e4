//! Which contacts belong to a company or a deal.
//!
//! The sandbox's companies are not kept: company or deal N of an account has the contacts
//! whose places in the account, from 0, are 3N to 3N + 2, and one without any is unknown.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::bearer::Caller;
use super::error::HubSpotError;
use crate::shared::{Shared, lock};

const CONTACTS: &str = "crm.objects.contacts.read";
/// Most at once.
const MOST: usize = 1_000;
/// Contacts that belong to one record.
const EACH: usize = 3;

#[derive(Debug, Deserialize)]
pub(crate) struct Batch {
    inputs: Vec<Input>,
}

#[derive(Debug, Deserialize)]
struct Input {
    id: String,
}

/// `POST /crm/associations/2026-09/{kind}/contacts/batch/read`
pub(crate) async fn batch_read(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    Path(kind): Path<String>,
    body: Result<Json<Batch>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), HubSpotError> {
    let scope = match kind.as_str() {
        "companies" | "0-2" => "crm.objects.companies.read",
        "deals" | "0-3" => "crm.objects.deals.read",
        _ => return Err(HubSpotError::not_found("No such kind of records.")),
    };
    caller.allowed(scope)?;
    let portal = caller.allowed(CONTACTS)?;
    let Json(Batch { inputs }) = body?;
    if inputs.len() > MOST {
        return Err(HubSpotError::validation("Too many inputs."));
    }
    let accounts = lock(&shared.accounts);
    let account = accounts.account(portal)?;
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for Input { id } in inputs {
        let first = id.parse::<usize>().ok().and_then(|id| id.checked_mul(EACH));
        let to: Vec<Value> = account
            .contacts
            .keys()
            .skip(first.unwrap_or(usize::MAX))
            .take(EACH)
            .map(|contact| json!({ "toObjectId": contact, "associationTypes": [] }))
            .collect();
        if to.is_empty() {
            errors.push(json!({
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                "message": "No contact is associated.",
                "context": { "fromObjectId": [id] },
            }));
        } else {
            results.push(json!({ "from": { "id": id }, "to": to }));
        }
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::MULTI_STATUS
    };
    let body = json!({ "status": "COMPLETE", "results": results, "errors": errors });
    Ok((status, Json(body)))
}
