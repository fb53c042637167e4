//! Contact lists: found by name, members read page by page.

use std::ops::Range;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::account::Account;
use super::bearer::Caller;
use super::error::HubSpotError;
use super::records::Contact;
use crate::fold::folded;
use crate::shared::{Shared, lock};

const READ: &str = "crm.lists.read";
/// Lists on a page when `count` is absent, and most there can be.
const PAGE: usize = 20;
const LARGEST_PAGE: usize = 500;
/// Members on a page when `limit` is absent, and most there can be.
const MEMBERS: usize = 100;
const MOST_MEMBERS: usize = 250;

/// Ids of contacts that are made when they are asked for.
pub(crate) const CROWDS: Range<u64> = 1_000_000_000..1_010_000_000;

/// A list of contacts.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct List {
    id: u64,
    name: String,
    rule: Rule,
}

/// Who is in a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rule {
    /// Everybody.
    All,
    /// Those whose property has this value.
    Is(String, String),
    /// Those whose property is empty.
    Empty(String),
    /// Those who were added by hand.
    Contacts(Vec<u64>),
    /// Those of a crowd, by id.
    Crowd(Range<u64>),
}

impl List {
    /// The members, by record id.
    fn members<'a>(
        &'a self,
        account: &'a Account,
        after: u64,
    ) -> Box<dyn Iterator<Item = u64> + 'a> {
        match &self.rule {
            Rule::Crowd(ids) => Box::new(ids.start.max(after + 1)..ids.end),
            rule => {
                let contacts = account.contacts.range(after + 1..);
                Box::new(
                    contacts
                        .filter(|(_, contact)| rule.holds(contact))
                        .map(|(id, _)| *id),
                )
            }
        }
    }

    fn size(&self, account: &Account) -> u64 {
        match &self.rule {
            Rule::Crowd(ids) => ids.end - ids.start,
            _ => self.members(account, 0).count() as u64,
        }
    }

    /// A list of contacts that are made when they are asked for.
    pub(crate) fn of_crowd(id: u64, crowd: Range<u64>) -> Self {
        Self {
            id,
            name: format!("Crowd of {}", crowd.end - crowd.start),
            rule: Rule::Crowd(crowd),
        }
    }

    /// Its id.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// The ids of its crowd, if it is of one.
    pub(crate) fn crowd(&self) -> Option<Range<u64>> {
        match &self.rule {
            Rule::Crowd(ids) => Some(ids.clone()),
            _ => None,
        }
    }

    /// `MANUAL` or `DYNAMIC`.
    fn processing(&self) -> &'static str {
        match self.rule {
            Rule::Contacts(_) | Rule::Crowd(_) => "MANUAL",
            _ => "DYNAMIC",
        }
    }
}

impl Rule {
    fn holds(&self, contact: &Contact) -> bool {
        match self {
            Self::All => true,
            Self::Is(property, wanted) => contact.value(property).as_ref() == Some(wanted),
            Self::Empty(property) => contact.value(property).is_none(),
            Self::Contacts(ids) => ids.contains(&contact.id),
            Self::Crowd(ids) => ids.contains(&contact.id),
        }
    }
}

/// Body of a search.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Search {
    query: String,
    offset: usize,
    count: Option<usize>,
    list_ids: Vec<String>,
    processing_types: Vec<String>,
}

/// `POST /crm/lists/2026-09/search`
pub(crate) async fn search(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<Search>, JsonRejection>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(READ)?;
    let Json(search) = body?;
    let count = page_size(search.count, PAGE, LARGEST_PAGE, "count")?;
    let accounts = lock(&shared.accounts);
    let account = accounts.account(portal)?;
    let query = folded(&search.query);
    let found: Vec<&List> = account
        .lists
        .iter()
        .filter(|list| folded(&list.name).contains(&query))
        .filter(|list| search.list_ids.is_empty() || search.list_ids.contains(&list.id.to_string()))
        .filter(|list| {
            search.processing_types.is_empty()
                || search
                    .processing_types
                    .iter()
                    .any(|kind| kind == list.processing())
        })
        .collect();
    let page: Vec<Value> = found
        .iter()
        .skip(search.offset)
        .take(count)
        .map(|list| {
            json!({
                "listId": list.id.to_string(),
                "name": list.name,
                "processingType": list.processing(),
                "processingStatus": "COMPLETE",
                "objectTypeId": "0-1",
                "additionalProperties": {
                    "hs_list_size": list.size(account).to_string(),
                    "hs_list_reference_count": "0",
                },
            })
        })
        .collect();
    let offset = search.offset.saturating_add(page.len());
    Ok(Json(json!({
        "lists": page,
        "offset": offset,
        "hasMore": offset < found.len(),
        "total": found.len(),
    })))
}

/// Which members to read.
#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    limit: Option<usize>,
    after: Option<u64>,
}

/// `GET /crm/lists/2026-09/{id}/memberships`, by record id; `after` is the last id of the page before.
pub(crate) async fn memberships(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    paging: Result<Query<Paging>, QueryRejection>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(READ)?;
    let Query(paging) = paging?;
    let limit = page_size(paging.limit, MEMBERS, MOST_MEMBERS, "limit")?;
    let accounts = lock(&shared.accounts);
    let account = accounts.account(portal)?;
    let list = account
        .lists
        .iter()
        .find(|list| list.id.to_string() == id)
        .ok_or_else(|| HubSpotError::not_found(format!("List {id} does not exist.")))?;
    let total = list.size(account);
    let mut rest = list.members(account, paging.after.unwrap_or_default());
    let page: Vec<u64> = rest.by_ref().take(limit).collect();
    let results: Vec<Value> = page
        .iter()
        .filter_map(|id| account.contact(*id))
        .map(|contact| {
            json!({
                "recordId": contact.id.to_string(),
                "membershipTimestamp": contact.created,
            })
        })
        .collect();
    let mut answer = json!({"results": results, "total": total});
    if rest.next().is_some()
        && let Some(last) = page.last()
    {
        answer["paging"] = json!({"next": {"after": last.to_string()}});
    }
    Ok(Json(answer))
}

/// A page size within its limits.
pub(crate) fn page_size(
    given: Option<usize>,
    usual: usize,
    most: usize,
    field: &str,
) -> Result<usize, HubSpotError> {
    let size = given.unwrap_or(usual);
    if (1..=most).contains(&size) {
        Ok(size)
    } else {
        Err(HubSpotError::validation(format!(
            "{field} must be from 1 to {most}, not {size}."
        )))
    }
}
