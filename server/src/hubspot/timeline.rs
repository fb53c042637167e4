//! Writing on contacts' timelines, and the properties that say what happened last.
//!
//! Records of HubSpot's own, Communications, need no approval by HubSpot.

use septet_core::wire::Millis;
use serde_json::{Value, json};

use super::client::Wrote;
use super::properties::{
    CLICKED_AT, CLICKS, LAST_AT, LAST_CAMPAIGN, LAST_EVENT, LAST_MESSAGE, LAST_SENDER,
};
use super::{CrmError, Hubspot, VERSION};

/// HubSpot's number for "communication to contact".
const TO_CONTACT: u32 = 81;

/// A line on a contact's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) contact_id: String,
    pub(crate) text: String,
    pub(crate) at: Millis,
}

/// What happened to a contact last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) contact_id: String,
    pub(crate) event: String,
    pub(crate) at: Millis,
    pub(crate) campaign: String,
    pub(crate) sender: String,
    pub(crate) message_id: String,
    pub(crate) clicks: i64,
    pub(crate) clicked_at: Option<Millis>,
}

impl Hubspot {
    /// Writes on timelines, a hundred at most.
    pub(crate) async fn write_notes(
        &self,
        portal: u64,
        notes: &[&Note],
    ) -> Result<Wrote, CrmError> {
        let input = |note: &&Note| {
            json!({
                "properties": {
                    "hs_communication_channel_type": "SMS",
                    "hs_communication_logged_from": "CRM",
                    "hs_communication_body": note.text,
                    "hs_timestamp": note.at.to_string(),
                },
                "associations": [{
                    "to": { "id": note.contact_id },
                    "types": [{
                        "associationCategory": "HUBSPOT_DEFINED",
                        "associationTypeId": TO_CONTACT,
                    }],
                }],
            })
        };
        let inputs: Vec<Value> = notes.iter().map(input).collect();
        let path = format!("/crm/objects/{VERSION}/communications/batch/create");
        self.write(portal, &path, &json!({ "inputs": inputs }))
            .await
    }

    /// Writes what happened last into contacts' properties, a hundred at most.
    pub(crate) async fn describe(
        &self,
        portal: u64,
        contacts: &[Described],
    ) -> Result<Wrote, CrmError> {
        let input = |one: &Described| {
            let clicked_at = one.clicked_at.map(|at| at.to_string());
            json!({
                "id": one.contact_id,
                "properties": {
                    LAST_EVENT: one.event,
                    LAST_AT: one.at.to_string(),
                    LAST_CAMPAIGN: one.campaign,
                    LAST_SENDER: one.sender,
                    LAST_MESSAGE: one.message_id,
                    CLICKS: one.clicks.to_string(),
                    CLICKED_AT: clicked_at.unwrap_or_default(),
                },
            })
        };
        let inputs: Vec<Value> = contacts.iter().map(input).collect();
        let path = format!("/crm/objects/{VERSION}/contacts/batch/update");
        self.write(portal, &path, &json!({ "inputs": inputs }))
            .await
    }
}
