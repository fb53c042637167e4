//! People who want no more messages, and what recipients have answered.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::Millis;
use crate::opt_out::{OptOutScope, OptOutSource};

/// An opt-out. The number itself is known only where somebody may still see it: what is
/// kept to enforce the opt-out is a keyed hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOut {
    /// Our id.
    pub id: String,
    /// The number, E.164, unless it was erased.
    pub phone: Option<String>,
    /// HubSpot's record id; empty for a number that is no contact's.
    pub contact_id: String,
    /// Of what.
    pub scope: OptOutScope,
    /// How it came about.
    pub source: OptOutSource,
    /// What the person who added it wrote, or the words of an answer.
    pub reason: String,
    /// Who added it, where a person did: an e-mail address.
    pub by: String,
    /// When.
    pub at: Millis,
}

/// Answer of `GET /api/opt-outs`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOutPage {
    /// The opt-outs of this page.
    pub opt_outs: Vec<OptOut>,
    /// How many there are in all.
    pub total: u64,
    /// Ask with `after=` this for the next page.
    pub after: Option<String>,
}

/// Body of `POST /api/opt-outs`: numbers as people write them, one in a line or in the first
/// column of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOutsGiven {
    /// The numbers.
    pub numbers: String,
    /// ISO 3166-1 alpha-2 code of the country of numbers without a prefix.
    pub country: String,
    /// Of what.
    pub scope: OptOutScope,
    /// Why, for people to read.
    pub reason: String,
}

/// What became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptOutsAdded {
    /// How many are new.
    pub added: u64,
    /// How many were there already.
    pub known: u64,
    /// Lines in which there is no number, the first few.
    pub unread: Vec<u64>,
    /// How many lines that are.
    pub unread_total: u64,
}

/// Answer of `GET /api/campaigns/{id}/replies`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replies {
    /// The newest of them.
    pub replies: Vec<Reply>,
}

/// What a recipient has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The recipient's name when the campaign was created.
    pub name: String,
    /// E.164 number.
    pub phone: Option<String>,
    /// The words; `None` where 360nrs did not tell them, or they were erased.
    pub text: Option<String>,
    /// Whether it was understood as an opt-out.
    pub stops: bool,
    /// When.
    pub at: Millis,
}
