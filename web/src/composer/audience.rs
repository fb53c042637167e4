//! Who gets the message: picking, putting back, and what is known of those who were picked.
//!
//! What is particular to a file is in `file`.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::campaign::Field;
use septet_core::phone::{PhoneError, PhoneNumber};
use septet_core::wire::{Audience, Contact, ContactList, SmsDraft};

use super::state::State;
use super::timing::Pause;
use crate::api;
use crate::dom::effect;

/// Picked contacts that are shown by name, and whose values are read for the spread.
pub(super) const SHOWN: usize = 25;

/// The ways to say who gets it, in the order of their tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Contacts,
    List,
    Search,
    File,
}

impl Way {
    pub(super) const ALL: [Self; 4] = [Self::Contacts, Self::List, Self::Search, Self::File];

    pub(super) fn of(audience: &Audience) -> Self {
        match audience {
            Audience::Contacts { .. } => Self::Contacts,
            Audience::List { .. } => Self::List,
            Audience::Search { .. } => Self::Search,
            Audience::Import { .. } => Self::File,
        }
    }

    /// Nobody, said in this way.
    fn empty(self) -> Audience {
        match self {
            Self::Contacts => Audience::default(),
            Self::List => Audience::List { id: String::new() },
            Self::Search => Audience::Search {
                query: String::new(),
                filters: Vec::new(),
            },
            Self::File => Audience::Import {
                id: String::new(),
                phone: String::new(),
                person: None,
                prefix: None,
            },
        }
    }

    /// So many tabs further, round the corner.
    pub(super) fn step(self, tabs: usize) -> Self {
        Self::ALL[(self as usize + tabs) % Self::ALL.len()]
    }
}

impl State {
    /// Picks a contact, or puts it back.
    pub(super) fn toggle(self, contact: &Contact) {
        self.learn(contact.clone());
        self.edit_picked(|ids| match ids.iter().position(|id| *id == contact.id) {
            Some(index) => drop(ids.remove(index)),
            None => ids.push(contact.id.clone()),
        });
    }

    /// Picks all of these.
    pub(super) fn pick_all(self, contacts: &[Contact]) {
        for contact in contacts {
            self.learn(contact.clone());
        }
        self.edit_picked(|ids| {
            for contact in contacts {
                if !ids.contains(&contact.id) {
                    ids.push(contact.id.clone());
                }
            }
        });
    }

    /// Puts one back.
    pub(super) fn put_back(self, id: &str) {
        self.edit_picked(|ids| ids.retain(|picked| picked != id));
    }

    /// Puts all back.
    pub(super) fn put_all_back(self) {
        self.edit_picked(Vec::clear);
    }

    fn edit_picked(self, change: impl FnOnce(&mut Vec<String>)) {
        self.edit(|draft| match &mut draft.audience {
            Audience::Contacts { ids } => change(ids),
            Audience::List { .. } | Audience::Search { .. } | Audience::Import { .. } => {
                let mut ids = Vec::new();
                change(&mut ids);
                draft.audience = Audience::Contacts { ids };
            }
        });
        self.touch(Field::Audience);
    }

    /// Sends to a list.
    pub(super) fn choose_list(self, list: ContactList) {
        let id = list.id.clone();
        self.list.set(Some(list));
        self.edit(|draft| draft.audience = Audience::List { id });
        self.touch(Field::Audience);
    }

    /// Finds the list of a reopened draft among those that were read.
    pub(super) fn recognize(self, lists: &[ContactList]) {
        let chosen = self.draft.with_untracked(|draft| match &draft.audience {
            Audience::List { id } => lists.iter().find(|list| list.id == *id).cloned(),
            Audience::Contacts { .. } | Audience::Search { .. } | Audience::Import { .. } => None,
        });
        if chosen.is_some() {
            self.list.set(chosen);
        }
    }

    /// Changes the way, with what was chosen there before.
    pub(super) fn change_way(self, way: Way) {
        if self.way.get_untracked() == way {
            return;
        }
        let mut others = self.other_audiences.get_value();
        let kept = others.iter().position(|other| Way::of(other) == way);
        let audience = kept.map_or_else(|| way.empty(), |index| others.swap_remove(index));
        self.edit(|draft| others.push(std::mem::replace(&mut draft.audience, audience)));
        self.other_audiences.set_value(others);
    }

    /// Sets what is chosen in one way, whichever is being looked at.
    pub(super) fn choose(self, audience: Audience) {
        let way = Way::of(&audience);
        if self.way.get_untracked() == way {
            self.edit(|draft| draft.audience = audience);
            return;
        }
        self.other_audiences.update_value(|others| {
            others.retain(|other| Way::of(other) != way);
            others.push(audience);
        });
    }

    /// Remembers a contact, with the values that were known of it before.
    pub(super) fn learn(self, contact: Contact) {
        let known = self.contacts.with_untracked(|known| {
            find(known, &contact.id).is_some_and(|before| before == &contact)
        });
        if known {
            return;
        }
        self.contacts.update(|known| {
            match known.iter_mut().find(|before| before.id == contact.id) {
                Some(before) => {
                    let mut values = std::mem::take(&mut before.values);
                    values.extend(contact.values.clone());
                    *before = Contact { values, ..contact };
                }
                None => known.push(contact),
            }
        });
    }

    /// A contact's name; its id until the contact has been read.
    pub(super) fn name_of(self, id: &str) -> String {
        let known = self
            .contacts
            .with(|contacts| find(contacts, id).map(|found| found.name.clone()));
        known.unwrap_or_else(|| id.to_owned())
    }

    /// The number that a contact's message would go to, under the draft's country.
    pub(super) fn number_of(self, contact: &Contact) -> Result<PhoneNumber, PhoneError> {
        let raw = contact.phone.as_deref().unwrap_or_default();
        let country = self.country.get().ok_or(PhoneError::Malformed)?;
        PhoneNumber::parse(raw, contact.prefix.as_deref(), country)
    }

    /// Keeps the values at hand that the tokens ask for, of whoever is picked or previewed.
    pub(super) fn read_values(self) {
        let pause = Pause::new(300);
        effect(move || {
            let tokens = self.tokens.get();
            let mut ids = self.picked.get();
            ids.truncate(SHOWN);
            if self.way.get() != Way::File {
                ids.extend(self.previewed.get());
            }
            pause.then(move || {
                for id in ids {
                    self.read_contact(id, tokens.clone());
                }
            });
        });
    }

    /// Reads a contact, unless everything that is asked for is known.
    fn read_contact(self, id: String, tokens: Vec<String>) {
        let complete = self.contacts.try_with_untracked(|contacts| {
            find(contacts, &id).is_some_and(|contact| has_values(contact, &tokens))
        });
        if complete != Some(false) {
            return;
        }
        spawn_local(async move {
            // Without them the preview says that they are missing; the check before
            // sending reads them anew.
            if let Ok(contact) = api::contact(&id, &tokens).await
                && !self.contacts.is_disposed()
            {
                self.learn(asked(contact, &tokens));
            }
        });
    }
}

/// Marks what was asked for: a value that came back empty is known to be empty.
pub(super) fn asked(mut contact: Contact, tokens: &[String]) -> Contact {
    for token in tokens {
        contact.values.entry(token.clone()).or_default();
    }
    contact
}

fn has_values(contact: &Contact, tokens: &[String]) -> bool {
    tokens
        .iter()
        .all(|token| contact.values.contains_key(token))
}

/// A contact among others.
pub(super) fn find<'a>(contacts: &'a [Contact], id: &str) -> Option<&'a Contact> {
    contacts.iter().find(|contact| contact.id == id)
}

/// Ids of the contacts that a draft is for; none when it is for a list.
pub(super) fn picked(draft: &SmsDraft) -> Vec<String> {
    match &draft.audience {
        Audience::Contacts { ids } => ids.clone(),
        Audience::List { .. } | Audience::Search { .. } | Audience::Import { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn tabs_go_round_and_every_way_is_that_of_its_own_audience() {
        for way in Way::ALL {
            assert_eq!(Way::of(&way.empty()), way);
            assert_eq!(way.step(1).step(Way::ALL.len() - 1), way);
        }
    }
}
