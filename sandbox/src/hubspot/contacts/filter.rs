//! The conditions of a search: `filterGroups`, within HubSpot's limits.

use serde::Deserialize;

use crate::fold::folded;
use crate::hubspot::error::HubSpotError;
use crate::hubspot::records::Contact;

/// Groups, filters of one group, filters in all.
const MOST_GROUPS: usize = 5;
const MOST_FILTERS: usize = 6;
const MOST_IN_ALL: usize = 18;

/// Filters that must all hold.
#[derive(Debug, Deserialize)]
pub(super) struct FilterGroup {
    #[serde(default)]
    filters: Vec<Filter>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter {
    property_name: String,
    operator: Operator,
    #[serde(default)]
    value: String,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    high_value: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Operator {
    Eq,
    Neq,
    Lt,
    Lte,
    Gt,
    Gte,
    Between,
    In,
    NotIn,
    HasProperty,
    NotHasProperty,
    ContainsToken,
    NotContainsToken,
}

/// Refuses more conditions than HubSpot takes.
pub(super) fn check(groups: &[FilterGroup]) -> Result<(), HubSpotError> {
    let all: usize = groups.iter().map(|group| group.filters.len()).sum();
    let fits = groups.len() <= MOST_GROUPS
        && all <= MOST_IN_ALL
        && groups
            .iter()
            .all(|group| group.filters.len() <= MOST_FILTERS);
    if fits {
        Ok(())
    } else {
        Err(HubSpotError::validation(format!(
            "At most {MOST_GROUPS} groups of {MOST_FILTERS} filters, {MOST_IN_ALL} in all."
        )))
    }
}

/// Whether one of the groups holds; no groups hold for everybody.
pub(super) fn holds(groups: &[FilterGroup], contact: &Contact) -> bool {
    groups.is_empty()
        || groups
            .iter()
            .any(|group| group.filters.iter().all(|filter| filter.holds(contact)))
}

impl Filter {
    fn holds(&self, contact: &Contact) -> bool {
        let value = contact
            .value(&self.property_name)
            .map(|value| folded(&value));
        let wanted = folded(&self.value);
        let listed = |value: &String| self.values.iter().any(|one| folded(one) == *value);
        match (self.operator, value) {
            (Operator::HasProperty, value) => value.is_some(),
            (Operator::NotHasProperty, value) => value.is_none(),
            (Operator::Neq | Operator::NotIn | Operator::NotContainsToken, None) => true,
            (_, None) => false,
            (Operator::Eq, Some(value)) => value == wanted,
            (Operator::Neq, Some(value)) => value != wanted,
            (Operator::Lt, Some(value)) => before(&value, &wanted),
            (Operator::Lte, Some(value)) => !before(&wanted, &value),
            (Operator::Gt, Some(value)) => before(&wanted, &value),
            (Operator::Gte, Some(value)) => !before(&value, &wanted),
            (Operator::Between, Some(value)) => {
                !before(&value, &wanted) && !before(&folded(&self.high_value), &value)
            }
            (Operator::In, Some(value)) => listed(&value),
            (Operator::NotIn, Some(value)) => !listed(&value),
            (Operator::ContainsToken, Some(value)) => has_token(&value, &wanted),
            (Operator::NotContainsToken, Some(value)) => !has_token(&value, &wanted),
        }
    }
}

/// Numbers by size, everything else by alphabet.
fn before(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => one < other,
        _ => one < other,
    }
}

/// A whole word, or the beginning or end of one where the token has a `*` there.
fn has_token(value: &str, token: &str) -> bool {
    let core = token.trim_matches('*');
    value
        .split(|character: char| !character.is_alphanumeric())
        .any(
            |word| match (token.starts_with('*'), token.ends_with('*')) {
                (false, false) => word == core,
                (false, true) => word.starts_with(core),
                (true, false) => word.ends_with(core),
                (true, true) => word.contains(core),
            },
        )
}
