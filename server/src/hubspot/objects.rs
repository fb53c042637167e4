//! Records of any kind, and the contacts that belong to them.

use serde::Deserialize;
use serde_json::json;

use super::{CrmError, Hubspot, VERSION, is_number};

/// Kinds of records that a card or a workflow can stand at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Contact,
    Company,
    Deal,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) kind: ObjectKind,
    pub(crate) id: String,
}

impl Object {
    /// Reads the kind as cards (`0-1`) and workflows (`CONTACT`) write it.
    pub(crate) fn parse(kind: &str, id: &str) -> Result<Self, CrmError> {
        let kind = match kind {
            "0-1" | "CONTACT" => ObjectKind::Contact,
            "0-2" | "COMPANY" => ObjectKind::Company,
            "0-3" | "DEAL" => ObjectKind::Deal,
            _ => return Err(CrmError::NotFound),
        };
        if !is_number(id) {
            return Err(CrmError::NotFound);
        }
        Ok(Self {
            kind,
            id: id.to_owned(),
        })
    }
}

#[derive(Deserialize)]
struct Associations {
    results: Vec<Associated>,
}

#[derive(Deserialize)]
struct Associated {
    to: Vec<To>,
    paging: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct To {
    to_object_id: Id,
}

/// HubSpot writes ids of these as numbers, and elsewhere as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

impl Hubspot {
    /// Ids of the contacts that belong to a record, so many at most, and whether there are more.
    pub(crate) async fn contacts_of(
        &self,
        portal: u64,
        object: &Object,
        most: usize,
    ) -> Result<(Vec<String>, bool), CrmError> {
        let kind = match object.kind {
            ObjectKind::Contact => return Ok((vec![object.id.clone()], false)),
            ObjectKind::Company => "companies",
            ObjectKind::Deal => "deals",
        };
        let path = format!("/crm/associations/{VERSION}/{kind}/contacts/batch/read");
        let body = json!({ "inputs": [{ "id": object.id }] });
        // A record without contacts is in no result, but among the errors of a 207.
        let found: Associations = self.ask(portal, &path, &body).await?;
        let mut more = false;
        let mut ids: Vec<String> = Vec::new();
        for Associated { to, paging } in found.results {
            more |= paging.is_some_and(|paging| !paging.is_null());
            for To { to_object_id } in to {
                let id = match to_object_id {
                    Id::Number(id) => id.to_string(),
                    Id::Text(id) => id,
                };
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        more |= ids.len() > most;
        ids.truncate(most);
        Ok((ids, more))
    }
}
