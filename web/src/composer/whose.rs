//! Whose phone the preview is: one of the picked contacts, or any other; or a row of the file.

use leptos::prelude::*;
use septet_core::wire::Contact;

use super::audience::{SHOWN, Way};
use super::search::{Found, Search, trouble};
use super::state::State;
use crate::components::{Button, Dialog, Look};
use crate::dom::{Entry, View, each, value, view, when};
use crate::embed;
use crate::i18n::{composer, locale, phrase, t};
use crate::signals::{Memo, RwSignal};

#[component]
pub(super) fn Whose(state: State) -> View {
    let searching = RwSignal::new(false);
    let current = Memo::new(move |_| {
        state
            .recipient
            .with(|contact| contact.as_ref().map(|contact| contact.id.clone()))
    });
    // Ids and names; nothing that changes while somebody types.
    let choices = Memo::new(move |_| {
        if state.way.get() == Way::File {
            return state.samples.with(|samples| {
                let named = |row: &Contact| (row.name.clone(), row.id.clone());
                samples.iter().map(named).collect()
            });
        }
        let mut ids: Vec<String> = state
            .picked
            .with(|ids| ids.iter().take(SHOWN).cloned().collect());
        if let Some(id) = state.previewed.get().filter(|id| !ids.contains(id)) {
            ids.push(id);
        }
        let named = |id: String| (state.name_of(&id), id);
        ids.into_iter().map(named).collect::<Vec<_>>()
    });
    let nobody = Memo::new(move |_| choices.with(Vec::is_empty));
    let option = move |(name, id): (String, String)| {
        Entry::new([&id, " ", &name].concat(), move || {
            let value = id.clone();
            let selected = move || current.with(|current| current.as_ref() == Some(&id));
            view! { <option value=value selected=selected>{name}</option> }
        })
    };
    let choose = move |id: String| {
        if state.way.get_untracked() == Way::File {
            let row = state
                .samples
                .with_untracked(|samples| samples.iter().position(|row| row.id == id));
            state.sampled.set(row.unwrap_or_default());
        } else {
            state.previewed.set(Some(id));
        }
    };
    let nobody_yet = move || {
        let text = match state.way.get() {
            Way::File => composer::preview_no_file,
            Way::Contacts | Way::List | Way::Search => composer::preview_nobody,
        };
        text.of(locale())
    };
    let other = move || {
        view! {
            <Button look=Look::Quiet test="preview-search" on_press=move || searching.set(true)>
                {t(composer::preview_other)}
            </Button>
        }
    };
    // The select itself stays, and with it the focus of whoever walks through the contacts.
    let select = move || {
        view! {
            <select
                class="input"
                data-testid="preview-contact"
                aria-label=t(composer::preview_for)
                on:change=move |event| choose(value(&event))
            >
                {each(move || choices.get().into_iter().map(option).collect())}
            </select>
        }
    };
    let number = move || {
        let words = state.recipient.with(|contact| {
            let contact = contact.as_ref()?;
            Some(match (trouble(state, contact), state.number_of(contact)) {
                (Some(trouble), _) => composer::preview_excluded(locale(), trouble),
                (None, number) => number.map(|number| number.e164()).unwrap_or_default(),
            })
        });
        words.unwrap_or_default()
    };
    view! {
        <div class="whose">
            <span class="whose-label">{t(composer::preview_for)}</span>
            {when(
                move || nobody.get(),
                move || view! { <span class="whose-nobody">{nobody_yet}</span> },
            )}
            {when(move || !nobody.get(), select)}
            {when(move || state.way.get() != Way::File && !embed::is_here(), other)}
        </div>
        <p class="preview-number" data-testid="preview-number">{Signal::derive(number)}</p>
        <Dialog open=searching title=phrase(composer::preview_search) test="preview-dialog">
            <Other state searching current />
        </Dialog>
    }
}

/// A search whose result becomes the preview's contact.
#[component]
fn Other(state: State, searching: RwSignal<bool>, current: Memo<Option<String>>) -> View {
    let search = Search::new(state);
    let chosen = Callback::new(move |id: String| current.with(|current| *current == Some(id)));
    let on_press = Callback::new(move |contact: Contact| {
        let id = contact.id.clone();
        state.learn(contact);
        state.previewed.set(Some(id));
        searching.set(false);
    });
    view! { <Found search chosen on_press /> }
}
