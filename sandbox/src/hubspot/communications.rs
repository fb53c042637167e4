//! Communications: messages written on a contact's timeline.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::Account;
use super::bearer::Caller;
use super::contacts::check_size;
use super::error::HubSpotError;
use super::records::Stamp;
use crate::shared::{Shared, lock};

const WRITE: &str = "crm.objects.contacts.write";
const CHANNELS: [&str; 3] = ["SMS", "WHATS_APP", "LINKEDIN_MESSAGE"];
/// HubSpot's number for "communication to contact".
const TO_CONTACT: u64 = 81;
/// Ids start high, so that a mix-up with a contact's id shows.
const FIRST_ID: usize = 90_000_001;

/// A communication that was logged.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Communication {
    id: String,
    portal: u64,
    contacts: Vec<String>,
    properties: BTreeMap<String, String>,
    created_at: Stamp,
}

impl Communication {
    /// Whether it is on a contact's timeline.
    pub(crate) fn is_of(&self, contact: &str) -> bool {
        self.contacts.iter().any(|own| own == contact)
    }

    /// What people read there.
    pub(crate) fn text(&self) -> String {
        let text = self.properties.get("hs_communication_body");
        text.cloned().unwrap_or_default()
    }
}

/// Body of the call.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct New {
    properties: BTreeMap<String, String>,
    #[serde(default)]
    associations: Vec<Association>,
    object_write_trace_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Association {
    to: Target,
    types: Vec<AssociationType>,
}

#[derive(Debug, Deserialize)]
struct Target {
    id: Value,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssociationType {
    association_category: String,
    association_type_id: u64,
}

/// `POST /crm/objects/2026-09/communications`
pub(crate) async fn create(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<New>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), HubSpotError> {
    let portal = caller.allowed(WRITE)?;
    let Json(new) = body?;
    let mut written = write(&shared, portal, vec![new])?;
    Ok((StatusCode::CREATED, Json(written.remove(0))))
}

/// Body of the batch.
#[derive(Debug, Deserialize)]
pub(crate) struct Batch {
    inputs: Vec<New>,
}

/// `POST /crm/objects/2026-09/communications/batch/create`: all of them or none, or some of
/// them where that is switched on.
pub(crate) async fn create_batch(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<Batch>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), HubSpotError> {
    let portal = caller.allowed(WRITE)?;
    let Json(batch) = body?;
    check_size(batch.inputs.len())?;
    let (mut taken, mut refused) = (batch.inputs, Vec::new());
    if caller.takes_some() && taken.len() > 1 {
        let all = taken.into_iter().enumerate();
        let (odd, even): (Vec<_>, Vec<_>) = all.partition(|(place, _)| place % 2 == 1);
        taken = even.into_iter().map(|(_, new)| new).collect();
        refused = odd
            .into_iter()
            .map(|(_, new)| new.object_write_trace_id)
            .collect();
    }
    let results = write(&shared, portal, taken)?;
    let mut body = json!({ "status": "COMPLETE", "results": results });
    if refused.is_empty() {
        return Ok((StatusCode::CREATED, Json(body)));
    }
    body["numErrors"] = refused.len().into();
    body["errors"] = refused
        .into_iter()
        .map(|trace| {
            json!({
                "status": "error",
                "category": "VALIDATION_ERROR",
                "message": "It could not be written just now.",
                "context": { "objectWriteTraceId": [trace] },
            })
        })
        .collect();
    Ok((StatusCode::MULTI_STATUS, Json(body)))
}

/// Writes all of them, or none.
fn write(shared: &Shared, portal: u64, all: Vec<New>) -> Result<Vec<Value>, HubSpotError> {
    let mut accounts = lock(&shared.accounts);
    let account = accounts.account_mut(portal)?;
    let mut written = Vec::new();
    let mut traces = Vec::new();
    for new in all {
        traces.push(new.object_write_trace_id);
        check(&new.properties)?;
        let contacts = contacts(account, &new.associations)?;
        written.push(Communication {
            id: (FIRST_ID + account.communications.len() + written.len()).to_string(),
            portal,
            contacts,
            properties: new.properties,
            created_at: Stamp::now(),
        });
    }
    let answers = written.iter().zip(traces).map(|(communication, trace)| {
        let mut answer = json!({
            "id": communication.id,
            "properties": communication.properties,
            "createdAt": communication.created_at,
            "updatedAt": communication.created_at,
            "archived": false,
        });
        if let Some(trace) = trace {
            answer["objectWriteTraceId"] = trace.into();
        }
        answer
    });
    let answers = answers.collect();
    if shared.keep().texts {
        account.communications.extend(written);
    }
    Ok(answers)
}

/// Ids of contacts that exist.
fn contacts(account: &Account, associations: &[Association]) -> Result<Vec<String>, HubSpotError> {
    let mut contacts = Vec::new();
    for association in associations {
        let fits = association.types.iter().all(|kind| {
            kind.association_category == "HUBSPOT_DEFINED" && kind.association_type_id == TO_CONTACT
        });
        if !fits || association.types.is_empty() {
            return Err(HubSpotError::validation(
                "The sandbox associates communications with contacts only (HUBSPOT_DEFINED 81).",
            ));
        }
        let id = match &association.to.id {
            Value::String(id) => id.clone(),
            other => other.to_string(),
        };
        if !id.parse().is_ok_and(|id| account.contact(id).is_some()) {
            return Err(HubSpotError::validation(format!(
                "Contact {id} does not exist."
            )));
        }
        contacts.push(id);
    }
    Ok(contacts)
}

/// Channel, origin and time must be there.
fn check(properties: &BTreeMap<String, String>) -> Result<(), HubSpotError> {
    let value = |name: &str| properties.get(name).map_or("", String::as_str);
    if !CHANNELS.contains(&value("hs_communication_channel_type")) {
        return Err(HubSpotError::validation(
            "hs_communication_channel_type must be SMS, WHATS_APP or LINKEDIN_MESSAGE.",
        ));
    }
    if value("hs_communication_logged_from") != "CRM" {
        return Err(HubSpotError::validation(
            "hs_communication_logged_from must be CRM.",
        ));
    }
    if value("hs_timestamp").is_empty() {
        return Err(HubSpotError::validation("hs_timestamp is required."));
    }
    Ok(())
}
