//! Lists of contacts, as audiences.

use serde::Deserialize;
use serde_json::{Value, json};

use septet_core::wire::ContactList;

use super::contacts::Paging;
use super::{CrmError, Hubspot, VERSION, is_number};

/// Lists that a search shows.
const LISTS: u32 = 50;
/// Most members that one page holds.
const MEMBERS: &str = "250";
/// Contacts, among HubSpot's kinds of records.
const CONTACTS: &str = "0-1";

#[derive(Deserialize)]
struct Lists {
    lists: Vec<List>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List {
    list_id: String,
    name: String,
    object_type_id: String,
    #[serde(default)]
    additional_properties: Value,
}

#[derive(Deserialize)]
struct Page {
    results: Vec<Member>,
    total: Option<u64>,
    paging: Option<Paging>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    record_id: String,
}

/// Some of the contacts of a list.
#[derive(Debug)]
pub(crate) struct Members {
    /// Their ids, in order.
    pub(crate) ids: Vec<String>,
    /// After which the next ones come, if there are more.
    pub(crate) next: Option<String>,
    /// How many the list has, as HubSpot says.
    pub(crate) total: Option<u64>,
}

impl Hubspot {
    /// Lists of contacts whose name matches.
    pub(crate) async fn lists(
        &self,
        portal: u64,
        words: &str,
    ) -> Result<Vec<ContactList>, CrmError> {
        let body = json!({
            "query": words.trim(),
            "offset": 0,
            "count": LISTS,
            "objectTypeId": CONTACTS,
            "additionalProperties": ["hs_list_size"],
        });
        let found: Lists = self
            .ask(portal, &format!("/crm/lists/{VERSION}/search"), &body)
            .await?;
        let lists = found
            .lists
            .into_iter()
            .filter(|list| list.object_type_id == CONTACTS);
        Ok(lists
            .map(|list| ContactList {
                size: size(&list.additional_properties["hs_list_size"]),
                id: list.list_id,
                name: list.name,
            })
            .collect())
    }

    /// A page of a list's contacts. They come by id, and `after` is the place of the last
    /// one before: whoever joins or leaves meanwhile moves nobody else to another page.
    pub(crate) async fn members(
        &self,
        portal: u64,
        list: &str,
        after: Option<&str>,
    ) -> Result<Members, CrmError> {
        // The id stands in a path; HubSpot's are numbers.
        if !is_number(list) {
            return Err(CrmError::NotFound);
        }
        let path = format!("/crm/lists/{VERSION}/{list}/memberships");
        let mut query = vec![("limit", MEMBERS)];
        query.extend(after.map(|after| ("after", after)));
        let page: Page = self.get(portal, &path, &query).await?;
        let ids = page.results.into_iter().map(|member| member.record_id);
        let next = page.paging.and_then(|paging| paging.next);
        Ok(Members {
            ids: ids.collect(),
            next: next.map(|next| next.after),
            total: page.total,
        })
    }
}

fn size(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.parse().unwrap_or_default(),
        other => other.as_u64().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::*;
    use crate::testing::{BOOKSHOP, World};

    /// Everybody of the bookshop, and those of Lisbon.
    const EVERYBODY: &str = "12";
    const LISBON: &str = "13";

    async fn all(hubspot: &Hubspot, list: &str, mut after: Option<String>) -> Vec<String> {
        let mut ids = Vec::new();
        loop {
            let page = hubspot.members(BOOKSHOP, list, after.as_deref()).await;
            let page = page.unwrap();
            ids.extend(page.ids);
            after = page.next;
            if after.is_none() {
                return ids;
            }
        }
    }

    async fn move_to(hubspot: &Hubspot, city: &str, ids: &[String]) {
        for ids in ids.chunks(100) {
            let inputs = ids
                .iter()
                .map(|id| json!({ "id": id, "properties": { "city": city } }));
            let body = json!({ "inputs": inputs.collect::<Vec<_>>() });
            let path = format!("/crm/objects/{VERSION}/contacts/batch/update");
            let moved = hubspot.change(BOOKSHOP, Method::POST, &path, &body).await;
            assert!(moved.unwrap().is_success());
        }
    }

    #[tokio::test]
    async fn whoever_stays_in_a_list_is_read_once_whoever_joins_or_leaves_meanwhile() {
        let world = World::start().await;
        world.signed_in().await;
        let hubspot = &world.app.hubspot;
        let everybody = all(hubspot, EVERYBODY, None).await;
        let (leaving, staying) = everybody.split_at(30);
        let (joining, staying) = staying.split_at(10);
        move_to(hubspot, "Lisboa", &everybody).await;
        move_to(hubspot, "Faro", joining).await;

        let first = hubspot.members(BOOKSHOP, LISBON, None).await.unwrap();
        assert_eq!(first.ids.len(), 250);
        assert_eq!(first.total, Some(everybody.len() as u64 - 10));
        move_to(hubspot, "Faro", leaving).await;
        move_to(hubspot, "Lisboa", joining).await;
        let rest = all(hubspot, LISBON, first.next).await;
        let read: Vec<String> = first.ids.into_iter().chain(rest).collect();
        assert!(staying.iter().all(|id| read.contains(id)));
        let once: std::collections::BTreeSet<&String> = read.iter().collect();
        assert_eq!(once.len(), read.len());
    }
}
