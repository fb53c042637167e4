//! Campaigns and their recipients, as the campaigns page shows them.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Millis, SmsDraft, Timing};
use crate::delivery::{Decision, MessageState, NotSentReason};
use crate::event::EventName;
use crate::named::named;

/// Body of `POST /api/campaigns`.
///
/// The key makes it idempotent: the same key and draft again answer with the
/// campaign that already exists, the same key with another draft is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateCampaign {
    /// The draft's key.
    pub key: String,
    /// What to send.
    pub draft: SmsDraft,
}

/// A campaign in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignSummary {
    /// Our id.
    pub id: String,
    /// Its name, never empty.
    pub name: String,
    /// The sender that recipients see.
    pub sender: String,
    /// The message as composed, tokens unfilled.
    pub text: String,
    /// Whether a workflow of HubSpot's sends it, each message with a text of its own.
    pub workflow: bool,
    /// Whether it also goes to people who have opted out.
    pub ignores_opt_outs: bool,
    /// Where it stands.
    pub state: CampaignState,
    /// When it was created.
    pub created_at: Millis,
    /// Its recipients by state.
    pub counts: Counts,
    /// When its messages may leave.
    pub timing: Timing,
    /// When the next one does, where none may at once.
    pub next_at: Option<Millis>,
}

/// Where a campaign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CampaignState {
    /// Its audience is being read; nothing leaves yet.
    Preparing {
        /// How many of it have been read.
        done: u64,
        /// How many it has, as far as is known.
        total: u64,
        /// Whether reading has failed for a while; it is tried again and again.
        stalled: bool,
    },
    /// Messages are leaving.
    Sending,
    /// Nothing leaves until somebody resumes it.
    Paused {
        /// Why it stopped.
        reason: PauseReason,
    },
    /// Every recipient has left or will not be sent to; reports may still arrive.
    Finished,
    /// Stopped for good by a person.
    Cancelled,
}

named! {
    /// Why a campaign is paused.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum PauseReason {
        /// A person paused it.
        ByUser = "by_user",
        /// 360nrs refused the credentials (103).
        CredentialsRefused = "credentials_refused",
        /// No credit left at 360nrs (111).
        NoCredit = "no_credit",
        /// 360nrs could not be reached, again and again.
        ProviderUnreachable = "provider_unreachable",
        /// 360nrs refused the whole request for another reason.
        ProviderRefused = "provider_refused",
        /// The parts that may be sent in a day have been sent.
        DailyLimit = "daily_limit",
        /// The audience cannot be read to its end: a list or a file that is gone, or a
        /// permission that is missing.
        AudienceUnreadable = "audience_unreadable",
        /// The HubSpot account has been disconnected; connecting it again resumes.
        Disconnected = "disconnected",
    }
}

/// Recipients of a campaign by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All rows, exclusions included.
    pub total: u64,
    /// Not yet left.
    pub pending: u64,
    /// Accepted by 360nrs, no report yet.
    pub accepted: u64,
    /// Delivered to the phone.
    pub delivered: u64,
    /// Reported as not delivered.
    pub undelivered: u64,
    /// Never left, with a reason.
    pub not_sent: u64,
    /// Left without a known outcome.
    pub in_doubt: u64,
    /// Recipients who followed a link, for certain.
    pub clicked: u64,
    /// Recipients who opted out through this campaign.
    pub unsubscribed: u64,
    /// Recipients who answered.
    pub replied: u64,
    /// How often links were followed, by whom as far as it can be told.
    pub clicks: Clicks,
}

/// How often links were followed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clicks {
    /// By programs: previews, scanners.
    pub machine: u64,
    /// By somebody, as it seems.
    pub probable: u64,
    /// By a person at a browser.
    pub confirmed: u64,
}

/// Answer of `GET /api/campaigns`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignPage {
    /// The campaigns of this page.
    pub campaigns: Vec<CampaignSummary>,
    /// Ask with `after=` this for the next page.
    pub after: Option<String>,
}

/// One recipient of one campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientRow {
    /// Our id, unique over all campaigns.
    pub id: String,
    /// HubSpot's record id, or `row-` and the line of a file.
    pub contact_id: String,
    /// The contact's name when the campaign was created.
    pub name: String,
    /// E.164 number, where there is a valid one.
    pub phone: Option<String>,
    /// Where the message stands.
    pub state: MessageState,
    /// Why it was not sent, when it was not.
    pub reason: Option<NotSentReason>,
    /// Parts of the message, once it was rendered.
    pub parts: Option<u8>,
    /// When the state last changed.
    pub updated_at: Millis,
    /// First time a link was followed.
    pub clicked_at: Option<Millis>,
    /// When the recipient opted out through this message.
    pub unsubscribed_at: Option<Millis>,
    /// First time the recipient answered.
    pub replied_at: Option<Millis>,
    /// What was last decided while it was in doubt.
    pub decided: Option<Decided>,
}

/// A decision on a message in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// What.
    pub decision: Decision,
    /// By whom: an e-mail address, or `360nrs` where its records settled it.
    pub by: String,
    /// When.
    pub at: Millis,
}

/// Body of `POST /api/campaigns/{id}/decide`.
///
/// The key makes it idempotent: the same key again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    /// Made up by the browser (a UUID).
    pub key: String,
    /// What is to become of them.
    pub decision: Decision,
    /// Ids of recipients; all that are in doubt when it is left out.
    pub recipients: Option<Vec<String>>,
}

/// Answer of `GET /api/campaigns/{id}/recipients`, in order of creation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientPage {
    /// The recipients of this page.
    pub recipients: Vec<RecipientRow>,
    /// Ask with `after=` this for the next page.
    pub after: Option<String>,
}

/// Answer of `GET /api/campaigns/{id}/recipients/{recipient}/history`: what happened to one
/// message, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageHistory {
    /// First to last.
    pub events: Vec<MessageEvent>,
}

/// Something that happened to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageEvent {
    /// What: `SMS_DELIVERED`.
    pub event: EventName,
    /// When.
    pub at: Millis,
}
