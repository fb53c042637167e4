//! Whoever a HubSpot search finds: words, conditions, and who that would be now.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::campaign::{Field, MAX_FILTERS, Search};
use septet_core::wire::{
    Audience, Contact, ContactPage, ContactSearch, Property, SearchFilter, SearchOperator, SmsDraft,
};

use super::state::State;
use super::timing::Pause;
use crate::api;
use crate::components::{Button, ErrorNotice, IconButton, Look, Shape, Skeleton};
use crate::dom::{Entry, View, dynamic, each, effect, value, view, when};
use crate::format::sorted_by_name;
use crate::i18n::{Text, composer, locale, locale_untracked, phrase, t};
use crate::remote::Remote;

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
    let search = Memo::new(move |_| state.draft.with(search_of));
    let words = move || search.with(|search| search.query.clone());
    let conditions = Memo::new(move |_| search.with(|search| search.filters.len()));
    let properties = Memo::new(move |_| {
        state.fields().with(|fields| match fields {
            Remote::Ready(all) => labelled(all),
            Remote::Loading | Remote::Failed(_) => Vec::new(),
        })
    });
    let rows = move || {
        let row = |place: usize| {
            Entry::new(place.to_string(), move || {
                view! { <Condition state search properties place /> }
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
        <Finds state search />
        <p class="field-hint">{t(composer::find_hint)}</p>
    }
}

/// One line: property, comparison, value.
#[component]
fn Condition(
    state: State,
    search: Memo<ContactSearch>,
    properties: Memo<Vec<(String, Property)>>,
    place: usize,
) -> View {
    let filter = Memo::new(move |_| search.with(|search| search.filters.get(place).cloned()));
    let property = Memo::new(move |_| {
        filter
            .with(|filter| filter.as_ref().map(|filter| filter.property.clone()))
            .unwrap_or_default()
    });
    let operator = Memo::new(move |_| {
        filter
            .with(|filter| filter.as_ref().map(|filter| filter.operator))
            .unwrap_or(SearchOperator::Equals)
    });
    let compared = Memo::new(move |_| {
        filter
            .with(|filter| filter.as_ref().map(|filter| filter.value.clone()))
            .unwrap_or_default()
    });
    let edit = move |change: Box<dyn FnOnce(&mut SearchFilter)>| {
        state.edit_search(|_, filters| {
            if let Some(filter) = filters.get_mut(place) {
                change(filter);
            }
        });
    };
    // A property that is not known, or not yet, is there under its name.
    let choices = move || {
        let chosen = property.get();
        properties.with(|properties| {
            let unknown = !chosen.is_empty()
                && properties
                    .iter()
                    .all(|(_, property)| property.name != chosen);
            let mut choices: Vec<(String, String)> = properties
                .iter()
                .map(|(label, property)| (property.name.clone(), label.clone()))
                .collect();
            if unknown {
                choices.insert(0, (chosen.clone(), chosen));
            }
            choices.insert(
                0,
                (String::new(), composer::find_choose.of(locale()).to_owned()),
            );
            choices
        })
    };
    let choice = move |(name, label): (String, String)| {
        Entry::new([&name, " ", &label].concat(), move || {
            let (value, of) = (name.clone(), name.clone());
            let selected = move || property.with(|chosen| *chosen == of);
            view! { <option value=value prop:selected=selected>{label.clone()}</option> }
        })
    };
    let comparison = |(of, label): (SearchOperator, Text)| {
        let selected = move || operator.get() == of;
        view! { <option value=of.name() prop:selected=selected>{t(label)}</option> }
    };
    let wants_value = move || takes_value(operator.get());
    let field = move || {
        view! {
            <input
                type="text"
                class="input"
                data-testid="find-value"
                autocomplete="off"
                placeholder=t(composer::find_value)
                aria-label=t(composer::find_value)
                prop:value=compared
                on:input=move |event| {
                    let typed = value(&event);
                    edit(Box::new(|filter| filter.value = typed));
                }
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
                on:change=move |event| {
                    let name = value(&event);
                    edit(Box::new(|filter| filter.property = name));
                }
            >
                {each(move || choices().into_iter().map(choice).collect())}
            </select>
            <select
                class="input"
                data-testid="find-operator"
                aria-label=t(composer::find_operator)
                on:change=move |event| {
                    let chosen = SearchOperator::from_name(&value(&event));
                    if let Some(chosen) = chosen {
                        edit(Box::new(move |filter| filter.operator = chosen));
                    }
                }
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

/// How many there are now, and some of their names.
#[component]
fn Finds(state: State, search: Memo<ContactSearch>) -> View {
    let pause = Pause::new(400);
    let ask = move || {
        let asked = search.get_untracked();
        spawn_local(async move {
            let answer = api::found(&asked).await;
            // Something else is looked for by now; its answer comes.
            if search.try_with_untracked(|search| *search != asked) != Some(false) {
                return;
            }
            if let Ok(found) = &answer {
                state.show_finds(found);
            }
            state.found.set(Some(answer.into()));
        });
    };
    effect(move || {
        let complete = search.with(|search| Search::parse(&search.query, &search.filters).is_ok());
        if complete {
            state.found.set(Some(Remote::Loading));
            pause.then(ask);
        } else {
            pause.cancel();
            state.found.set(None);
        }
    });
    let finds = move || match state.found.get() {
        None => View::nothing(),
        Some(Remote::Loading) => view! { <Skeleton lines=1 /> },
        Some(Remote::Failed(error)) => view! { <ErrorNotice error on_retry=ask /> },
        Some(Remote::Ready(found)) if found.total == 0 => {
            view! { <p class="results-none">{t(composer::find_none)}</p> }
        }
        Some(Remote::Ready(found)) => {
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
    view! { <div role="status">{dynamic(finds)}</div> }
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

/// With what people call them, in that order.
fn labelled(all: &[Property]) -> Vec<(String, Property)> {
    let labelled = all.iter();
    let labelled = labelled.map(|property| (property.label.clone(), property.clone()));
    sorted_by_name(locale_untracked(), labelled.collect())
}

fn search_of(draft: &SmsDraft) -> ContactSearch {
    let (query, filters) = match &draft.audience {
        Audience::Search { query, filters } => (query.clone(), filters.clone()),
        Audience::Contacts { .. } | Audience::List { .. } | Audience::Import { .. } => {
            (String::new(), Vec::new())
        }
    };
    ContactSearch { query, filters }
}

impl State {
    fn edit_search(self, change: impl FnOnce(&mut String, &mut Vec<SearchFilter>)) {
        self.edit(|draft| {
            if let Audience::Search { query, filters } = &mut draft.audience {
                change(query, filters);
            }
        });
    }

    /// The preview is for one of them.
    fn show_finds(self, found: &ContactPage) {
        let Some(first) = found.contacts.first() else {
            return;
        };
        let previewed = self.previewed.get_untracked();
        if !found
            .contacts
            .iter()
            .any(|contact| Some(&contact.id) == previewed.as_ref())
        {
            self.learn(Contact::clone(first));
            self.previewed.set(Some(first.id.clone()));
        }
    }
}
