//! How a page inside HubSpot comes to a session: a ticket, swapped once.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::Millis;
use crate::event::Channel;

/// Body of `POST /embed/session`: the ticket from the address (`/embed#ticket=…`). It works
/// once, and for a minute.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// As it stood in the address.
    pub ticket: String,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Ticket")
    }
}

/// Its answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedSession {
    /// For `Authorization: Bearer`, instead of a cookie, which browsers keep from pages in
    /// other sites' pages.
    pub token: String,
    /// When it ends.
    pub expires_at: Millis,
    /// What the page is to show.
    pub opening: Opening,
}

impl fmt::Debug for EmbedSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmbedSession")
    }
}

/// What a page inside HubSpot begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// What is to be sent.
    pub channel: Channel,
    /// Record ids of the contacts that it is for, and of no others.
    pub contacts: Vec<String>,
    /// The language of HubSpot's page, as HubSpot writes it: `pt-br`.
    pub locale: String,
    /// The origin of HubSpot's page, which is told when the page may be closed.
    pub parent: String,
}
