//! Contacts, their properties and their lists, as the composer shows them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::SearchFilter;

/// One contact of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// HubSpot's record id.
    pub id: String,
    /// First and last name, else the e-mail address, else the id.
    pub name: String,
    /// The number as HubSpot holds it, from the first phone property that is filled.
    pub phone: Option<String>,
    /// `mobile_prefix_360nrs`, where it is filled.
    pub prefix: Option<String>,
    /// Whether this contact has opted out of this account's messages.
    pub opted_out: bool,
    /// The values of the properties that were asked for; absent means empty.
    pub values: BTreeMap<String, String>,
}

/// Answer of `GET /api/contacts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPage {
    /// The contacts of this page.
    pub contacts: Vec<Contact>,
    /// How many contacts match in all.
    pub total: u64,
    /// Ask with `after=` this for the next page.
    pub after: Option<String>,
}

/// Body of `POST /api/contacts/found`: a search whose finds are to be seen.
///
/// The answer is a [`ContactPage`] with the first of them, by record id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactSearch {
    /// As in [`Audience::Search`](super::Audience::Search).
    pub query: String,
    /// As there.
    pub filters: Vec<SearchFilter>,
}

/// A HubSpot list of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactList {
    /// HubSpot's list id.
    pub id: String,
    /// The name people gave it.
    pub name: String,
    /// How many contacts it holds.
    pub size: u64,
}

/// A contact property, usable as a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// Internal name, as written in a token: `firstname`.
    pub name: String,
    /// What people call it: `First name`.
    pub label: String,
    /// HubSpot's group, for the menu.
    pub group: String,
}
