//! HubSpot: signing in, contacts, properties, lists, timelines.
//!
//! Only date-versioned endpoints; [`VERSION`] is the one place that names the
//! date. Reads may be repeated, for they change nothing.

mod client;
mod contacts;
mod health;
mod lists;
mod oauth;
mod properties;
mod timeline;

pub(crate) use client::{CrmError, Hubspot};
pub(crate) use contacts::{OPTED_OUT, Skipped};
pub(crate) use oauth::SignInError;
pub(crate) use timeline::Sms;

/// Version of HubSpot's API, as it stands in every path.
const VERSION: &str = "2026-09";
