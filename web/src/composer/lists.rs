//! HubSpot lists, of which one is the audience.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{Audience, ContactList};

use super::state::State;
use super::timing::Pause;
use crate::api;
use crate::components::{ErrorNotice, Skeleton};
use crate::dom::{Entry, View, dynamic, each, value, view};
use crate::i18n::{common, composer, locale, t};
use crate::remote::Remote;
use crate::signals::{Memo, RwSignal};

/// Lists of contacts, found by a few words of their names.
#[component]
pub(super) fn Lists(state: State) -> View {
    let lists = RwSignal::new(Remote::<Vec<ContactList>>::Loading);
    let words = StoredValue::new(String::new());
    let pause = Pause::new(250);
    let ask = move || {
        let asked = words.get_value();
        spawn_local(async move {
            let answer = api::lists(asked.trim()).await;
            // Other words have been typed meanwhile; their answer comes.
            if words.try_get_value() != Some(asked) {
                return;
            }
            if let Ok(all) = &answer {
                state.recognize(all);
            }
            lists.try_set(answer.into());
        });
    };
    ask();
    let chosen = Memo::new(move |_| {
        state.draft.with(|draft| match &draft.audience {
            Audience::List { id } => id.clone(),
            Audience::Contacts { .. } | Audience::Search { .. } | Audience::Import { .. } => {
                String::new()
            }
        })
    });
    let entries = move || {
        lists.with(|lists| match lists {
            Remote::Ready(all) => {
                let entry = |list: &ContactList| {
                    let list = list.clone();
                    Entry::new(list.id.clone(), move || row(state, list, chosen))
                };
                all.iter().map(entry).collect()
            }
            Remote::Loading | Remote::Failed(_) => Vec::new(),
        })
    };
    let instead = move || match lists.get() {
        Remote::Loading => view! { <Skeleton lines=3 /> },
        Remote::Failed(error) => view! { <ErrorNotice error on_retry=ask /> },
        Remote::Ready(all) if all.is_empty() => {
            view! { <p class="results-none">{t(composer::no_lists)}</p> }
        }
        Remote::Ready(_) => View::nothing(),
    };
    view! {
        <input
            type="search"
            class="input"
            data-testid="list-search"
            autocomplete="off"
            placeholder=t(composer::search_lists)
            aria-label=t(composer::search_lists)
            on:input=move |event| {
                words.set_value(value(&event));
                pause.then(ask);
            }
        />
        <div class="results-box">
            <ul class="results" aria-label=t(composer::tab_list)>{each(entries)}</ul>
            {dynamic(instead)}
        </div>
        <p class="field-hint">{t(composer::list_hint)}</p>
    }
}

fn row(state: State, list: ContactList, chosen: Memo<String>) -> View {
    let ContactList { id, name, size } = list.clone();
    let of = id.clone();
    view! {
        <li>
            <label class="result">
                <input
                    type="radio"
                    name="list"
                    value=id
                    data-testid="list"
                    prop:checked=move || chosen.with(|chosen| *chosen == of)
                    on:change=move |_| state.choose_list(list.clone())
                />
                <span class="result-name">{name}</span>
                <span class="result-number">
                    {Signal::derive(move || common::recipients(locale(), size))}
                </span>
            </label>
        </li>
    }
}
