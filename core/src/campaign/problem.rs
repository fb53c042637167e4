//! What may be wrong with a draft.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::named::named;

/// What is wrong with a draft, and where the person should look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field of the composer.
    pub field: Field,
    /// What is wrong with it.
    #[serde(flatten)]
    pub kind: ProblemKind,
}

named! {
    /// A field of the composer.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Field {
        /// The sender.
        Sender = "sender",
        /// The message.
        Text = "text",
        /// The country.
        Country = "country",
        /// The campaign name.
        CampaignName = "campaign_name",
        /// The recipients.
        Audience = "audience",
        /// When it leaves.
        Timing = "timing",
        /// What it is for.
        Purpose = "purpose",
    }
}

/// What is wrong, with the figures that the sentence needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProblemKind {
    /// Nothing was entered.
    Empty,
    /// More than `max` characters.
    TooLong {
        /// Most characters allowed.
        max: usize,
    },
    /// A character that cannot stand here.
    BadCharacter {
        /// The character.
        character: char,
    },
    /// No country with this code.
    UnknownCountry,
    /// `{{` without `}}`.
    UnclosedToken {
        /// Code-point index of `{{` in the text.
        position: usize,
    },
    /// `{{…}}` that holds no property name.
    BadToken {
        /// Code-point index of `{{` in the text.
        position: usize,
    },
    /// The account has no such property.
    UnknownToken {
        /// The property that was asked for.
        name: String,
    },
    /// Even without any contact's values the text has more than `max` parts.
    TooManyParts {
        /// Most parts allowed.
        max: u8,
    },
    /// The last message would leave before the first.
    SpreadEndsFirst,
    /// The campaign would expire before its last message leaves.
    ExpiresFirst,
    /// Hours of the day without a minute in them.
    NoHours,
    /// More than `max` days between two messages.
    TooManyDays {
        /// Most days.
        max: u16,
    },
    /// The times are over already.
    Past,
    /// More than `max` filters of a search.
    TooManyFilters {
        /// Most filters.
        max: usize,
    },
    /// Advertising to people who have opted out of it.
    OptOutsHold,
    /// A character does not exist in the chosen encoding and has no replacement.
    NotEncodable {
        /// The character.
        character: char,
    },
}
