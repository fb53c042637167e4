//! `POST /contacts/search`: by words, by filters, page by page.
//!
//! Words are compared without case and accents, as substrings; results come by id, which
//! is the order of creation. Of `sorts`, only that by id is taken.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::Deserialize;
use serde_json::{Value, json};

use super::READ;
use super::filter::{self, FilterGroup};
use crate::fold::folded;
use crate::hubspot::bearer::Caller;
use crate::hubspot::error::HubSpotError;
use crate::hubspot::lists::page_size;
use crate::hubspot::records::Contact;
use crate::shared::{Shared, lock};

/// Contacts on a page when `limit` is absent, and most there can be.
const PAGE: usize = 10;
const LARGEST_PAGE: usize = 200;
/// Results of a search that can be read, however many there are.
const MOST_FOUND: usize = 10_000;
/// Longest query, in characters.
const LONGEST_QUERY: usize = 3000;
/// What words are looked for in.
const SEARCHED: [&str; 6] = [
    "firstname",
    "lastname",
    "email",
    "phone",
    "mobilephone",
    "company",
];

/// Body of the call.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Search {
    query: Option<String>,
    filter_groups: Vec<FilterGroup>,
    properties: Vec<String>,
    sorts: Vec<Sort>,
    limit: Option<usize>,
    after: Option<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sort {
    property_name: String,
    #[serde(default)]
    direction: Direction,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Direction {
    #[default]
    Ascending,
    Descending,
}

/// Answers one page; `after` is the number of contacts before it.
pub(crate) async fn search(
    caller: Caller,
    State(shared): State<Arc<Shared>>,
    body: Result<Json<Search>, JsonRejection>,
) -> Result<Json<Value>, HubSpotError> {
    let portal = caller.allowed(READ)?;
    let Json(search) = body?;
    let limit = page_size(search.limit, PAGE, LARGEST_PAGE, "limit")?;
    let query = search.query.unwrap_or_default();
    if query.chars().count() > LONGEST_QUERY {
        return Err(HubSpotError::validation("The query is too long."));
    }
    filter::check(&search.filter_groups)?;
    let descending = match &search.sorts[..] {
        [] => false,
        [sort] if sort.property_name == "hs_object_id" => sort.direction == Direction::Descending,
        _ => return Err(HubSpotError::validation("Sorts are by hs_object_id here.")),
    };
    let skipped = offset(search.after.as_ref())?;
    if skipped.saturating_add(limit) > MOST_FOUND {
        return Err(HubSpotError::validation(format!(
            "Only the first {MOST_FOUND} results can be read."
        )));
    }
    let words: Vec<String> = query.split_whitespace().map(folded).collect();
    let accounts = lock(&shared.accounts);
    let account = accounts.account(portal)?;
    let mut found: Vec<&Contact> = account
        .contacts
        .values()
        .filter(|contact| matches(contact, &words))
        .filter(|contact| filter::holds(&search.filter_groups, contact))
        .collect();
    if descending {
        found.reverse();
    }
    let results: Vec<Value> = found
        .iter()
        .skip(skipped)
        .take(limit)
        .map(|contact| contact.json(&search.properties, &account.properties))
        .collect();
    let next = skipped.saturating_add(results.len());
    let mut answer = json!({"total": found.len(), "results": results});
    if next < found.len() {
        answer["paging"] = json!({"next": {"after": next.to_string()}});
    }
    Ok(Json(answer))
}

/// `after` as a number or as text.
fn offset(after: Option<&Value>) -> Result<usize, HubSpotError> {
    match after {
        None | Some(Value::Null) => Some(0),
        Some(Value::String(text)) if text.is_empty() => Some(0),
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_u64().and_then(|after| usize::try_from(after).ok()),
    }
    .ok_or_else(|| HubSpotError::validation("after must be a number."))
}

/// Whether every word stands somewhere in the contact.
fn matches(contact: &Contact, words: &[String]) -> bool {
    let text: Vec<String> = SEARCHED
        .into_iter()
        .filter_map(|property| contact.value(property))
        .map(|value| folded(&value))
        .collect();
    words
        .iter()
        .all(|word| text.iter().any(|value| value.contains(word)))
}
