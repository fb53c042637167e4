//! Lists of contacts, as audiences.

use serde::Deserialize;
use serde_json::{Value, json};

use septet_core::wire::ContactList;

use super::contacts::Paging;
use super::{CrmError, Hubspot, VERSION};

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
struct Members {
    results: Vec<Member>,
    paging: Option<Paging>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    record_id: String,
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

    /// Ids of all contacts of a list.
    pub(crate) async fn members(&self, portal: u64, list: &str) -> Result<Vec<String>, CrmError> {
        // The id stands in a path; HubSpot's are numbers.
        if list.is_empty() || !list.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CrmError::NotFound);
        }
        let path = format!("/crm/lists/{VERSION}/{list}/memberships");
        let mut ids = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut query = vec![("limit", MEMBERS)];
            query.extend(after.as_deref().map(|after| ("after", after)));
            let page: Members = self.get(portal, &path, &query).await?;
            ids.extend(page.results.into_iter().map(|member| member.record_id));
            after = page
                .paging
                .and_then(|paging| paging.next)
                .map(|next| next.after);
            if after.is_none() {
                return Ok(ids);
            }
        }
    }
}

fn size(value: &Value) -> u64 {
    match value {
        Value::String(text) => text.parse().unwrap_or_default(),
        other => other.as_u64().unwrap_or_default(),
    }
}
