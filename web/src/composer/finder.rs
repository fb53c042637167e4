//! Whoever a HubSpot search finds: words, conditions, and who that would be now.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::campaign::{Field, MAX_FILTERS, Search};
use septet_core::wire::{
    Audience, Contact, ContactPage, ContactSearch, Property, SearchFilter, SearchOperator,
};

use super::state::State;
use super::timing::Pause;
use crate::api;
use crate::components::{Button, ErrorNotice, IconButton, Look, Shape, Skeleton};
use crate::dom::{Child, Entry, View, dynamic, each, effect, value, view, when};
use crate::format::sorted_by_name;
use crate::i18n::{Text, composer, locale, locale_untracked, phrase, t};
use crate::remote::Remote;
use crate::signals::Memo;

/// Contacts that are named as examples.
const EXAMPLES: usize = 4;

const OPERATORS: [(SearchOperator, Text); 6] = [
    (SearchOperator::Equals, composer::op_equals),
    (SearchOperator::Contains, composer::op_contains),
    (SearchOperator::AtLeast, composer::op_at_least),
    (SearchOperator::AtMost, composer::op_at_most),
    (SearchOperator::Known, composer::op_known),
    (SearchOperator::Unknown, composer::op_unknown),
];

#[component]
pub(super) fn Finder(state: State) -> View {
    let words = move || of_search(state, |query, _| query.to_owned());
    let conditions = Memo::new(move |_| of_search(state, |_, filters| filters.len()));
    let rows = move || {
        let row = |place: usize| {
            Entry::new(place.to_string(), move || {
                view! { <Condition state place /> }
            })
        };
        (0..conditions.get()).map(row).collect()
    };
    let add = move || {
        state.edit_search(|_, filters| {
            filters.push(SearchFilter {
                property: String::new(),
                operator: SearchOperator::Equals,
                value: String::new(),
            });
        });
    };
    let not_read = move || match state.fields().get() {
        Remote::Failed(error) => {
            view! { <ErrorNotice error on_retry=move || state.load_fields() /> }
        }
        Remote::Loading | Remote::Ready(_) => View::nothing(),
    };
    view! {
        <input
            type="search"
            class="input"
            data-testid="find-words"
            autocomplete="off"
            placeholder=t(composer::find_words)
            aria-label=t(composer::find_words)
            prop:value=words
            on:input=move |event| {
                let words = value(&event);
                state.edit_search(|query, _| *query = words);
            }
        />
        {dynamic(not_read)}
        <div class="conditions" role="group" aria-label=t(composer::find_conditions)>
            {each(rows)}
        </div>
        {when(
            move || conditions.get() < MAX_FILTERS,
            move || {
                view! {
                    <div>
                        <Button look=Look::Quiet test="find-add" on_press=add>
                            {t(composer::find_add)}
                        </Button>
                    </div>
                }
            },
        )}
        <Finds state />
        <p class="field-hint">{t(composer::find_hint)}</p>
    }
}

/// What somebody can choose or write in a condition.
#[derive(Clone, Copy)]
enum Part {
    Property,
    Operator,
    Value,
}

/// One line: property, comparison, value.
#[component]
fn Condition(state: State, place: usize) -> View {
    // As a text, by which the page names each of them.
    let part = move |part: Part| {
        Memo::new(move |_| {
            let of = |filter: &SearchFilter| match part {
                Part::Property => filter.property.clone(),
                Part::Operator => filter.operator.name().to_owned(),
                Part::Value => filter.value.clone(),
            };
            of_search(state, |_, filters| filters.get(place).map(of)).unwrap_or_default()
        })
    };
    let property = part(Part::Property);
    let operator = part(Part::Operator);
    let edit = move |part: Part, to: String| {
        state.edit_search(|_, filters| {
            let Some(filter) = filters.get_mut(place) else {
                return;
            };
            match part {
                Part::Property => filter.property = to,
                Part::Operator => {
                    filter.operator = SearchOperator::from_name(&to).unwrap_or(filter.operator);
                }
                Part::Value => filter.value = to,
            }
        });
    };
    let choices = move || {
        let chosen = property.get();
        let mut choices = state.fields().with(|fields| match fields {
            Remote::Ready(all) => labelled(all),
            Remote::Loading | Remote::Failed(_) => Vec::new(),
        });
        // A property that is not known, or not yet, is there under its name.
        if choices.iter().all(|(_, name)| *name != chosen) && !chosen.is_empty() {
            choices.insert(0, (chosen.clone(), chosen));
        }
        let none = composer::find_choose.of(locale()).to_owned();
        choices.insert(0, (none, String::new()));
        choices
    };
    let choice = move |(label, name): (String, String)| {
        Entry::new([&name, " ", &label].concat(), move || {
            option(property, name, label)
        })
    };
    let comparison =
        |(of, label): (SearchOperator, Text)| option(operator, of.name().to_owned(), t(label));
    let wants_value =
        move || operator.with(|name| SearchOperator::from_name(name).is_none_or(takes_value));
    let field = move || {
        view! {
            <input
                type="text"
                class="input"
                data-testid="find-value"
                autocomplete="off"
                placeholder=t(composer::find_value)
                aria-label=t(composer::find_value)
                prop:value=part(Part::Value)
                on:input=move |event| edit(Part::Value, value(&event))
                on:blur=move |_| state.touch(Field::Audience)
            />
        }
    };
    let remove = move || {
        state.edit_search(|_, filters| {
            if place < filters.len() {
                filters.remove(place);
            }
        });
    };
    view! {
        <div class="condition" data-testid="condition">
            <select
                class="input"
                data-testid="find-property"
                aria-label=t(composer::find_property)
                on:change=move |event| edit(Part::Property, value(&event))
            >
                {each(move || choices().into_iter().map(choice).collect())}
            </select>
            <select
                class="input"
                data-testid="find-operator"
                aria-label=t(composer::find_operator)
                on:change=move |event| edit(Part::Operator, value(&event))
            >
                {OPERATORS.map(comparison)}
            </select>
            {when(wants_value, field)}
            <IconButton
                shape=Shape::Cross
                label=phrase(composer::find_remove)
                test="find-remove"
                on_press=remove
            />
        </div>
    }
}

/// One choice of a select, in which the chosen one follows the draft.
fn option(chosen: Memo<String>, name: String, words: impl Child) -> View {
    let of = name.clone();
    let selected = move || chosen.with(|chosen| *chosen == of);
    view! { <option value=name prop:selected=selected>{words}</option> }
}

/// How many there are now, and some of their names.
#[component]
fn Finds(state: State) -> View {
    // `None` while nothing is asked for that can be found.
    let search = Memo::new(move |_| {
        of_search(state, |query, filters| {
            Search::parse(query, filters).ok()?;
            let (query, filters) = (query.to_owned(), filters.to_vec());
            Some(ContactSearch { query, filters })
        })
    });
    let pause = Pause::new(400);
    let ask = move || {
        let Some(asked) = search.get_untracked() else {
            return;
        };
        spawn_local(async move {
            let answer = api::found(&asked).await;
            // Something else is looked for by now; its answer comes.
            if search.try_get_untracked().flatten() != Some(asked) {
                return;
            }
            if let Ok(found) = &answer {
                state.show_finds(found);
            }
            state.found.set(answer.into());
        });
    };
    let complete = Memo::new(move |_| search.with(Option::is_some));
    effect(move || {
        search.track();
        state.found.set(Remote::Loading);
        pause.then(ask);
    });
    let finds = move || match state.found.get() {
        Remote::Loading => view! { <Skeleton lines=1 /> },
        Remote::Failed(error) => view! { <ErrorNotice error on_retry=ask /> },
        Remote::Ready(found) if found.total == 0 => {
            view! { <p class="results-none">{t(composer::find_none)}</p> }
        }
        Remote::Ready(found) => {
            let (names, total) = (names(&found), found.total);
            let count = Signal::derive(move || composer::find_found(locale(), total));
            view! {
                <p class="finds">
                    <strong data-testid="find-count">{count}</strong>
                    " "
                    <span class="finds-names">{names}</span>
                </p>
            }
        }
    };
    view! { <div role="status">{when(move || complete.get(), move || dynamic(finds))}</div> }
}

fn names(found: &ContactPage) -> String {
    let examples = found.contacts.iter().take(EXAMPLES);
    let names: Vec<&str> = examples.map(|contact| contact.name.as_str()).collect();
    let shown = names.len() as u64;
    let names = names.join(", ");
    if found.total > shown {
        composer::find_and_more(locale(), &names)
    } else {
        names
    }
}

fn takes_value(operator: SearchOperator) -> bool {
    !matches!(operator, SearchOperator::Known | SearchOperator::Unknown)
}

/// Labels and names, in the order of the labels.
fn labelled(all: &[Property]) -> Vec<(String, String)> {
    let labelled = all.iter();
    let labelled = labelled.map(|property| (property.label.clone(), property.name.clone()));
    sorted_by_name(locale_untracked(), labelled.collect())
}

/// Something of the search that the draft has.
fn of_search<T: Default>(state: State, read: impl FnOnce(&str, &[SearchFilter]) -> T) -> T {
    state.draft.with(|draft| match &draft.audience {
        Audience::Search { query, filters } => read(query, filters),
        Audience::Contacts { .. } | Audience::List { .. } | Audience::Import { .. } => T::default(),
    })
}

impl State {
    fn edit_search(self, change: impl FnOnce(&mut String, &mut Vec<SearchFilter>)) {
        self.edit(|draft| {
            if let Audience::Search { query, filters } = &mut draft.audience {
                change(query, filters);
            }
        });
    }

    /// The preview is for one of them, who gets it if any does.
    fn show_finds(self, found: &ContactPage) {
        let previewed = self.previewed.get_untracked();
        let is_previewed = |contact: &Contact| Some(&contact.id) == previewed.as_ref();
        if found.contacts.iter().any(is_previewed) {
            return;
        }
        let gets_it = |contact: &&Contact| !contact.opted_out && contact.phone.is_some();
        let one = found.contacts.iter().find(gets_it);
        if let Some(one) = one.or(found.contacts.first()) {
            self.learn(one.clone());
            self.previewed.set(Some(one.id.clone()));
        }
    }
}
