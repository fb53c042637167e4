//! The people in the sandbox's accounts: a few written by hand, the rest made from lists of names.
//!
//! Everything is the same at every start, so that a tutorial can name a contact
//! and a test can count on it. Their data is as untidy as real data is.

mod generate;
mod numbers;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

use crate::hubspot::{Account, Contact, Group, List, Profile, Property, Stamp};

/// First moment of 2025, when the first contact was created (in seconds since 1970).
const FIRST_DAY: i64 = 1_735_689_600;

/// Portuguese mobile numbers that begin alike.
const NUMBERS: u64 = 10_000_000;

/// An account as written in `data/accounts.json`.
#[derive(Debug, Deserialize)]
struct Seed {
    profile: Profile,
    contacts: Vec<Person>,
    generated: Vec<Crowd>,
    groups: Vec<Group>,
    own_properties: Vec<Property>,
    lists: Vec<List>,
}

/// A contact written by hand.
#[derive(Debug, Clone, Deserialize)]
struct Person {
    id: u64,
    values: BTreeMap<String, String>,
}

/// Contacts to be made.
#[derive(Debug, Deserialize)]
struct Crowd {
    country: generate::Country,
    count: u64,
}

/// The three files were read by a test of this crate, in this very build's form.
static SEEDS: LazyLock<Vec<Seed>> =
    LazyLock::new(|| committed(include_str!("../../data/accounts.json")));
static PROPERTIES: LazyLock<Vec<Property>> =
    LazyLock::new(|| committed(include_str!("../../data/properties.json")));

/// Reads a file that is part of the program.
///
/// # Panics
///
/// When the file is broken, which the tests of this module would have shown.
fn committed<T: serde::de::DeserializeOwned>(json: &str) -> T {
    match serde_json::from_str(json) {
        Ok(value) => value,
        Err(error) => panic!("a data file of the sandbox is broken: {error}"),
    }
}

/// All accounts, fresh.
pub(crate) fn accounts() -> Vec<Account> {
    SEEDS.iter().map(account).collect()
}

fn account(seed: &Seed) -> Account {
    let mut people = seed.contacts.clone();
    let mut next = people.last().map_or(seed.profile.id, |last| last.id + 1);
    for crowd in &seed.generated {
        for _ in 0..crowd.count {
            people.push(Person {
                id: next,
                values: generate::person(crowd.country, next),
            });
            next += 1;
        }
    }
    let contacts = people
        .into_iter()
        .zip(0..)
        .map(|(person, order)| (person.id, contact(person, order)))
        .collect();
    Account {
        profile: seed.profile.clone(),
        contacts,
        properties: PROPERTIES
            .iter()
            .chain(&seed.own_properties)
            .cloned()
            .collect(),
        groups: seed.groups.clone(),
        lists: seed.lists.clone(),
        communications: Vec::new(),
        preferences: Vec::new(),
    }
}

/// One of a crowd: nothing but a name and a number that nobody else has.
pub(crate) fn one_of_many(id: u64) -> Contact {
    let person = Person {
        id,
        values: BTreeMap::from([
            ("firstname".to_owned(), format!("Pessoa {}", id % NUMBERS)),
            (
                "mobilephone".to_owned(),
                format!("+35191{:07}", id % NUMBERS),
            ),
        ]),
    };
    contact(person, 0)
}

/// Contacts were created five hours apart.
fn contact(person: Person, order: i64) -> Contact {
    let created = Timestamp::from_second(FIRST_DAY)
        .and_then(|first| first.checked_add((order * 5).hours()))
        .unwrap_or(Timestamp::UNIX_EPOCH);
    Contact {
        id: person.id,
        values: person.values,
        created: Stamp(created),
        updated: Stamp(created),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::accounts;
    use crate::hubspot::Contact;

    #[test]
    fn the_first_three_contacts_are_those_of_the_tutorial() {
        let accounts = accounts();
        let names: Vec<String> = accounts[0]
            .contacts
            .values()
            .take(3)
            .map(Contact::name)
            .collect();
        assert_eq!(names, ["Inês Gonçalves", "Íñigo Muñoz", "Conceição Araújo"]);
    }

    #[test]
    fn every_value_belongs_to_a_property_of_its_account() {
        for account in accounts() {
            let known: BTreeSet<&str> = account
                .properties
                .iter()
                .map(|property| property.name.as_str())
                .collect();
            for contact in account.contacts.values() {
                for name in contact.values.keys() {
                    assert!(
                        known.contains(name.as_str()),
                        "{name} of {}",
                        contact.name()
                    );
                }
            }
        }
    }

    #[test]
    fn there_are_a_few_hundred_people_with_every_kind_of_trouble() {
        let accounts = accounts();
        let people: Vec<&Contact> = accounts[0].contacts.values().collect();
        let having =
            |test: &dyn Fn(&Contact) -> bool| people.iter().filter(|one| test(one)).count();
        let mobile = |one: &Contact| one.value("mobilephone").unwrap_or_default();
        assert!(people.len() >= 300);
        assert!(
            having(&|one| mobile(one).starts_with('9')) >= 5,
            "no prefix"
        );
        assert!(having(&|one| mobile(one).contains('-')) >= 3, "punctuation");
        assert!(
            having(&|one| mobile(one).starts_with("00")) >= 3,
            "double zero"
        );
        assert!(
            having(&|one| one.value("septet_opted_out").is_some()) >= 5,
            "opted out"
        );
        assert!(
            having(&|one| one.value("mobile_prefix_360nrs").is_some()) >= 5,
            "own prefix"
        );
        let none = |one: &Contact| {
            one.value("mobilephone").is_none()
                && one.value("phone").is_none()
                && one.value("mobile_phone_360nrs").is_none()
        };
        assert!(having(&none) >= 10, "no number");
        let numbers: Vec<String> = people
            .iter()
            .filter_map(|one| one.value("mobilephone"))
            .collect();
        let distinct: BTreeSet<&String> = numbers.iter().collect();
        assert!(numbers.len() - distinct.len() >= 3, "duplicates");
    }

    #[test]
    fn e_mail_addresses_are_unique_and_lead_nowhere() {
        for account in accounts() {
            let emails: Vec<String> = account
                .contacts
                .values()
                .filter_map(|one| one.value("email"))
                .collect();
            let distinct: BTreeSet<&String> = emails.iter().collect();
            assert_eq!(distinct.len(), emails.len());
            assert!(
                emails
                    .iter()
                    .all(|email| email.ends_with(".example") && email.is_ascii())
            );
        }
    }
}
