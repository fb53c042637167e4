//! Contact properties: the menu of tokens, and those that Septet itself needs.

use reqwest::{Method, StatusCode};
use septet_core::event::{Channel, EventKind, EventName};
use septet_core::phone::{PHONE_PROPERTIES, PREFIX_PROPERTY};
use septet_core::wire::Property;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{CrmError, Hubspot, OPTED_OUT, VERSION};

/// What happened last to a contact, for lists and for branches of workflows.
pub(super) const LAST_EVENT: &str = "septet_last_event";
pub(super) const LAST_AT: &str = "septet_last_event_at";
pub(super) const LAST_CAMPAIGN: &str = "septet_last_campaign";
pub(super) const LAST_SENDER: &str = "septet_last_sender";
/// The message's id at 360nrs.
pub(super) const LAST_MESSAGE: &str = "septet_last_message_id";
/// Clicks on links of all messages.
pub(super) const CLICKS: &str = "septet_clicks";
pub(super) const CLICKED_AT: &str = "septet_last_click_at";

/// The group that our properties stand in.
const GROUP: &str = "nrs360";

#[derive(Deserialize)]
struct Properties {
    results: Vec<Described>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    name: String,
    label: String,
    #[serde(default)]
    group_name: String,
    #[serde(default)]
    hidden: bool,
}

/// Every event of the connector, as choices.
fn events() -> Vec<Value> {
    let kinds = |channel: &Channel| {
        let channel = *channel;
        EventKind::ALL.iter().map(move |kind| (channel, *kind))
    };
    let names = Channel::ALL
        .iter()
        .flat_map(kinds)
        .map(|(channel, kind)| EventName { channel, kind }.to_string());
    let known = names.filter(|name| EventName::parse(name).is_some());
    known
        .zip(0..)
        .map(|(name, order)| json!({ "label": name, "value": name, "displayOrder": order, "hidden": false }))
        .collect()
}

impl Hubspot {
    /// Everything that can stand in a token.
    pub(crate) async fn properties(&self, portal: u64) -> Result<Vec<Property>, CrmError> {
        let path = format!("/crm/properties/{VERSION}/contacts");
        let found: Properties = self.get(portal, &path, &[("archived", "false")]).await?;
        let shown = found
            .results
            .into_iter()
            .filter(|property| !property.hidden);
        Ok(shown
            .map(|property| Property {
                name: property.name,
                label: property.label,
                group: property.group_name,
            })
            .collect())
    }

    /// Creates the properties that the connector reads and writes, where they are missing.
    pub(crate) async fn ensure_properties(&self, portal: u64) -> Result<(), CrmError> {
        let known = self.properties(portal).await?;
        let group = json!({ "name": GROUP, "label": "360NRS", "displayOrder": -1 });
        let path = format!("/crm/properties/{VERSION}/contacts");
        self.create(portal, &format!("{path}/groups"), &group)
            .await?;
        let flag = json!([
            { "label": "Yes", "value": "true", "displayOrder": 0, "hidden": false },
            { "label": "No", "value": "false", "displayOrder": 1, "hidden": false },
        ]);
        for property in [
            json!({ "name": PHONE_PROPERTIES[0], "label": "Mobile phone 360NRS", "type": "string", "fieldType": "phonenumber" }),
            json!({ "name": PREFIX_PROPERTY, "label": "Mobile prefix 360NRS", "type": "string", "fieldType": "text" }),
            json!({ "name": LAST_EVENT, "label": "Last event (Septet)", "type": "enumeration", "fieldType": "select", "options": events() }),
            json!({ "name": LAST_AT, "label": "Time of the last event (Septet)", "type": "datetime", "fieldType": "date" }),
            json!({ "name": LAST_CAMPAIGN, "label": "Last campaign (Septet)", "type": "string", "fieldType": "text" }),
            json!({ "name": LAST_SENDER, "label": "Last sender (Septet)", "type": "string", "fieldType": "text" }),
            json!({ "name": LAST_MESSAGE, "label": "Last message ID (Septet)", "type": "string", "fieldType": "text" }),
            json!({ "name": CLICKS, "label": "Clicks (Septet)", "type": "number", "fieldType": "number" }),
            json!({ "name": CLICKED_AT, "label": "Last click (Septet)", "type": "datetime", "fieldType": "date" }),
            json!({ "name": OPTED_OUT, "label": "Opted out of messages (Septet)", "type": "bool", "fieldType": "booleancheckbox", "options": flag }),
        ] {
            if known.iter().any(|known| property["name"] == known.name) {
                continue;
            }
            let mut property = property;
            property["groupName"] = json!(GROUP);
            self.create(portal, &path, &property).await?;
        }
        Ok(())
    }

    /// Creates something; that it exists already is as good.
    async fn create(
        &self,
        portal: u64,
        path: &str,
        body: &serde_json::Value,
    ) -> Result<(), CrmError> {
        match self.change(portal, Method::POST, path, body).await? {
            status if status.is_success() || status == StatusCode::CONFLICT => Ok(()),
            status => Err(CrmError::Unreachable(format!("status {status}"))),
        }
    }
}
