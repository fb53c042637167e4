//! Who gets the message: contacts picked one by one, a HubSpot list, whoever a search finds, or the
//! rows of a file.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use septet_core::campaign::Field;
use wasm_bindgen::JsCast;

use super::audience::Way;
use super::file::FileTab;
use super::finder::Finder;
use super::lists::Lists;
use super::picker::Picker;
use super::state::State;
use super::words;
use crate::dom::{View, dynamic, view};
use crate::i18n::{Text, composer, t};

/// Every way is a tab; what was chosen in one is kept while another is looked at.
#[component]
pub(super) fn Recipients(state: State) -> View {
    let panel = move || match state.way.get() {
        Way::Contacts => view! { <Picker state /> },
        Way::List => view! { <Lists state /> },
        Way::Search => view! { <Finder state /> },
        Way::File => view! { <FileTab state /> },
    };
    let problem = move || {
        words::trouble(state, Field::Audience).map(|problem| {
            view! {
                <p
                    class="field-error"
                    data-testid="field-error"
                    data-field="audience"
                    tabindex="-1"
                    role="alert"
                >
                    {problem}
                </p>
            }
        })
    };
    let tab = move |way: Way| {
        let (test, label) = of_tab(way);
        let on = move || state.way.get() == way;
        view! {
            <button
                type="button"
                role="tab"
                id=test
                class="tab"
                data-testid=test
                aria-controls="audience-panel"
                aria-selected=move || on().to_string()
                tabindex=move || if on() { "0" } else { "-1" }
                // At the press already: what a field says once it is left can move the tab away
                // before the button is let go.
                on:mousedown=move |event| {
                    if event.button() == 0 {
                        state.change_way(way);
                    }
                }
                on:click=move |_| state.change_way(way)
            >
                {t(label)}
            </button>
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let way = state.way.get_untracked();
        let way = match event.key().as_str() {
            "ArrowRight" => way.step(1),
            "ArrowLeft" => way.step(Way::ALL.len() - 1),
            "Home" => Way::Contacts,
            "End" => Way::File,
            _ => return,
        };
        event.prevent_default();
        state.change_way(way);
        focus(of_tab(way).0);
    };
    view! {
        <div class="audience-head">
            <h2>{t(composer::recipients)}</h2>
            <div class="tabs" role="tablist" aria-label=t(composer::recipients) on:keydown=on_key>
                {Way::ALL.map(tab)}
            </div>
        </div>
        {dynamic(problem)}
        <div id="audience-panel" class="audience" role="tabpanel" aria-label=t(composer::recipients)>
            {dynamic(panel)}
        </div>
    }
}

/// What a tab is called, by programs and by people.
fn of_tab(way: Way) -> (&'static str, Text) {
    match way {
        Way::Contacts => ("tab-contacts", composer::tab_contacts),
        Way::List => ("tab-list", composer::tab_list),
        Way::Search => ("tab-search", composer::tab_search),
        Way::File => ("tab-file", composer::tab_file),
    }
}

fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let element: web_sys::HtmlElement = element.unchecked_into();
        // It is shown, so it can be focused.
        let _ = element.focus();
    }
}
