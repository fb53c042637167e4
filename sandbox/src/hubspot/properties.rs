//! Contact properties and their groups: listed, read, created.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bearer::Caller;
use super::error::HubSpotError;
use crate::shared::{Shared, lock};

const READ: &str = "crm.schemas.contacts.read";
const WRITE: &str = "crm.schemas.contacts.write";
const TYPES: [&str; 7] = [
    "bool",
    "date",
    "datetime",
    "enumeration",
    "number",
    "phone_number",
    "string",
];

/// A contact property.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Property {
    /// Internal name.
    pub(crate) name: String,
    /// What people call it.
    pub(crate) label: String,
    /// One of [`TYPES`].
    #[serde(rename = "type")]
    kind: String,
    /// Form of its input field.
    field_type: String,
    /// Group that it is in.
    group_name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    options: Vec<Value>,
    #[serde(default)]
    hidden: bool,
    #[serde(default)]
    calculated: bool,
    #[serde(default)]
    hubspot_defined: bool,
    #[serde(default)]
    form_field: bool,
    #[serde(default)]
    has_unique_value: bool,
    #[serde(default)]
    display_order: i32,
    /// Whether values may not be written through the interface.
    #[serde(default, skip_serializing)]
    pub(crate) read_only: bool,
}

impl Property {
    /// The property on the wire.
    fn json(&self) -> Value {
        let mut value = json!(self);
        value["archived"] = false.into();
        value["modificationMetadata"] = json!({
            "readOnlyValue": self.read_only,
            "readOnlyDefinition": self.hubspot_defined,
            "archivable": !self.hubspot_defined,
        });
        value
    }
}

/// A group of properties.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    /// Internal name.
    name: String,
    /// What people call it.
    label: String,
    #[serde(default)]
    display_order: i32,
}

/// `GET /crm/properties/2026-09/contacts`, without paging.
pub(crate) async fn list(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(READ)?;
    let accounts = lock(&shared.accounts);
    let properties = &accounts.account(portal)?.properties;
    let results: Vec<Value> = properties.iter().map(Property::json).collect();
    Ok(Json(json!({"results": results})))
}

/// `GET /crm/properties/2026-09/contacts/{name}`
pub(crate) async fn one(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(READ)?;
    let accounts = lock(&shared.accounts);
    let properties = &accounts.account(portal)?.properties;
    properties
        .iter()
        .find(|property| property.name == name)
        .map(|property| Json(property.json()))
        .ok_or_else(|| HubSpotError::not_found(format!("Property {name} does not exist.")))
}

/// `POST /crm/properties/2026-09/contacts`
pub(crate) async fn create(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<Property>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), HubSpotError> {
    let portal = caller.allowed(WRITE)?;
    let Json(given) = body?;
    let property = Property {
        hubspot_defined: false,
        calculated: false,
        read_only: false,
        ..given
    };
    check_name(&property.name)?;
    if !TYPES.contains(&property.kind.as_str()) {
        return Err(HubSpotError::validation(format!(
            "{} is not a property type.",
            property.kind
        )));
    }
    let mut accounts = lock(&shared.accounts);
    let account = accounts.account_mut(portal)?;
    if !account
        .groups
        .iter()
        .any(|group| group.name == property.group_name)
    {
        return Err(HubSpotError::validation(format!(
            "Property group {} does not exist.",
            property.group_name
        )));
    }
    if account
        .properties
        .iter()
        .any(|existing| existing.name == property.name)
    {
        return Err(HubSpotError::conflict(format!(
            "A property named '{}' already exists.",
            property.name
        )));
    }
    let answer = property.json();
    account.properties.push(property);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `GET /crm/properties/2026-09/contacts/groups`
pub(crate) async fn groups(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(READ)?;
    let accounts = lock(&shared.accounts);
    Ok(Json(json!({"results": accounts.account(portal)?.groups})))
}

/// `POST /crm/properties/2026-09/contacts/groups`
pub(crate) async fn create_group(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<Group>, JsonRejection>,
) -> Result<(StatusCode, Json<Group>), HubSpotError> {
    let portal = caller.allowed(WRITE)?;
    let Json(group) = body?;
    check_name(&group.name)?;
    let mut accounts = lock(&shared.accounts);
    let groups = &mut accounts.account_mut(portal)?.groups;
    if groups.iter().any(|existing| existing.name == group.name) {
        return Err(HubSpotError::conflict(format!(
            "A property group named '{}' already exists.",
            group.name
        )));
    }
    groups.push(group.clone());
    Ok((StatusCode::CREATED, Json(group)))
}

/// Lower case letters, digits and underscores, a letter first.
fn check_name(name: &str) -> Result<(), HubSpotError> {
    let starts = name.starts_with(|first: char| first.is_ascii_lowercase());
    let rest = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if starts && rest {
        Ok(())
    } else {
        Err(HubSpotError::validation(format!(
            "'{name}' is not a valid internal name."
        )))
    }
}
