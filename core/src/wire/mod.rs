//! What travels between the browser and the server, as JSON.
//!
//! These shapes carry what a person typed and what the server knows; they are
//! not yet rules. [`crate::campaign::SmsCampaign::parse`] turns a [`SmsDraft`]
//! into something that may be sent, on both sides, by the same code.
//!
//! All times are milliseconds since the Unix epoch, UTC. All identifiers that
//! another system gave us (contacts, lists, provider messages) are text.

mod campaign;
mod check;
mod contact;
mod draft;
mod embed;
mod import;
mod opt_outs;
mod problem;
mod session;
mod settings;

pub use campaign::{
    CampaignPage, CampaignState, CampaignSummary, Clicks, Counts, CreateCampaign, Decide, Decided,
    MessageEvent, MessageHistory, PauseReason, RecipientPage, RecipientRow,
};
pub use check::{CheckReport, Exclusion, MissingValue, PartsCount};
pub use contact::{Contact, ContactList, ContactPage, ContactSearch, Property};
pub use draft::{
    Audience, DraftSummary, Hours, Purpose, SavedDraft, SearchFilter, SearchOperator, SmsDraft,
    Timing, Utm,
};
pub use embed::{EmbedSession, Opening, Ticket};
pub use import::{Import, ImportColumn, RowFault};
pub use opt_outs::{OptOut, OptOutPage, OptOutsAdded, OptOutsGiven, Replies, Reply};
pub use problem::{ErrorCode, ProblemDetails};
pub use session::{Defaults, LinkShape, Portal, ProviderStatus, Session, User};
pub use settings::{
    AuditEntry, AuditPage, Choices, Credentials, Links, LinksGiven, Provider, Settings,
    UnsubscribePage, UnsubscribeTexts,
};

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = i64;
