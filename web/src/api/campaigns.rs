//! Campaigns: weighing, creating, watching, stopping.

use super::client::Method;
use septet_core::delivery::MessageState;
use septet_core::wire::{
    CampaignPage, CampaignSummary, CheckReport, CreateCampaign, Decide, MessageHistory,
    RecipientPage, SmsDraft,
};

use super::{ApiError, client};
use client::escape;

/// What a person can do to a campaign that is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nothing more leaves until it is resumed.
    Pause,
    /// Messages leave again.
    Resume,
    /// What has not left never will.
    Cancel,
}

/// What sending this draft would do; nothing is stored or sent.
pub(crate) async fn check(draft: &SmsDraft) -> Result<CheckReport, ApiError> {
    client::send(Method::Post, "/api/campaigns/check", draft).await
}

/// Creates the campaign; the same key and draft again answer with the same campaign.
pub(crate) async fn create_campaign(create: &CreateCampaign) -> Result<CampaignSummary, ApiError> {
    client::send(Method::Post, "/api/campaigns", create).await
}

/// Campaigns, newest first.
pub(crate) async fn campaigns(after: Option<&str>) -> Result<CampaignPage, ApiError> {
    let after = after.map_or_else(String::new, |after| format!("?after={}", escape(after)));
    client::get(&format!("/api/campaigns{after}")).await
}

/// One campaign.
pub(crate) async fn campaign(id: &str) -> Result<CampaignSummary, ApiError> {
    client::get(&path(id)).await
}

/// What happened to one message.
pub(crate) async fn history(id: &str, recipient: &str) -> Result<MessageHistory, ApiError> {
    let recipient = escape(recipient);
    client::get(&[&path(id), "/recipients/", &recipient, "/history"].concat()).await
}

/// Recipients of a campaign in order of creation, all or those in one state.
pub(crate) async fn recipients(
    id: &str,
    state: Option<MessageState>,
    after: Option<&str>,
) -> Result<RecipientPage, ApiError> {
    let mut path = format!("{}/recipients?", path(id));
    if let Some(state) = state {
        path.push_str(&format!("state={}&", state.name()));
    }
    if let Some(after) = after {
        path.push_str(&format!("after={}", escape(after)));
    }
    client::get(&path).await
}

/// Pauses, resumes or cancels.
pub(crate) async fn act(id: &str, action: Action) -> Result<CampaignSummary, ApiError> {
    let action = match action {
        Action::Pause => "pause",
        Action::Resume => "resume",
        Action::Cancel => "cancel",
    };
    client::post(&format!("{}/{action}", path(id))).await
}

/// Settles messages in doubt; the same request again settles nothing more.
pub(crate) async fn decide(id: &str, decide: &Decide) -> Result<CampaignSummary, ApiError> {
    client::send(Method::Post, &format!("{}/decide", path(id)), decide).await
}

/// Where the campaign's events come from.
pub(crate) fn events_url(id: &str) -> String {
    format!("{}/events", path(id))
}

/// Where the file of everybody who was left out is, in a language.
pub(crate) fn exclusions_url(id: &str, language: &str) -> String {
    format!("{}/exclusions.csv?lang={language}", path(id))
}

fn path(id: &str) -> String {
    format!("/api/campaigns/{}", escape(id))
}
