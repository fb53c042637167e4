//! Who is signed in, and what the page needs to know before the first keystroke.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::Utm;

/// Answer of `GET /api/session`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The HubSpot user.
    pub user: User,
    /// The HubSpot account (portal) they work in.
    pub portal: Portal,
    /// What 360nrs says about the account's credentials.
    pub provider: ProviderStatus,
    /// How links will look, so that the counter is exact.
    pub links: LinkShape,
    /// What an empty composer starts with.
    pub defaults: Defaults,
    /// The handset page, when the server runs against the sandbox.
    pub handset_url: Option<String>,
}

/// A HubSpot user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// HubSpot's id of the user.
    pub id: String,
    /// The address they signed in with.
    pub email: String,
}

/// A HubSpot account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portal {
    /// HubSpot's id of the account.
    pub id: u64,
    /// The account's domain, the name people know it by.
    pub name: String,
    /// The host of its user interface, for links to records (`app-eu1.hubspot.com`).
    pub ui_domain: String,
}

/// State of the connection to 360nrs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ProviderStatus {
    /// Credentials accepted. The balance is text as 360nrs gave it, where it gave one.
    Ready {
        /// Credit left, in the provider's own currency and format.
        balance: Option<String>,
    },
    /// 360nrs refused the credentials (its error 103).
    CredentialsRefused,
    /// 360nrs did not answer.
    Unreachable,
    /// Nobody has given any credentials.
    Missing,
}

/// The shape of the links that Septet writes into messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkShape {
    /// Everything before the code of a short link, such as `https://sms.example/l/`.
    pub short_base: String,
    /// Everything before the code of an unsubscribe link, such as `https://sms.example/u/`.
    pub unsubscribe_base: String,
    /// Length of every code, in characters (all of them ASCII letters and digits).
    pub code_length: usize,
}

/// What an empty composer starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// ISO 3166-1 alpha-2 code of the country of numbers without a prefix.
    pub country: String,
    /// Most parts that one message may have.
    pub max_parts: u8,
    /// Most bytes of a file of recipients.
    pub max_import: u64,
    /// Tags of links that new messages begin with.
    pub utm: Utm,
}
