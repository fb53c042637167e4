//! Contacts: searching, reading many, and writing an opt-out.

use std::collections::BTreeMap;

use reqwest::Method;
use septet_core::campaign::{Condition, Search};
use septet_core::phone::{PHONE_PROPERTIES, PREFIX_PROPERTY};
use septet_core::wire::{Contact, ContactPage};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::task::{JoinError, JoinSet};

use super::{CrmError, Hubspot, VERSION};

/// Our own property on contacts: `true` once they have opted out.
pub(crate) const OPTED_OUT: &str = "septet_opted_out";

/// HubSpot's own: `false` on contacts that may not be marketed to.
pub(crate) const MARKETING: &str = "hs_marketable_status";

/// The property that is a record's id.
const ID: &str = "hs_object_id";
/// Contacts on a page of search results.
const PAGE: u32 = 20;
/// Most contacts that one batch read takes.
const BATCH: usize = 100;
/// Batches that are read at the same time.
const AT_ONCE: usize = 4;

/// Contacts on a page of those that a search finds as an audience; the most there can be.
const AUDIENCE_PAGE: usize = 200;
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
struct Records {
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

/// Some of the contacts that a search finds.
#[derive(Debug)]
pub(crate) struct Found {
    /// By id.
    pub(crate) contacts: Vec<Contact>,
    /// The id after which the next ones come, if there are more.
    pub(crate) next: Option<String>,
    /// How many it finds, from this page on.
    pub(crate) total: u64,
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
        let found: Records = self
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

    /// The contacts that a search finds, a page of them, by id: those after one that was
    /// on the page before. Asked for in this way, more can be read than HubSpot finds at
    /// once, and whoever comes in or falls out meanwhile moves nobody to another page.
    pub(crate) async fn search(
        &self,
        portal: u64,
        search: &Search,
        after: Option<&str>,
        properties: &[String],
    ) -> Result<Found, CrmError> {
        let mut filters: Vec<Value> = search.conditions.iter().map(filter).collect();
        if let Some(after) = after {
            filters.push(json!({ "propertyName": ID, "operator": "GT", "value": after }));
        }
        let mut body = json!({
            "limit": AUDIENCE_PAGE,
            "sorts": [{ "propertyName": ID, "direction": "ASCENDING" }],
            "properties": asked(properties),
        });
        if !filters.is_empty() {
            body["filterGroups"] = json!([{ "filters": filters }]);
        }
        if let Some(words) = &search.words {
            body["query"] = json!(words);
        }
        let path = format!("/crm/objects/{VERSION}/contacts/search");
        let found: Records = self.ask(portal, &path, &body).await?;
        let more = found.paging.is_some_and(|paging| paging.next.is_some());
        let last = found.results.last().filter(|_| more);
        Ok(Found {
            next: last.map(|last| last.id.clone()),
            total: found.total,
            contacts: found.results.into_iter().map(Record::contact).collect(),
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
                let found: Records = hubspot.ask(portal, &path, &body).await?;
                Ok(found.results)
            });
        }
        while let Some(batch) = reading.join_next().await {
            contacts.extend(joined(batch)?);
        }
        Ok(contacts)
    }

    /// Writes an opt-out to the contact's record.
    pub(crate) async fn mark_opted_out(
        &self,
        portal: u64,
        contact: &str,
        opted_out: bool,
    ) -> Result<(), CrmError> {
        let value = if opted_out { "true" } else { "false" };
        self.set(portal, contact, OPTED_OUT, value).await
    }

    /// Writes one property.
    pub(crate) async fn set(
        &self,
        portal: u64,
        contact: &str,
        property: &str,
        value: &str,
    ) -> Result<(), CrmError> {
        let body = json!({ "inputs": [{ "id": contact, "properties": { property: value } }] });
        let path = format!("/crm/objects/{VERSION}/contacts/batch/update");
        let status = self.change(portal, Method::POST, &path, &body).await?;
        if status.is_success() {
            Ok(())
        } else {
            Err(CrmError::Unreachable(format!("status {status}")))
        }
    }
}

/// A condition in HubSpot's words.
fn filter((property, condition): &(String, Condition)) -> Value {
    let (operator, value) = match condition {
        Condition::Equals(value) => ("EQ", Some(value.clone())),
        // Without the stars it would be a whole word.
        Condition::Contains(word) => ("CONTAINS_TOKEN", Some(format!("*{word}*"))),
        Condition::AtLeast(value) => ("GTE", Some(value.clone())),
        Condition::AtMost(value) => ("LTE", Some(value.clone())),
        Condition::Known => ("HAS_PROPERTY", None),
        Condition::Unknown => ("NOT_HAS_PROPERTY", None),
    };
    let mut filter = json!({ "propertyName": property, "operator": operator });
    if let Some(value) = value {
        filter["value"] = json!(value);
    }
    filter
}

fn joined(
    batch: Result<Result<Vec<Record>, CrmError>, JoinError>,
) -> Result<impl Iterator<Item = Contact>, CrmError> {
    let batch = batch.map_err(|error| CrmError::Unreachable(error.to_string()))?;
    Ok(batch?.into_iter().map(Record::contact))
}

/// Whether a contact may be marketed to. In accounts that make no difference between
/// contacts, there is nothing that says no.
pub(crate) fn is_marketing(contact: &Contact) -> bool {
    let status = contact.values.get(MARKETING);
    status.is_none_or(|status| status != "false")
}

/// What is always read of a contact, and what was asked for.
fn asked(properties: &[String]) -> Vec<&str> {
    let mut asked = vec!["firstname", "lastname", "email", PREFIX_PROPERTY];
    asked.extend([OPTED_OUT, MARKETING]);
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
        contact_of(self.id, self.properties)
    }
}

/// A contact, of what HubSpot says of it.
pub(crate) fn contact_of(id: String, properties: BTreeMap<String, Option<String>>) -> Contact {
    let values: BTreeMap<String, String> = properties
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
        (true, None) => id.clone(),
    };
    Contact {
        id,
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

#[cfg(test)]
mod tests {
    use septet_core::wire::{SearchFilter, SearchOperator};

    use super::*;
    use crate::testing::{BOOKSHOP, World};

    async fn all(hubspot: &Hubspot, search: &Search) -> Vec<Contact> {
        let (mut contacts, mut after) = (Vec::new(), None);
        let mut first = None;
        loop {
            let page = hubspot.search(BOOKSHOP, search, after.as_deref(), &[]);
            let page = page.await.unwrap();
            let total = *first.get_or_insert(page.total);
            contacts.extend(page.contacts);
            after = page.next;
            if after.is_none() {
                assert_eq!(contacts.len() as u64, total);
                return contacts;
            }
        }
    }

    fn search(words: &str, filters: &[(&str, SearchOperator, &str)]) -> Search {
        let filters = filters
            .iter()
            .map(|(property, operator, value)| SearchFilter {
                property: (*property).into(),
                operator: *operator,
                value: (*value).into(),
            });
        Search::parse(words, &filters.collect::<Vec<_>>()).unwrap()
    }

    #[tokio::test]
    async fn a_search_is_read_to_its_end_by_id_with_every_operator() {
        use SearchOperator::{AtLeast, AtMost, Contains, Equals, Known, Unknown};
        let world = World::start().await;
        world.signed_in().await;
        let hubspot = &world.app.hubspot;
        let count = async |filters: &[(&str, SearchOperator, &str)]| {
            all(hubspot, &search("", filters)).await.len()
        };
        let everybody = all(hubspot, &search("", &[("hs_object_id", Known, "")])).await;
        let ids = everybody.iter().map(|contact| contact.id.parse().unwrap());
        let ids: Vec<u64> = ids.collect();
        // More than a page, each once.
        assert!(ids.len() > AUDIENCE_PAGE);
        assert!(ids.is_sorted() && ids.windows(2).all(|two| two[0] != two[1]));

        let (with, without) = (("mobilephone", Known, ""), ("mobilephone", Unknown, ""));
        let (with, without) = (count(&[with]).await, count(&[without]).await);
        assert!(with > 0 && without > 0);
        assert_eq!(with + without, ids.len());
        let lisbon = count(&[("city", Equals, "lisboa")]).await;
        assert!(lisbon > 0);
        assert!(count(&[("city", Contains, "isbo")]).await >= lisbon);
        assert_eq!(count(&[("pontos", AtLeast, "90")]).await, 2);
        let points = [("pontos", AtLeast, "90"), ("pontos", AtMost, "89")];
        assert_eq!(count(&points).await, 0);
        let ines = all(hubspot, &search("ines goncalves", &[])).await;
        assert_eq!(ines.len(), 1);
    }
}
