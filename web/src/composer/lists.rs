//! HubSpot lists; one is the audience.

use leptos::prelude::*;
use septet_core::campaign::Field;
use septet_core::wire::{Audience, ContactList};

use super::state::State;
use crate::api;
use crate::components::{ErrorNotice, Skeleton};
use crate::i18n::{common, composer, locale, t};
use crate::remote::{self, Remote};

/// All lists of contacts, narrowed by a few words.
#[component]
pub(super) fn Lists(state: State) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let lists = RwSignal::new(Remote::<Vec<ContactList>>::Loading);
    let ask = move || remote::load(lists, api::lists(""));
    ask();
    let chosen = Memo::new(move |_| {
        state.draft.with(|draft| match &draft.audience {
            Audience::List { id } => id.clone(),
            Audience::Contacts { .. } => String::new(),
        })
    });
    let choose = move |id: String| {
        state
            .draft
            .update(|draft| draft.audience = Audience::List { id });
        state.touch(Field::Audience);
    };
    let found = move |all: Vec<ContactList>| {
        let words = words.get().to_lowercase();
        all.into_iter()
            .filter(move |list| list.name.to_lowercase().contains(&words))
    };
    view! {
        <input
            type="search"
            class="input"
            data-testid="list-search"
            placeholder=t(composer::search_lists)
            aria-label=t(composer::search_lists)
            prop:value=move || words.get()
            on:input=move |event| words.set(event_target_value(&event))
        />
        {move || match lists.get() {
            Remote::Loading => view! { <Skeleton lines=3 /> }.into_any(),
            Remote::Failed(error) => {
                view! { <ErrorNotice error on_retry=move |()| ask() /> }.into_any()
            }
            Remote::Ready(all) if all.is_empty() => {
                view! { <p class="field-hint">{t(composer::no_lists)}</p> }.into_any()
            }
            Remote::Ready(all) => view! {
                <ul class="results">
                    {found(all).map(|list| {
                        let ContactList { id, name, size } = list;
                        let (of, value) = (id.clone(), id.clone());
                        view! {
                            <li>
                                <label class="result">
                                    <input
                                        type="radio"
                                        name="list"
                                        value=value
                                        data-testid="list"
                                        prop:checked=move || chosen.with(|chosen| *chosen == of)
                                        on:change=move |_| choose(id.clone())
                                    />
                                    <span class="result-name">{name}</span>
                                    <span class="result-number">{move || common::recipients(locale(), size)}</span>
                                </label>
                            </li>
                        }
                    }).collect_view()}
                </ul>
            }.into_any(),
        }}
    }
}
