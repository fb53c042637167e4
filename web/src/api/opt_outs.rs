//! Who wants no more messages, what people answered, and what was done here.

use septet_core::wire::{AuditPage, OptOutPage, OptOutsAdded, OptOutsGiven, Replies};

use super::client::{Method, escape};
use super::{ApiError, client};

/// Opt-outs, newest first; those of one number where one is given.
pub(crate) async fn opt_outs(
    number: &str,
    country: &str,
    after: Option<&str>,
) -> Result<OptOutPage, ApiError> {
    let mut path = format!(
        "/api/opt-outs?number={}&country={}",
        escape(number),
        escape(country)
    );
    if let Some(after) = after {
        path.push_str("&after=");
        path.push_str(&escape(after));
    }
    client::get(&path).await
}

/// Adds numbers.
pub(crate) async fn add_opt_outs(given: &OptOutsGiven) -> Result<OptOutsAdded, ApiError> {
    client::send(Method::Post, "/api/opt-outs", given).await
}

/// Takes one away.
pub(crate) async fn remove_opt_out(id: &str) -> Result<(), ApiError> {
    client::command(Method::Delete, &format!("/api/opt-outs/{}", escape(id))).await
}

/// Where the file of all of them is, in a language.
pub(crate) fn opt_outs_url(language: &str) -> String {
    format!("/api/opt-outs.csv?lang={language}")
}

/// What people answered to a campaign.
pub(crate) async fn replies(campaign: &str) -> Result<Replies, ApiError> {
    client::get(&format!("/api/campaigns/{}/replies", escape(campaign))).await
}

/// What people of the account did that may be asked about.
pub(crate) async fn audit() -> Result<AuditPage, ApiError> {
    client::get("/api/audit").await
}
