//! Contacts: searching, reading many, and writing an opt-out.

use std::collections::BTreeMap;

use reqwest::Method;
use septet_core::phone::{PHONE_PROPERTIES, PREFIX_PROPERTY};
use septet_core::wire::{Contact, ContactPage};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::{JoinError, JoinSet};

use super::{CrmError, Hubspot, VERSION};

/// Our own property on contacts: `true` once they have opted out.
pub(crate) const OPTED_OUT: &str = "septet_opted_out";

/// Contacts on a page of search results.
const PAGE: u32 = 20;
/// Most contacts that one batch read takes.
const BATCH: usize = 100;
/// Batches that are read at the same time.
const AT_ONCE: usize = 4;

/// Contacts that HubSpot finds at most, whatever the search; further on, it refuses to look.
const SEARCHABLE: u32 = 10_000;

/// How many contacts of a search come before the page that is asked for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct Skipped(u32);

impl TryFrom<u32> for Skipped {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        if number < SEARCHABLE {
            Ok(Self(number))
        } else {
            Err(format!("{number} is not below {SEARCHABLE}"))
        }
    }
}

#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    total: u64,
    results: Vec<Record>,
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    properties: BTreeMap<String, Option<String>>,
}

#[derive(Deserialize)]
pub(super) struct Paging {
    pub(super) next: Option<Next>,
}

#[derive(Deserialize)]
pub(super) struct Next {
    pub(super) after: String,
}

impl Hubspot {
    /// A page of contacts that match a few words; all of them without any.
    pub(crate) async fn search_contacts(
        &self,
        portal: u64,
        words: &str,
        after: Option<Skipped>,
        properties: &[String],
    ) -> Result<ContactPage, CrmError> {
        let mut body = json!({ "limit": PAGE, "properties": asked(properties) });
        if !words.trim().is_empty() {
            body["query"] = json!(words.trim());
        }
        if let Some(Skipped(after)) = after {
            body["after"] = json!(after.to_string());
        }
        let found: Found = self
            .ask(
                portal,
                &format!("/crm/objects/{VERSION}/contacts/search"),
                &body,
            )
            .await?;
        Ok(ContactPage {
            contacts: found.results.into_iter().map(Record::contact).collect(),
            total: found.total,
            after: found
                .paging
                .and_then(|paging| paging.next)
                .map(|next| next.after),
        })
    }

    /// Contacts by id, in no particular order; those that HubSpot does not know are not
    /// among them. Several batches are read at the same time.
    pub(crate) async fn contacts(
        &self,
        portal: u64,
        ids: &[String],
        properties: &[String],
    ) -> Result<Vec<Contact>, CrmError> {
        let mut contacts = Vec::with_capacity(ids.len());
        let mut reading = JoinSet::new();
        for ids in ids.chunks(BATCH) {
            if reading.len() >= AT_ONCE
                && let Some(batch) = reading.join_next().await
            {
                contacts.extend(joined(batch)?);
            }
            let inputs: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
            let body = json!({
                "inputs": inputs,
                "properties": asked(properties),
                "propertiesWithHistory": [],
            });
            let hubspot = self.clone();
            reading.spawn(async move {
                let path = format!("/crm/objects/{VERSION}/contacts/batch/read");
                let found: Found = hubspot.ask(portal, &path, &body).await?;
                Ok(found.results)
            });
        }
        while let Some(batch) = reading.join_next().await {
            contacts.extend(joined(batch)?);
        }
        Ok(contacts)
    }

    /// Writes an opt-out to the contact's record.
    pub(crate) async fn mark_opted_out(&self, portal: u64, contact: &str) -> Result<(), CrmError> {
        let body = json!({ "inputs": [{ "id": contact, "properties": { OPTED_OUT: "true" } }] });
        let path = format!("/crm/objects/{VERSION}/contacts/batch/update");
        let status = self.change(portal, Method::POST, &path, &body).await?;
        if status.is_success() {
            Ok(())
        } else {
            Err(CrmError::Unreachable(format!("status {status}")))
        }
    }
}

fn joined(
    batch: Result<Result<Vec<Record>, CrmError>, JoinError>,
) -> Result<impl Iterator<Item = Contact>, CrmError> {
    let batch = batch.map_err(|error| CrmError::Unreachable(error.to_string()))?;
    Ok(batch?.into_iter().map(Record::contact))
}

/// What is always read of a contact, and what was asked for.
fn asked(properties: &[String]) -> Vec<&str> {
    let mut asked = vec!["firstname", "lastname", "email", PREFIX_PROPERTY, OPTED_OUT];
    asked.extend(PHONE_PROPERTIES);
    for property in properties {
        if !asked.contains(&property.as_str()) {
            asked.push(property);
        }
    }
    asked
}

impl Record {
    fn contact(self) -> Contact {
        let values: BTreeMap<String, String> = self
            .properties
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?.trim().to_owned())))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let full = ["firstname", "lastname"]
            .iter()
            .filter_map(|part| values.get(*part));
        let full = full.map(String::as_str).collect::<Vec<_>>().join(" ");
        let name = match (full.is_empty(), values.get("email")) {
            (false, _) => full,
            (true, Some(email)) => email.clone(),
            (true, None) => self.id.clone(),
        };
        Contact {
            id: self.id,
            name,
            phone: PHONE_PROPERTIES
                .iter()
                .find_map(|phone| values.get(*phone))
                .cloned(),
            prefix: values.get(PREFIX_PROPERTY).cloned(),
            opted_out: values.get(OPTED_OUT).is_some_and(|value| value == "true"),
            values,
        }
    }
}
