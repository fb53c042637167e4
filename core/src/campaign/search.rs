//! Searches of HubSpot's contacts, as audiences.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::ProblemKind;
use crate::wire::{SearchFilter, SearchOperator};

/// Most filters of a search: HubSpot takes six in a group, and one is ours, to read on by.
pub const MAX_FILTERS: usize = 5;
/// Most characters of the words, of a property's name and of a value.
pub const MAX_SEARCH: usize = 200;

/// Contacts that have these words and for whom all conditions hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Words that stand in a contact; `None` for whichever.
    pub words: Option<String>,
    /// A property and what must hold for it.
    pub conditions: Vec<(String, Condition)>,
}

/// What must hold for the value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It is this.
    Equals(String),
    /// This stands in a word of it; one word itself.
    Contains(String),
    /// It is this or more, or then or later.
    AtLeast(String),
    /// It is this or less, or then or earlier.
    AtMost(String),
    /// There is one.
    Known,
    /// There is none.
    Unknown,
}

impl Search {
    /// Reads a search. One that asks for nothing is none: it would find everybody.
    ///
    /// # Errors
    /// [`ProblemKind::Empty`] where nothing is asked for, or a property or a value is missing;
    /// [`ProblemKind::TooManyFilters`] above [`MAX_FILTERS`]; [`ProblemKind::TooLong`] above
    /// [`MAX_SEARCH`]; [`ProblemKind::BadCharacter`] for control characters, and for spaces and
    /// `*` in what a word is to contain.
    pub fn parse(query: &str, filters: &[SearchFilter]) -> Result<Self, ProblemKind> {
        let words = text(query)?;
        if words.is_none() && filters.is_empty() {
            return Err(ProblemKind::Empty);
        }
        if filters.len() > MAX_FILTERS {
            return Err(ProblemKind::TooManyFilters { max: MAX_FILTERS });
        }
        let conditions = filters.iter().map(|filter| {
            let property = text(&filter.property)?.ok_or(ProblemKind::Empty)?;
            let value = text(&filter.value)?;
            Ok((property, condition(filter.operator, value)?))
        });
        Ok(Self {
            words,
            conditions: conditions.collect::<Result<_, _>>()?,
        })
    }
}

fn condition(operator: SearchOperator, value: Option<String>) -> Result<Condition, ProblemKind> {
    let value = || value.ok_or(ProblemKind::Empty);
    Ok(match operator {
        SearchOperator::Equals => Condition::Equals(value()?),
        SearchOperator::Contains => {
            let word = value()?;
            let odd = |character: &char| character.is_whitespace() || *character == '*';
            match word.chars().find(odd) {
                Some(character) => return Err(ProblemKind::BadCharacter { character }),
                None => Condition::Contains(word),
            }
        }
        SearchOperator::AtLeast => Condition::AtLeast(value()?),
        SearchOperator::AtMost => Condition::AtMost(value()?),
        SearchOperator::Known => Condition::Known,
        SearchOperator::Unknown => Condition::Unknown,
    })
}

/// What was typed; `None` for nothing.
fn text(typed: &str) -> Result<Option<String>, ProblemKind> {
    let typed = typed.trim();
    if let Some(character) = typed.chars().find(|character| character.is_control()) {
        return Err(ProblemKind::BadCharacter { character });
    }
    if typed.chars().count() > MAX_SEARCH {
        return Err(ProblemKind::TooLong { max: MAX_SEARCH });
    }
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn filter(operator: SearchOperator, value: &str) -> SearchFilter {
        SearchFilter {
            property: "city".into(),
            operator,
            value: value.into(),
        }
    }

    #[test]
    fn a_search_is_read() {
        use SearchOperator::{Contains, Known};
        let filters = [filter(Contains, " lis "), filter(Known, "whatever")];
        let search = Search::parse(" Ana Silva ", &filters).unwrap();
        assert_eq!(search.words.as_deref(), Some("Ana Silva"));
        let conditions = vec![
            ("city".into(), Condition::Contains("lis".into())),
            ("city".into(), Condition::Known),
        ];
        assert_eq!(search.conditions, conditions);
        assert!(Search::parse("", &[filter(Known, "")]).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_search_is_told() {
        use SearchOperator::{Contains, Equals, Known};
        let long = "á".repeat(MAX_SEARCH + 1);
        let max = MAX_SEARCH;
        let nameless = SearchFilter {
            property: " ".into(),
            ..filter(Known, "")
        };
        for (query, filters, problem) in [
            (" ", vec![], ProblemKind::Empty),
            (&long, vec![], ProblemKind::TooLong { max }),
            ("a\0", vec![], ProblemKind::BadCharacter { character: '\0' }),
            ("", vec![nameless], ProblemKind::Empty),
            ("", vec![filter(Equals, " ")], ProblemKind::Empty),
            (
                "",
                vec![filter(Equals, &long)],
                ProblemKind::TooLong { max },
            ),
            (
                "",
                vec![filter(Contains, "rua augusta")],
                ProblemKind::BadCharacter { character: ' ' },
            ),
            (
                "",
                vec![filter(Known, ""); MAX_FILTERS + 1],
                ProblemKind::TooManyFilters { max: MAX_FILTERS },
            ),
        ] {
            assert_eq!(Search::parse(query, &filters), Err(problem), "{query:?}");
        }
    }
}
