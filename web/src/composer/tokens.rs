//! The menu of contact properties, or of a file's columns, that can stand in a message.

use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use septet_core::wire::Property;
use wasm_bindgen::JsCast;

use super::audience::Way;
use super::properties::{find, group_name, token};
use super::state::State;
use super::typing::Typist;
use crate::components::{ErrorNotice, Look, Skeleton};
use crate::dom::{Entry, View, dynamic, each, effect, value, view, when};
use crate::i18n::{composer, locale, t};
use crate::remote::Remote;
use crate::signals::{Memo, RwSignal};

const LIST: &str = "token-list";

/// Opens under its button; a choice types the token into the message.
#[component]
pub(super) fn TokenMenu(state: State, typist: Typist) -> View {
    let open = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let label = move || {
        let by_file = state.way.get() == Way::File;
        let text = if by_file {
            composer::insert_column
        } else {
            composer::insert_token
        };
        text.of(locale())
    };
    let close = move |event: KeyboardEvent| {
        if event.key() == "Escape" && open.get_untracked() {
            event.stop_propagation();
            open.set(false);
            if let Some(button) = button.get_untracked() {
                // It is shown, so it can be focused.
                let _ = button.focus();
            }
        }
    };
    let leave = move |event: FocusEvent| {
        let menu = event
            .current_target()
            .map(JsCast::unchecked_into::<web_sys::Node>);
        let to = event
            .related_target()
            .map(JsCast::unchecked_into::<web_sys::Node>);
        // Into nothing: a press on a part that takes no focus, or another window.
        if to.is_some() && !menu.is_some_and(|menu| menu.contains(to.as_ref())) {
            open.set(false);
        }
    };
    view! {
        <div class="menu" on:keydown=close on:focusout=leave>
            <button
                type="button"
                node_ref=button
                class=Look::Secondary.class()
                data-testid="token-menu"
                aria-expanded=move || open.get().to_string()
                aria-haspopup="listbox"
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <code aria-hidden="true">"{ }"</code>
                {label}
            </button>
            {when(move || open.get(), move || view! { <Panel state typist open /> })}
        </div>
        {when(
            move || open.get(),
            move || {
                // A press beside the menu closes it.
                view! { <div class="menu-beside" on:click=move |_| open.set(false)></div> }
            },
        )}
    }
}

/// Search, fallback and the properties.
#[component]
fn Panel(state: State, typist: Typist, open: RwSignal<bool>) -> View {
    let search = NodeRef::<html::Input>::new();
    let words = RwSignal::new(String::new());
    let fallback = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        state.fields().with(|fields| match fields {
            Remote::Ready(all) => words.with(|words| find(all, words)),
            Remote::Loading | Remote::Failed(_) => Vec::new(),
        })
    });
    let pick = move |property: &Property| {
        let token = fallback.with_untracked(|fallback| token(property, fallback));
        open.set(false);
        typist.insert(&token);
    };
    let on_key = move |event: KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        let now = active.get_untracked().min(last);
        match event.key().as_str() {
            "ArrowDown" => active.set(if now == last { 0 } else { now + 1 }),
            "ArrowUp" => active.set(now.checked_sub(1).unwrap_or(last)),
            "Enter" if !(event.ctrl_key() || event.meta_key()) => {
                let property = found.with_untracked(|found| found.get(now).cloned());
                if let Some(property) = property {
                    pick(&property);
                }
            }
            _ => return,
        }
        event.prevent_default();
        if let Some(option) = document().get_element_by_id(&option_id(active.get_untracked())) {
            reveal(&option);
        }
    };
    let panel = NodeRef::<html::Div>::new();
    effect(move || {
        if let (Some(search), Some(panel)) = (search.get(), panel.get()) {
            // It has just been drawn, so it can be focused.
            let _ = search.focus();
            reveal(&panel);
        }
    });
    let entries = move || {
        let found = found.get();
        let mut group = None::<String>;
        let draw = |(index, property): (usize, Property)| {
            let heading = (group.as_ref() != Some(&property.group)).then(|| property.group.clone());
            group = Some(property.group.clone());
            let key = [
                &property.name,
                " ",
                &index.to_string(),
                " ",
                heading.as_deref().unwrap_or(""),
            ];
            Entry::new(key.concat(), move || {
                option(
                    index,
                    property,
                    heading,
                    active,
                    Callback::new(move |property: Property| pick(&property)),
                )
            })
        };
        found.into_iter().enumerate().map(draw).collect()
    };
    let instead = move || match state.fields().get() {
        Remote::Loading if state.has_no_file() => {
            view! { <p class="field-hint">{t(composer::no_columns)}</p> }
        }
        Remote::Loading => view! { <Skeleton lines=3 /> },
        Remote::Failed(error) => {
            view! { <ErrorNotice error on_retry=move || state.load_fields() /> }
        }
        Remote::Ready(_) if found.with(Vec::is_empty) => {
            view! { <p class="field-hint">{t(composer::no_tokens)}</p> }
        }
        Remote::Ready(_) => View::nothing(),
    };
    view! {
        <div node_ref=panel class="menu-panel">
            <input
                node_ref=search
                type="search"
                class="input"
                data-testid="token-search"
                role="combobox"
                autocomplete="off"
                aria-expanded="true"
                aria-controls=LIST
                aria-activedescendant=move || option_id(active.get())
                placeholder=t(composer::search_tokens)
                aria-label=t(composer::search_tokens)
                on:keydown=on_key
                on:input=move |event| {
                    words.set(value(&event));
                    active.set(0);
                }
            />
            <ul id=LIST class="menu-list" role="listbox" aria-label=t(composer::insert_token)>
                {each(entries)}
            </ul>
            {dynamic(instead)}
            <label class="menu-fallback">
                <span>{t(composer::fallback)}</span>
                <input
                    type="text"
                    class="input"
                    data-testid="token-fallback"
                    autocomplete="off"
                    placeholder=t(composer::fallback_example)
                    on:keydown=on_key
                    on:input=move |event| fallback.set(value(&event))
                />
            </label>
        </div>
    }
}

fn option(
    index: usize,
    property: Property,
    heading: Option<String>,
    active: RwSignal<usize>,
    pick: Callback<Property>,
) -> View {
    let Property { name, label, .. } = property.clone();
    let of_row = name.clone();
    let heading = heading.map(|group| {
        let words = Signal::derive(move || group_name(&group));
        view! { <li class="menu-group" role="presentation">{words}</li> }
    });
    view! {
        {heading}
        <li
            id=option_id(index)
            class="menu-item"
            role="option"
            data-testid="token"
            data-name=of_row
            aria-selected=move || (active.get() == index).to_string()
            on:mousemove=move |_| {
                if active.get_untracked() != index {
                    active.set(index);
                }
            }
            // Pressing must not take the focus from the search.
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| pick.run(property.clone())
        >
            <span>{label}</span>
            <code>{name}</code>
        </li>
    }
}

fn option_id(index: usize) -> String {
    ["token-", &index.to_string()].concat()
}

fn reveal(element: &web_sys::Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}
