//! What sending would do, told before it is done.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::delivery::NotSentReason;

/// Answer of `POST /api/campaigns/check`: the audience weighed, or the beginning of a large
/// one; nothing stored, nothing sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// How many would get a message.
    pub recipients: u64,
    /// Parts over all of them: what is billed.
    pub parts: u64,
    /// How many messages have how many parts, fewest parts first.
    pub spread: Vec<PartsCount>,
    /// Who would get none, by reason.
    pub exclusions: Vec<Exclusion>,
    /// Tokens that are empty for some recipients and have no fallback.
    pub missing: Vec<MissingValue>,
    /// How many the audience has in all, when only the first of them were weighed.
    pub sampled_of: Option<u64>,
}

/// One column of the spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartsCount {
    /// Parts of one message.
    pub parts: u8,
    /// Messages that have this many.
    pub messages: u64,
}

/// Contacts that would get no message, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Why.
    pub reason: NotSentReason,
    /// How many.
    pub count: u64,
    /// Names of the first few.
    pub examples: Vec<String>,
}

/// A token without value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingValue {
    /// The property.
    pub property: String,
    /// Recipients who have none.
    pub count: u64,
}
