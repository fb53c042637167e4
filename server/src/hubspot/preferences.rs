//! Communication preferences: a subscription type of HubSpot's that an account has named for
//! its text messages follows what people say to us.
//!
//! HubSpot's subscription types are those of e-mail, known by the contact's address, and its
//! interface takes the channel `EMAIL` only. That is why nothing is written unless somebody
//! has named a type of their own for it: whoever wants no text messages has not said anything
//! about e-mail.

use reqwest::Method;
use serde_json::json;

use super::{CrmError, Hubspot, VERSION};

impl Hubspot {
    /// Writes whether a contact gets what a subscription type stands for; one without an
    /// address has none. `false` when HubSpot does not take it: a permission that was not
    /// given, or a type that is not there.
    pub(crate) async fn write_preference(
        &self,
        portal: u64,
        contact: &str,
        subscription: u64,
        subscribed: bool,
    ) -> Result<bool, CrmError> {
        let asked = ([contact.to_owned()], ["email".to_owned()]);
        let found = self.contacts(portal, &asked.0, &asked.1).await?;
        let email = found
            .first()
            .and_then(|contact| contact.values.get("email"))
            .filter(|email| !email.is_empty());
        let Some(email) = email else {
            return Ok(true);
        };
        let escaped: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
        let path = format!("/communication-preferences/{VERSION}/statuses/{escaped}");
        let body = json!({
            "channel": "EMAIL",
            "subscriptionId": subscription,
            "statusState": if subscribed { "SUBSCRIBED" } else { "UNSUBSCRIBED" },
            "legalBasis": "CONSENT_WITH_NOTICE",
            "legalBasisExplanation": "The contact said so on the unsubscribe page of its text messages.",
        });
        let status = self.change(portal, Method::POST, &path, &body).await?;
        Ok(status.is_success())
    }
}
