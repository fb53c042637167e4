//! What an account has set: its credentials at 360nrs, and how Septet works for it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Millis, ProviderStatus, Utm};

/// Answer of `GET /api/settings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The account at 360nrs.
    pub provider: Provider,
    /// What was chosen.
    pub choices: Choices,
    /// Links of its messages.
    pub links: Links,
    /// Its page for people who want no more messages.
    pub page: UnsubscribePage,
}

/// How the links of an account look, and what is added to those in its messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Links {
    /// The host that short links and unsubscribe links begin with: the account's own, which
    /// was seen to lead here; `None` for the server's.
    pub host: Option<String>,
    /// The server's own, that a host of the account has to lead to.
    pub server: String,
    /// Tags that new messages begin with.
    pub utm: Utm,
}

/// Body of `PUT /api/settings/links`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinksGiven {
    /// Empty for the server's own host.
    pub host: String,
    /// Tags that new messages begin with.
    pub utm: Utm,
}

/// The page on which people say that they want no more messages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnsubscribePage {
    /// The company, for everybody to see whose messages they are.
    pub company: String,
    /// A picture as `data:image/png;base64,…`; SVG is not taken, for it may hold programs.
    pub logo: String,
    /// The colour of the button, `#rrggbb`; empty for the usual one.
    pub colour: String,
    /// The colour behind it all, `#rrggbb`; empty for the usual one.
    pub background: String,
    /// Own texts, by language; where there is none, or a sentence is left empty, it is ours.
    pub texts: Vec<UnsubscribeTexts>,
}

/// The page's sentences in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnsubscribeTexts {
    /// BCP 47 tag, such as `pt` or `ca`.
    pub language: String,
    /// The heading.
    pub title: String,
    /// What is asked.
    pub question: String,
    /// What stands on the button.
    pub button: String,
    /// The small print.
    pub note: String,
    /// The heading when it is done.
    pub done_title: String,
    /// And what is said then.
    pub done_text: String,
    /// What stands on the button that takes it back.
    pub undo: String,
}

/// Answer of `GET /api/audit`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The newest of them.
    pub entries: Vec<AuditEntry>,
}

/// Something that somebody did and that may be asked about later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Who: an e-mail address.
    pub by: String,
    /// What, by name: `opt_outs_ignored`, `opt_outs_added`, `opt_out_removed`, …
    pub what: String,
    /// What it was about: a campaign's id, a count. Never a number or a text.
    pub about: String,
    /// When.
    pub at: Millis,
}

/// The account at 360nrs whose credit is spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Its user, where this HubSpot account has given one; the operator's is nobody's business.
    pub username: Option<String>,
    /// What 360nrs says of the credentials.
    pub status: ProviderStatus,
}

/// Body of `PUT /api/provider`: credentials of the 360nrs API, which are checked before they
/// are kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// User of the API.
    pub username: String,
    /// Its API password, which is not the one that people sign in with.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials")
    }
}

/// Body of `PUT /api/settings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// 360nrs has configured a voice route for this account.
    pub voice: bool,
    /// And one for interactive voice.
    pub ivr: bool,
    /// Whether only HubSpot's marketing contacts may be sent to.
    pub marketing_only: bool,
    /// The subscription type in HubSpot that stands for its text messages, by its id; opt-outs
    /// are written there too. `None`: there is none.
    pub subscription: Option<u64>,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            voice: false,
            ivr: false,
            marketing_only: true,
            subscription: None,
        }
    }
}
