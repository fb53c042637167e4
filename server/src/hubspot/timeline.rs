//! Messages as people see them on a contact's record: Communications, which
//! need no approval by HubSpot.

use reqwest::{Method, StatusCode};
use septet_core::wire::Millis;
use serde_json::json;

use super::{CrmError, Hubspot, VERSION};

/// HubSpot's number for "communication to contact".
const TO_CONTACT: u32 = 81;

/// An SMS that 360nrs has accepted.
#[derive(Debug, Clone)]
pub(crate) struct Sms {
    pub(crate) portal: u64,
    pub(crate) contact_id: String,
    pub(crate) text: String,
    pub(crate) sent_at: Millis,
}

impl Hubspot {
    /// Writes an SMS on its contact's timeline; `false` when HubSpot wants to be asked later.
    ///
    /// Not to be repeated after an error: HubSpot may have written it.
    pub(crate) async fn log(&self, sms: &Sms) -> Result<bool, CrmError> {
        let body = json!({
            "properties": {
                "hs_communication_channel_type": "SMS",
                "hs_communication_logged_from": "CRM",
                "hs_communication_body": sms.text,
                "hs_timestamp": sms.sent_at.to_string(),
            },
            "associations": [{
                "to": { "id": sms.contact_id },
                "types": [{
                    "associationCategory": "HUBSPOT_DEFINED",
                    "associationTypeId": TO_CONTACT,
                }],
            }],
        });
        let path = format!("/crm/objects/{VERSION}/communications");
        match self.change(sms.portal, Method::POST, &path, &body).await? {
            status if status.is_success() => Ok(true),
            StatusCode::TOO_MANY_REQUESTS => Ok(false),
            status => Err(CrmError::Unreachable(format!("status {status}"))),
        }
    }
}
