//! Contacts found by a few words, page by page; what a press does is the caller's business.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::phone::PhoneError;
use septet_core::wire::{Contact, ContactPage};
use wasm_bindgen::JsCast;

use super::audience::asked;
use super::state::State;
use super::timing::Pause;
use crate::api::{self, ApiError};
use crate::components::{Button, ErrorNotice, Icon, Look, Shape, Skeleton};
use crate::dom::{Entry, View, dynamic, each, value, view, when};
use crate::i18n::{common, composer, locale, t};
use crate::remote::Remote;
use crate::signals::{Memo, RwSignal};

/// A search and its results.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    state: State,
    words: RwSignal<String>,
    /// Everything that was loaded for these words; `total` is how many there are.
    pub(super) results: RwSignal<Remote<ContactPage>>,
    loading: RwSignal<bool>,
    more_failed: RwSignal<Option<ApiError>>,
    /// Answers may overtake each other; only the one to the latest question counts.
    question: StoredValue<u32>,
    pause: Pause,
}

impl Search {
    pub(super) fn new(state: State) -> Self {
        let search = Self {
            state,
            words: RwSignal::new(String::new()),
            results: RwSignal::new(Remote::Loading),
            loading: RwSignal::new(false),
            more_failed: RwSignal::new(None),
            question: StoredValue::new(0),
            pause: Pause::new(250),
        };
        search.ask(None);
        search
    }

    fn type_words(self, words: String) {
        self.words.set(words);
        self.loading.set(true);
        self.pause.then(move || self.ask(None));
    }

    fn more(self) {
        let after = self.results.with_untracked(|results| match results {
            Remote::Ready(page) => page.after.clone(),
            Remote::Loading | Remote::Failed(_) => None,
        });
        self.ask(after);
    }

    fn ask(self, after: Option<String>) {
        let (words, tokens) = (
            self.words.get_untracked(),
            self.state.tokens.get_untracked(),
        );
        self.question.update_value(|number| *number += 1);
        let question = self.question.get_value();
        self.loading.set(true);
        self.more_failed.set(None);
        spawn_local(async move {
            let answer = api::contacts(words.trim(), after.as_deref(), &tokens).await;
            if self.question.try_get_value() != Some(question) {
                return;
            }
            self.loading.set(false);
            let answer = answer.map(|mut page| {
                let contacts = page.contacts.into_iter();
                page.contacts = contacts.map(|contact| asked(contact, &tokens)).collect();
                page
            });
            match (answer, after) {
                (Err(error), Some(_)) => self.more_failed.set(Some(error)),
                (Ok(page), Some(_)) => self.results.update(|results| {
                    if let Remote::Ready(shown) = results {
                        shown.contacts.extend(page.contacts);
                        shown.after = page.after;
                    }
                }),
                (answer, None) => self.results.set(answer.into()),
            }
        });
    }
}

/// The field and the list.
#[component]
pub(super) fn Found(
    search: Search,
    /// Whether a contact, by its id, is chosen.
    chosen: Callback<String, bool>,
    on_press: Callback<Contact>,
) -> View {
    let Search {
        results, loading, ..
    } = search;
    let list = NodeRef::<html::Ul>::new();
    let entries = move || {
        results.with(|results| match results {
            Remote::Ready(page) => {
                let entry = |contact: &Contact| {
                    let contact = contact.clone();
                    Entry::new(contact.id.clone(), move || {
                        row(search.state, contact, chosen, on_press)
                    })
                };
                page.contacts.iter().map(entry).collect()
            }
            Remote::Loading | Remote::Failed(_) => Vec::new(),
        })
    };
    let instead = move || match results.get() {
        Remote::Loading => view! { <Skeleton lines=3 /> },
        Remote::Failed(error) => {
            view! { <ErrorNotice error on_retry=move || search.ask(None) /> }
        }
        Remote::Ready(page) if page.contacts.is_empty() => {
            view! { <p class="results-none">{t(composer::no_contacts)}</p> }
        }
        Remote::Ready(_) => View::nothing(),
    };
    let has_more = move || {
        results.with(|results| matches!(results, Remote::Ready(page) if page.after.is_some()))
    };
    let more = move || {
        view! {
            <li class="results-more">
                <Button look=Look::Quiet busy=loading test="more-contacts" on_press=move || search.more()>
                    {t(common::load_more)}
                </Button>
            </li>
        }
    };
    let more_failed = move || {
        let failed = search.more_failed.get();
        failed.map(|error| view! { <li><ErrorNotice error /></li> })
    };
    view! {
        <input
            type="search"
            class="input"
            data-testid="contact-search"
            autocomplete="off"
            placeholder=t(composer::search_contacts)
            aria-label=t(composer::search_contacts)
            on:input=move |event| search.type_words(value(&event))
            on:keydown=move |event| {
                if event.key() == "ArrowDown" {
                    event.prevent_default();
                    step(list, true);
                }
            }
        />
        <div class="results-box" aria-busy=move || loading.get().then_some("true")>
            <ul
                node_ref=list
                class="results"
                aria-label=t(composer::found_contacts)
                on:keydown=move |event| {
                    let key = event.key();
                    if matches!(key.as_str(), "ArrowDown" | "ArrowUp") {
                        event.prevent_default();
                        step(list, key == "ArrowDown");
                    }
                }
            >
                {each(entries)}
                {dynamic(more_failed)}
                {when(has_more, more)}
            </ul>
            {dynamic(instead)}
        </div>
    }
}

/// Goes to the next button of the list, or the one before; from outside to the first.
fn step(list: NodeRef<html::Ul>, forward: bool) {
    let Some(list) = list.get_untracked() else {
        return;
    };
    let focused = document().active_element();
    let within = focused.filter(|element| list.contains(Some(element)));
    let row = within.and_then(|element| element.closest("li").ok().flatten());
    let next = match row {
        Some(row) if forward => row.next_element_sibling(),
        Some(row) => row.previous_element_sibling(),
        None => list.first_element_child(),
    };
    let button = next.and_then(|row| row.query_selector("button").ok().flatten());
    if let Some(button) = button {
        let button: web_sys::HtmlElement = button.unchecked_into();
        // It is shown, so it can be focused.
        let _ = button.focus();
    }
}

fn row(
    state: State,
    contact: Contact,
    chosen: Callback<String, bool>,
    on_press: Callback<Contact>,
) -> View {
    let id = contact.id.clone();
    let on = Memo::new(move |_| chosen.run(id.clone()));
    let of_badge = contact.clone();
    let badge =
        move || trouble(state, &of_badge).map(|words| view! { <span class="badge">{words}</span> });
    let number = contact.phone.clone().unwrap_or_default();
    let (id, name) = (contact.id.clone(), contact.name.clone());
    view! {
        <li>
            <button
                type="button"
                class="result"
                data-testid="contact-result"
                data-contact-id=id
                aria-pressed=move || on.get().to_string()
                on:click=move |_| on_press.run(contact.clone())
            >
                <span class="result-mark">
                    {when(move || on.get(), || view! { <Icon shape=Shape::Check /> })}
                </span>
                <span class="result-name">{name}</span>
                {dynamic(badge)}
                <span class="result-number">{number}</span>
            </button>
        </li>
    }
}

/// Why this contact would get nothing, in two words.
pub(super) fn trouble(state: State, contact: &Contact) -> Option<&'static str> {
    let opted_out = contact.opted_out && !state.ignores_opt_outs.get();
    let words = match (opted_out, state.number_of(contact)) {
        (true, _) => composer::badge_opted_out,
        (false, Err(PhoneError::Empty)) => composer::badge_no_number,
        (false, Err(PhoneError::Malformed)) => composer::badge_bad_number,
        (false, Ok(_)) => return None,
    };
    Some(words.of(locale()))
}
