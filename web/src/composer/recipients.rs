//! Who gets the message: contacts picked one by one, or a HubSpot list.

use leptos::prelude::*;
use septet_core::campaign::Field;
use septet_core::wire::Audience;

use super::lists::Lists;
use super::picker::Picker;
use super::state::State;
use super::words;
use crate::i18n::{composer, locale, t};

/// Both ways, as tabs.
#[component]
pub(super) fn Recipients(state: State) -> impl IntoView {
    let by_list = RwSignal::new(
        state
            .draft
            .with_untracked(|draft| matches!(draft.audience, Audience::List { .. })),
    );
    let problem = move || {
        let problem = state.problem(Field::Audience)?;
        Some(words::problem(locale(), Field::Audience, &problem))
    };
    let choose = move |list: bool| {
        by_list.set(list);
        state.draft.update(|draft| {
            let is_list = matches!(draft.audience, Audience::List { .. });
            if is_list != list {
                draft.audience = if list {
                    Audience::List { id: String::new() }
                } else {
                    Audience::default()
                };
            }
        });
    };
    view! {
        <fieldset class="recipients">
            <legend>{t(composer::recipients)}</legend>
            <div class="tabs" role="tablist">
                <Tab label=composer::tab_contacts test="tab-contacts" on=Signal::derive(move || !by_list.get()) choose=move || choose(false) />
                <Tab label=composer::tab_list test="tab-list" on=by_list choose=move || choose(true) />
            </div>
            {move || if by_list.get() {
                view! { <Lists state /> }.into_any()
            } else {
                view! { <Picker state /> }.into_any()
            }}
            {move || problem().map(|problem| view! {
                <p class="field-error" data-testid="field-error" data-field="audience" role="alert">{problem}</p>
            })}
        </fieldset>
    }
}

#[component]
fn Tab(
    label: fn(crate::i18n::Locale) -> &'static str,
    test: &'static str,
    #[prop(into)] on: Signal<bool>,
    choose: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            role="tab"
            class="tab"
            data-testid=test
            aria-selected=move || if on.get() { "true" } else { "false" }
            on:click=move |_| choose()
        >
            {t(label)}
        </button>
    }
}
