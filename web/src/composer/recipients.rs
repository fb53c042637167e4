//! Who gets the message: contacts picked one by one, or a HubSpot list.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use septet_core::campaign::Field;
use wasm_bindgen::JsCast;

use super::audience::is_list;
use super::lists::Lists;
use super::picker::Picker;
use super::state::State;
use super::words;
use crate::dom::{View, dynamic, view};
use crate::i18n::{Text, composer, t};

/// Both ways, as tabs; what was chosen in one is kept while the other is looked at.
#[component]
pub(super) fn Recipients(state: State) -> View {
    let by_list = Memo::new(move |_| state.draft.with(|draft| is_list(&draft.audience)));
    let panel = move || {
        if by_list.get() {
            view! { <Lists state /> }
        } else {
            view! { <Picker state /> }
        }
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
    let tab = move |label: Text, test: &'static str, list: bool| {
        let on = move || by_list.get() == list;
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
                on:click=move |_| state.change_audience(list)
            >
                {t(label)}
            </button>
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
            let list = !by_list.get_untracked();
            state.change_audience(list);
            focus(if list { "tab-list" } else { "tab-contacts" });
        }
    };
    view! {
        <div class="audience-head">
            <h2>{t(composer::recipients)}</h2>
            <div class="tabs" role="tablist" aria-label=t(composer::recipients) on:keydown=on_key>
                {tab(composer::tab_contacts, "tab-contacts", false)}
                {tab(composer::tab_list, "tab-list", true)}
            </div>
        </div>
        {dynamic(problem)}
        <div id="audience-panel" class="audience" role="tabpanel" aria-label=t(composer::recipients)>
            {dynamic(panel)}
        </div>
    }
}

fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let element: web_sys::HtmlElement = element.unchecked_into();
        // It is shown, so it can be focused.
        let _ = element.focus();
    }
}
