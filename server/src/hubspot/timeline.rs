//! Writing on contacts' timelines, and the properties that say what happened last.
//!
//! Records of HubSpot's own, Communications, need no approval by HubSpot.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use septet_core::wire::Millis;
use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Wrote;
use super::contacts::OPTED_OUT;
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
    pub(crate) opted_out: bool,
    pub(crate) clicked_at: Option<Millis>,
}

/// HubSpot's answer to a batch of which it has written a part.
#[derive(Deserialize)]
struct Partly {
    results: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    object_write_trace_id: Option<String>,
}

/// What became of each of so many records. An answer that does not say which were written
/// says nothing.
fn each_of(answer: Option<Partly>, records: usize) -> Vec<Wrote> {
    let written: Option<BTreeSet<usize>> = answer.and_then(|Partly { results }| {
        let places = results.iter();
        let places = places.map(|one| one.object_write_trace_id.as_ref()?.parse().ok());
        places.collect()
    });
    let Some(written) = written else {
        return vec![Wrote::Unknown; records];
    };
    let of = |place| match written.contains(&place) {
        true => Wrote::Taken,
        false => Wrote::Refused,
    };
    (0..records).map(of).collect()
}

impl Hubspot {
    /// Writes on timelines, a hundred at most; what became of each, for HubSpot may take
    /// some of a batch.
    pub(crate) async fn write_notes(
        &self,
        portal: u64,
        notes: &[&Note],
    ) -> Result<Vec<Wrote>, CrmError> {
        if notes.is_empty() {
            return Ok(Vec::new());
        }
        let input = |(place, note): (usize, &&Note)| {
            json!({
                // Comes back with each that is written.
                "objectWriteTraceId": place.to_string(),
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
        let inputs: Vec<Value> = notes.iter().enumerate().map(input).collect();
        let path = format!("/crm/objects/{VERSION}/communications/batch/create");
        let body = json!({ "inputs": inputs });
        let (wrote, answer) = self.write_telling(portal, &path, &body).await?;
        match answer {
            Some(answer) if answer.status() == StatusCode::MULTI_STATUS => {
                Ok(each_of(answer.json().await.ok(), notes.len()))
            }
            _ => Ok(vec![wrote; notes.len()]),
        }
    }

    /// Writes what happened last into contacts' properties, a hundred at most.
    pub(crate) async fn describe(
        &self,
        portal: u64,
        contacts: &[Described],
    ) -> Result<Wrote, CrmError> {
        let input = |one: &Described| {
            let clicked_at = one.clicked_at.map(|at| at.to_string());
            let mut properties = json!({
                LAST_EVENT: one.event,
                LAST_AT: one.at.to_string(),
                LAST_CAMPAIGN: one.campaign,
                LAST_SENDER: one.sender,
                LAST_MESSAGE: one.message_id,
                CLICKS: one.clicks.to_string(),
                CLICKED_AT: clicked_at.unwrap_or_default(),
            });
            // Whoever has opted out over there alone has opted out all the same.
            if one.opted_out {
                properties[OPTED_OUT] = "true".into();
            }
            json!({ "id": one.contact_id, "properties": properties })
        };
        let inputs: Vec<Value> = contacts.iter().map(input).collect();
        let path = format!("/crm/objects/{VERSION}/contacts/batch/update");
        self.write(portal, &path, &json!({ "inputs": inputs }))
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_batch_that_was_written_in_part_each_record_has_its_own_outcome() {
        let each = |answer: Value| each_of(serde_json::from_value(answer).ok(), 3);
        let some =
            json!({ "results": [{ "objectWriteTraceId": "2" }, { "objectWriteTraceId": "0" }] });
        assert_eq!(each(some), [Wrote::Taken, Wrote::Refused, Wrote::Taken]);
        assert_eq!(each(json!({ "results": [] })), [Wrote::Refused; 3]);
        for nothing in [
            json!({}),
            json!({ "results": [{ "id": "1" }] }),
            json!({ "results": [{ "objectWriteTraceId": "first" }] }),
        ] {
            assert_eq!(each(nothing), [Wrote::Unknown; 3]);
        }
    }
}
