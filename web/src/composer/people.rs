//! Whoever has been picked, each with a way back.

use leptos::prelude::*;

use super::audience::{SHOWN, find};
use super::search::trouble;
use super::state::State;
use crate::components::{Button, Icon, Look, Shape};
use crate::dom::{Entry, View, each, view, when};
use crate::i18n::{common, composer, locale, t};
use crate::signals::Memo;

/// The first of them as chips, the others as a number.
#[component]
pub(super) fn People(state: State) -> View {
    let picked = state.picked;
    let count = Memo::new(move |_| picked.with(Vec::len));
    let entries = move || {
        let entry = |id: &String| {
            let id = id.clone();
            Entry::new(id.clone(), move || chip(state, id))
        };
        picked.with(|ids| ids.iter().take(SHOWN).map(entry).collect())
    };
    let rest = move || {
        let rest = (count.get() - SHOWN) as u64;
        view! { <li class="chip chip-rest">{composer::and_more(locale(), rest)}</li> }
    };
    // Only of those who have been read; the confirmation knows about all.
    let without = Memo::new(move |_| {
        picked.with(|ids| {
            state.contacts.with(|contacts| {
                let known = ids.iter().filter_map(|id| find(contacts, id));
                known
                    .filter(|contact| trouble(state, contact).is_some())
                    .count()
            })
        })
    });
    let warning = move || {
        let words =
            Signal::derive(move || composer::picked_without(locale(), without.get() as u64));
        view! { <p class="field-hint" data-testid="picked-without">{words}</p> }
    };
    let some = move || {
        let words = Signal::derive(move || common::recipients(locale(), count.get() as u64));
        view! {
            <div class="picked" data-testid="picked">
                <div class="picked-head">
                    <strong aria-live="polite">{words}</strong>
                    <Button look=Look::Quiet test="remove-all" on_press=move || state.put_all_back()>
                        {t(composer::remove_all)}
                    </Button>
                </div>
                <ul class="chips" aria-label=t(composer::picked)>
                    {each(entries)}
                    {when(move || count.get() > SHOWN, rest)}
                </ul>
                {when(move || without.get() > 0, warning)}
            </div>
        }
    };
    when(move || count.get() > 0, some)
}

fn chip(state: State, id: String) -> View {
    let named = id.clone();
    let name = Memo::new(move |_| state.name_of(&named));
    let of_trouble = id.clone();
    let excluded = Memo::new(move |_| {
        state.contacts.with(|contacts| {
            find(contacts, &of_trouble).is_some_and(|contact| trouble(state, contact).is_some())
        })
    });
    let label = Signal::derive(move || composer::remove(locale(), &name.get()));
    let of_row = id.clone();
    view! {
        <li class="chip" class:chip-excluded=excluded data-testid="recipient-chip" data-contact-id=of_row>
            <span>{name}</span>
            <button
                type="button"
                class="chip-remove"
                aria-label=label
                on:click=move |_| state.put_back(&id)
            >
                <Icon shape=Shape::Cross />
            </button>
        </li>
    }
}
