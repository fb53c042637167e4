//! What the composer holds before anything is sent.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::Millis;
use crate::encoding::EncodingChoice;
use crate::named::named;

/// An SMS being written: exactly what the person typed, valid or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SmsDraft {
    /// Sender, as typed.
    pub sender: String,
    /// The message with its tokens.
    pub text: String,
    /// Which alphabets may be used.
    pub encoding: EncodingChoice,
    /// "Replace unsupported characters".
    pub transliterate: bool,
    /// Whether links become short links.
    pub shorten_links: bool,
    /// Hosts whose links are left as they are, and those of hosts below them.
    pub plain_hosts: Vec<String>,
    /// Tags added to links.
    pub utm: Utm,
    /// ISO 3166-1 alpha-2 code of the country of numbers without a prefix.
    pub country: String,
    /// Name of the campaign; empty means the default of its month.
    pub campaign_name: String,
    /// Who gets it.
    pub audience: Audience,
    /// When.
    pub timing: Timing,
    /// What for.
    pub purpose: Purpose,
    /// Whether it also goes to people who have opted out; only what is no advertising may.
    pub ignore_opt_outs: bool,
}

impl Default for SmsDraft {
    fn default() -> Self {
        Self {
            sender: String::new(),
            text: String::new(),
            encoding: EncodingChoice::Auto,
            transliterate: false,
            shorten_links: true,
            plain_hosts: Vec::new(),
            utm: Utm::default(),
            country: String::new(),
            campaign_name: String::new(),
            audience: Audience::default(),
            timing: Timing::default(),
            purpose: Purpose::Commercial,
            ignore_opt_outs: false,
        }
    }
}

named! {
    /// What a message is for, as far as the law asks (Directive 2002/58/EC, article 13).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Purpose {
        /// It advertises: it needs consent, or a customer who did not object, and a way out.
        Commercial = "commercial",
        /// It is about something that the recipient has ordered or booked, and does not advertise.
        Transactional = "transactional",
    }
}

/// Who a campaign is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Audience {
    /// Contacts picked one by one.
    Contacts {
        /// HubSpot record ids.
        ids: Vec<String>,
    },
    /// A HubSpot list, read when the campaign is created.
    List {
        /// HubSpot list id.
        id: String,
    },
    /// Contacts that a HubSpot search finds, when the campaign is created;
    /// [`crate::campaign::Search`] knows the rules.
    Search {
        /// Words that stand in them; empty for whichever.
        #[serde(default)]
        query: String,
        /// What must hold for them, all of it.
        #[serde(default)]
        filters: Vec<SearchFilter>,
    },
    /// The rows of a file, which are not HubSpot's contacts.
    Import {
        /// Id of the import.
        id: String,
        /// The column that holds the number.
        phone: String,
        /// The column that holds the person's name.
        person: Option<String>,
        /// The column that holds the number's international prefix.
        prefix: Option<String>,
    },
}

impl Default for Audience {
    fn default() -> Self {
        Self::Contacts { ids: Vec::new() }
    }
}

/// What must hold for a property of a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchFilter {
    /// The property's name.
    pub property: String,
    /// How its value is compared.
    pub operator: SearchOperator,
    /// With what; empty where there is nothing to compare.
    #[serde(default)]
    pub value: String,
}

named! {
    /// How the value of a property is compared.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum SearchOperator {
        /// It is the value.
        Equals = "equals",
        /// The value, one word, stands in a word of it.
        Contains = "contains",
        /// It is the value or more, or later.
        AtLeast = "at_least",
        /// It is the value or less, or earlier.
        AtMost = "at_most",
        /// There is one.
        Known = "known",
        /// There is none.
        Unknown = "unknown",
    }
}

/// When messages leave, as a person chose it; [`crate::campaign::Schedule`] knows the rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// Not before; at once when it is left out.
    pub start_at: Option<Millis>,
    /// Spread evenly until then; else as fast as they go.
    pub spread_until: Option<Millis>,
    /// Not later than.
    pub expires_at: Option<Millis>,
    /// Hours of the recipient's day; whoever is outside of them waits.
    pub hours: Option<Hours>,
    /// Not to numbers that were sent to in so many days before; 0 to all.
    pub days_apart: u16,
}

/// Part of a day, by the recipient's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Minutes since midnight.
    pub from: u16,
    /// Minutes since midnight, 1440 at most; no longer inside.
    pub until: u16,
}

/// Campaign tags added to links; empty fields are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Utm {
    /// `utm_source`
    pub source: String,
    /// `utm_medium`
    pub medium: String,
    /// `utm_campaign`
    pub campaign: String,
    /// `utm_term`
    pub term: String,
    /// `utm_content`
    pub content: String,
    /// `utm_id`
    pub id: String,
}

/// Answer of `GET /api/drafts/{key}`, body of `PUT /api/drafts/{key}` (without `updated_at`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedDraft {
    /// The key that the browser made up (a UUID). Sending with it makes the campaign idempotent.
    pub key: String,
    /// When it was last saved.
    pub updated_at: Millis,
    /// What was saved.
    pub draft: SmsDraft,
}

/// One line of `GET /api/drafts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftSummary {
    /// The draft's key.
    pub key: String,
    /// When it was last saved.
    pub updated_at: Millis,
    /// Campaign name as typed, possibly empty.
    pub campaign_name: String,
    /// The beginning of the message.
    pub excerpt: String,
}
