//! Properties and columns as the token menu offers them, and the tokens that they become.

use septet_core::wire::Property;

use crate::format::{lowercase, sorted_by_name};
use crate::i18n::{composer, locale, locale_untracked};

/// What people use most comes first, in this order.
const FIRST: [&str; 5] = ["firstname", "lastname", "company", "city", "email"];
/// More than this nobody reads; the search narrows it.
const SHOWN: usize = 60;
/// The group of a file's columns; no group of HubSpot's is called so.
pub(super) const COLUMNS: &str = "{file}";

/// Those that match: frequent ones first, then by group and label; columns as the file has them.
pub(super) fn find(all: &[Property], words: &str) -> Vec<Property> {
    let words = lowercase(words.trim());
    let matches = |property: &&Property| {
        property.name.contains(&words) || lowercase(&property.label).contains(&words)
    };
    if all.first().is_some_and(|first| first.group == COLUMNS) {
        return all.iter().filter(matches).take(SHOWN).cloned().collect();
    }
    let ranked = |property: &Property| {
        let mut property = property.clone();
        let rank = FIRST.iter().position(|first| *first == property.name);
        if rank.is_some() {
            property.group.clear();
        }
        let rank = rank.unwrap_or(FIRST.len()).to_string();
        let order = [&rank, " ", &property.group, " ", &property.label].concat();
        (order, property)
    };
    let found = all.iter().filter(matches).map(ranked).collect();
    let found = sorted_by_name(locale_untracked(), found).into_iter();
    found.map(|(_, property)| property).take(SHOWN).collect()
}

/// Braces and bars would end it early.
pub(super) fn token(property: &Property, fallback: &str) -> String {
    let of = if property.group == COLUMNS {
        "{{"
    } else {
        "{{contact."
    };
    let name = &property.name;
    let fallback: String = fallback
        .chars()
        .filter(|found| !"{}|".contains(*found))
        .collect();
    match fallback.trim() {
        "" => [of, name, "}}"].concat(),
        fallback => [of, name, "|", fallback, "}}"].concat(),
    }
}

/// HubSpot names its groups for programs: `contactinformation`.
pub(super) fn group_name(group: &str) -> String {
    match group {
        "" => composer::group_frequent.of(locale()).to_owned(),
        COLUMNS => composer::group_columns.of(locale()).to_owned(),
        "contactinformation" => composer::group_contact.of(locale()).to_owned(),
        group => group.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn property(name: &str, label: &str, group: &str) -> Property {
        Property {
            name: name.into(),
            label: label.into(),
            group: group.into(),
        }
    }

    #[wasm_bindgen_test]
    fn a_fallback_cannot_break_out_of_its_token() {
        let city = property("city", "Cidade", "address");
        assert_eq!(token(&city, "  "), "{{contact.city}}");
        assert_eq!(token(&city, "a}}|{b"), "{{contact.city|ab}}");
    }

    #[wasm_bindgen_test]
    fn columns_stay_in_the_order_of_their_file_and_are_nothing_of_a_contact() {
        let all = [
            property("zip", "Código postal", COLUMNS),
            property("firstname", "Nome", COLUMNS),
        ];
        assert_eq!(find(&all, ""), all);
        assert_eq!(token(&all[0], "?"), "{{zip|?}}");
    }

    #[wasm_bindgen_test]
    fn frequent_properties_come_first_and_words_search_labels_and_names() {
        let all = [
            property("zip", "Código postal", "address"),
            property("birthday", "Aniversário", "address"),
            property("firstname", "Nome", "contactinformation"),
        ];
        let names = |words: &str| -> Vec<String> {
            find(&all, words)
                .into_iter()
                .map(|property| property.name)
                .collect()
        };
        assert_eq!(names(""), ["firstname", "birthday", "zip"]);
        assert_eq!(names("código"), ["zip"]);
        assert_eq!(names("birth"), ["birthday"]);
    }
}
