//! HubSpot: signing in, contacts, properties, lists, timelines.
//!
//! Only date-versioned endpoints; [`VERSION`] is the one place that names the
//! date. Reads may be repeated, for they change nothing.

mod client;
mod contacts;
mod health;
mod lists;
mod oauth;
mod objects;
mod preferences;
mod properties;
mod room;
mod signature;
mod timeline;
mod workflows;

pub(crate) use client::{CrmError, Hubspot, Wrote};
pub(crate) use contacts::{MARKETING, OPTED_OUT, Skipped, contact_of, is_marketing};
pub(crate) use oauth::SignInError;
pub(crate) use objects::{Object, ObjectKind};
pub(crate) use signature::{Fallback, MAX_AGE, Signed};
pub(crate) use timeline::{Described, Note};
pub(crate) use workflows::{Completed, Completion};

/// Whether this is the id of a record of HubSpot's, and not of a row of a file.
pub(crate) fn is_contact(id: &str) -> bool {
    is_number(id)
}

fn is_number(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
}

/// Version of HubSpot's API, as it stands in every path.
const VERSION: &str = "2026-09";
