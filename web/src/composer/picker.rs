//! Contacts, found by a few words and picked one by one.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::phone::{Country, PhoneNumber};
use septet_core::wire::{Contact, ContactPage};

use super::state::State;
use crate::api::{self, ApiError};
use crate::components::{Button, ErrorNotice, Icon, Look, Shape, Skeleton};
use crate::i18n::{composer, locale, t};
use crate::remote::Remote;

/// A pause in typing, before the server is asked.
const PAUSE: Duration = Duration::from_millis(250);

/// The search, its results, and whoever has been picked.
#[component]
pub(super) fn Picker(state: State) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let results = RwSignal::new(Remote::<ContactPage>::Loading);
    let loading_more = RwSignal::new(false);
    // Answers may overtake each other; only the one to the latest question counts.
    let question = StoredValue::new(0_u32);
    let waiting = StoredValue::new(None::<TimeoutHandle>);

    let ask = move || {
        question.update_value(|number| *number += 1);
        let asked = question.get_value();
        let words = words.get_untracked();
        let properties = properties(state);
        spawn_local(async move {
            let answer = api::contacts(&words, None, &properties).await;
            if question.try_get_value() == Some(asked) {
                results.set(answer.into());
            }
        });
    };
    Effect::new(move |before: Option<()>| {
        words.track();
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        if before.is_none() {
            ask();
        } else {
            waiting.set_value(set_timeout_with_handle(ask, PAUSE).ok());
        }
    });
    on_cleanup(move || {
        if let Some(handle) = waiting.try_get_value().flatten() {
            handle.clear();
        }
    });
    let more = move || {
        let Remote::Ready(page) = results.get_untracked() else {
            return;
        };
        let Some(after) = page.after.clone() else {
            return;
        };
        let words = words.get_untracked();
        let asked = question.get_value();
        let properties = properties(state);
        loading_more.set(true);
        spawn_local(async move {
            let answer = api::contacts(&words, Some(&after), &properties).await;
            let _ = loading_more.try_set(false);
            if question.try_get_value() == Some(asked) {
                extend(results, answer);
            }
        });
    };
    view! {
        <Picked state />
        <input
            type="search"
            class="input"
            data-testid="contact-search"
            autocomplete="off"
            placeholder=t(composer::search_contacts)
            aria-label=t(composer::search_contacts)
            prop:value=move || words.get()
            on:input=move |event| words.set(event_target_value(&event))
        />
        {move || match results.get() {
            Remote::Loading => view! { <Skeleton lines=4 /> }.into_any(),
            Remote::Failed(error) => {
                view! { <ErrorNotice error on_retry=move |()| ask() /> }.into_any()
            }
            Remote::Ready(page) if page.contacts.is_empty() => {
                view! { <p class="field-hint">{t(composer::no_contacts)}</p> }.into_any()
            }
            Remote::Ready(page) => view! {
                <ul class="results">
                    {page.contacts.into_iter().map(|contact| view! { <Found state contact /> }).collect_view()}
                </ul>
                {page.after.is_some().then(|| view! {
                    <Button look=Look::Quiet busy=loading_more on_press=more>{t(composer::more_contacts)}</Button>
                })}
            }.into_any(),
        }}
    }
}

/// A contact among the results; a press picks it or puts it back.
#[component]
fn Found(state: State, contact: Contact) -> impl IntoView {
    let id = contact.id.clone();
    let picked = Memo::new(move |_| state.picked().contains(&id));
    let badge = badge(state, &contact);
    let number = contact.phone.clone().unwrap_or_default();
    let (id, name) = (contact.id.clone(), contact.name.clone());
    view! {
        <li>
            <button
                type="button"
                class="result"
                data-testid="contact-result"
                data-contact-id=id
                aria-pressed=move || if picked.get() { "true" } else { "false" }
                on:click=move |_| state.toggle(contact.clone())
            >
                <span class="result-mark">
                    {move || picked.get().then(|| view! { <Icon shape=Shape::Check /> })}
                </span>
                <span class="result-name">{name}</span>
                <span class="result-number">{number}</span>
                {move || badge().map(|badge| view! { <span class="badge">{badge}</span> })}
            </button>
        </li>
    }
}

/// Whoever has been picked, each with a way back.
#[component]
fn Picked(state: State) -> impl IntoView {
    let name = move |id: &str| {
        let known = |contacts: &std::collections::BTreeMap<String, Contact>| {
            contacts.get(id).map(|contact| contact.name.clone())
        };
        state.contacts.with(known).unwrap_or_else(|| id.to_owned())
    };
    let picked = Memo::new(move |_| state.picked());
    view! {
        <ul class="chips" aria-label=t(composer::picked)>
            <For each=move || picked.get() key=Clone::clone let:id>
                <li class="chip" data-testid="recipient-chip">
                    <span>{
                        let id = id.clone();
                        move || name(&id)
                    }</span>
                    <button
                        type="button"
                        class="chip-remove"
                        aria-label={
                            let id = id.clone();
                            move || composer::remove(locale(), &name(&id))
                        }
                        on:click=move |_| state.draft.update(|draft| {
                            if let septet_core::wire::Audience::Contacts { ids } = &mut draft.audience {
                                ids.retain(|picked| *picked != id);
                            }
                        })
                    >
                        <Icon shape=Shape::Cross />
                    </button>
                </li>
            </For>
        </ul>
    }
}

/// Why this contact would get nothing, in two words.
fn badge(
    state: State,
    contact: &Contact,
) -> impl Fn() -> Option<&'static str> + Send + Sync + use<> {
    let raw = contact.phone.clone().unwrap_or_default();
    let prefix = contact.prefix.clone();
    let opted_out = contact.opted_out;
    move || {
        let country = state.draft.with(|draft| Country::from_code(&draft.country));
        if opted_out {
            return Some(composer::badge_opted_out(locale()));
        }
        if raw.is_empty() {
            return Some(composer::badge_no_number(locale()));
        }
        let number = PhoneNumber::parse(&raw, prefix.as_deref(), country?);
        number
            .is_err()
            .then(|| composer::badge_bad_number(locale()))
    }
}

/// The values to read along with each contact.
fn properties(state: State) -> Vec<String> {
    state.composition.with_untracked(|composition| {
        let names = composition
            .iter()
            .flat_map(|composition| composition.template.properties());
        names.map(str::to_owned).collect()
    })
}

fn extend(results: RwSignal<Remote<ContactPage>>, answer: Result<ContactPage, ApiError>) {
    match answer {
        Ok(page) => results.update(|results| {
            if let Remote::Ready(shown) = results {
                shown.contacts.extend(page.contacts);
                shown.after = page.after;
            }
        }),
        Err(error) => results.set(Remote::Failed(error)),
    }
}
