//! Completing the actions of workflows.

use reqwest::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{CrmError, Hubspot, VERSION};

/// An execution that is over.
#[derive(Debug, Clone)]
pub(crate) struct Completion {
    pub(crate) callback_id: String,
    /// All of them text.
    pub(crate) fields: Map<String, Value>,
}

/// What HubSpot said to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Completed {
    Taken,
    /// It does not wait for it, or for one of them: they have expired or are complete.
    Refused,
    /// It is to be told again.
    Later,
}

impl Hubspot {
    pub(crate) async fn complete(
        &self,
        portal: u64,
        completions: &[Completion],
    ) -> Result<Completed, CrmError> {
        let inputs = completions.iter().map(|one| {
            json!({
                "callbackId": one.callback_id,
                "outputFields": one.fields,
                "typedOutputs": {},
            })
        });
        let body = json!({ "inputs": inputs.collect::<Vec<_>>() });
        let path = format!("/automation/actions/callbacks/{VERSION}/complete");
        let status = self.change(portal, Method::POST, &path, &body).await?;
        Ok(match status {
            status if status.is_success() => Completed::Taken,
            // A permission that is missing may be given, and an overload passes.
            StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS | StatusCode::LOCKED => {
                Completed::Later
            }
            status if status.as_u16() == 477 => Completed::Later,
            status if status.is_client_error() => Completed::Refused,
            _ => Completed::Later,
        })
    }
}
