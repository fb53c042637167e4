//! Whether HubSpot is there.

use super::{CrmError, Hubspot, VERSION};

impl Hubspot {
    /// Whether the API answers at all; whom it lets in is another question.
    pub(crate) async fn is_there(&self) -> Result<(), CrmError> {
        let details = format!("/account-info/{VERSION}/details");
        let request = self.client.get(self.url(&details));
        let status = request.send().await?.status();
        if status.is_server_error() {
            return Err(CrmError::Unreachable(format!("status {status}")));
        }
        Ok(())
    }
}
