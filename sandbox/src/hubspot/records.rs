//! A contact as HubSpot keeps it, and as it goes over the wire.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::properties::Property;

/// Properties that come back whether asked for or not.
const ALWAYS: [&str; 3] = ["createdate", "hs_object_id", "lastmodifieddate"];
/// What comes back when nothing is asked for.
const BY_DEFAULT: [&str; 3] = ["email", "firstname", "lastname"];
/// Where numbers are kept.
const PHONES: [&str; 3] = ["mobile_phone_360nrs", "mobilephone", "phone"];
/// Fewest digits of a national number that identify a phone.
const TELLING_DIGITS: usize = 9;

/// A moment, written as HubSpot writes it: ISO 8601, UTC, milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp(pub(crate) Timestamp);

impl Stamp {
    /// This moment.
    pub(crate) fn now() -> Self {
        Self(Timestamp::now())
    }
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A contact. Values are text; an absent one is null on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Contact {
    /// Record id.
    pub(crate) id: u64,
    /// Values that are filled.
    pub(crate) values: BTreeMap<String, String>,
    /// When it was created.
    pub(crate) created: Stamp,
    /// When it was last changed.
    pub(crate) updated: Stamp,
}

impl Contact {
    /// The value of a property; `None` where it is empty.
    pub(crate) fn value(&self, property: &str) -> Option<String> {
        match property {
            "hs_object_id" => Some(self.id.to_string()),
            "createdate" => Some(self.created.to_string()),
            "lastmodifieddate" => Some(self.updated.to_string()),
            _ => self.values.get(property).cloned(),
        }
    }

    /// Sets values; an empty one clears.
    pub(crate) fn set(&mut self, values: BTreeMap<String, String>) {
        for (name, value) in values {
            if value.is_empty() {
                self.values.remove(&name);
            } else {
                self.values.insert(name, value);
            }
        }
        self.updated = Stamp::now();
    }

    /// First and last name, else the e-mail address, else the id.
    pub(crate) fn name(&self) -> String {
        let names: Vec<String> = ["firstname", "lastname"]
            .into_iter()
            .filter_map(|property| self.value(property))
            .collect();
        if names.is_empty() {
            self.value("email").unwrap_or_else(|| self.id.to_string())
        } else {
            names.join(" ")
        }
    }

    /// Digits of the contact's numbers, where there are enough of them to tell a phone.
    pub(crate) fn numbers(&self) -> Vec<String> {
        PHONES
            .into_iter()
            .filter_map(|property| self.value(property))
            .map(|number| {
                let digits: String = number.chars().filter(char::is_ascii_digit).collect();
                digits.trim_start_matches("00").to_owned()
            })
            .filter(|digits| digits.len() >= TELLING_DIGITS)
            .collect()
    }

    /// The record on the wire, with the properties that were asked for and exist.
    pub(crate) fn json(&self, asked: &[String], known: &[Property]) -> Value {
        let mut values = Map::new();
        let mut put = |name: &str| {
            values.insert(name.to_owned(), json!(self.value(name)));
        };
        ALWAYS.into_iter().for_each(&mut put);
        if asked.is_empty() {
            BY_DEFAULT.into_iter().for_each(&mut put);
        }
        asked
            .iter()
            .filter(|name| known.iter().any(|property| property.name == **name))
            .for_each(|name| put(name));
        json!({
            "id": self.id.to_string(),
            "properties": values,
            "createdAt": self.created,
            "updatedAt": self.updated,
            "archived": false,
        })
    }
}
