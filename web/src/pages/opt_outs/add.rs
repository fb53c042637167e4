//! Adding numbers, one by one or from a file.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::opt_out::OptOutScope;
use septet_core::wire::{OptOutsAdded, OptOutsGiven};
use wasm_bindgen::JsCast;
use web_sys::{Event, File, HtmlInputElement};

use super::Known;
use crate::api::{self, ApiError};
use crate::components::{Button, ErrorNotice, Look, Notice, Tone};
use crate::dom::{View, dynamic, value, view};
use crate::format::number;
use crate::i18n::{campaigns, locale, t};
use crate::signals::RwSignal;

#[component]
pub(super) fn AddCard(known: Known) -> View {
    let numbers = RwSignal::new(String::new());
    let reason = RwSignal::new(String::new());
    let scope = RwSignal::new(OptOutScope::Sms);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let added = RwSignal::new(None::<OptOutsAdded>);
    let empty = Signal::derive(move || numbers.with(|numbers| numbers.trim().is_empty()));
    let add = move || {
        if busy.get_untracked() || empty.get_untracked() {
            return;
        }
        let given = OptOutsGiven {
            numbers: numbers.get_untracked(),
            country: known.country.get_value(),
            scope: scope.get_untracked(),
            reason: reason.get_untracked(),
        };
        busy.set(true);
        failed.set(None);
        added.set(None);
        spawn_local(async move {
            let answer = api::add_opt_outs(&given).await;
            busy.try_set(false);
            match answer {
                Ok(answer) => {
                    if answer.unread_total == 0 {
                        numbers.try_set(String::new());
                    }
                    added.try_set(Some(answer));
                    known.look();
                }
                Err(error) => failed.try_set(Some(error)),
            }
        });
    };
    let read = move |event: Event| {
        let input = event.target().and_then(|input| input.dyn_into().ok());
        let input: Option<HtmlInputElement> = input;
        let file = input.and_then(|input| input.files()?.get(0));
        if let Some(file) = file {
            spawn_local(async move {
                if let Some(text) = text_of(&file).await {
                    numbers.try_set(text);
                }
            });
        }
    };
    let hint = Signal::derive(move || {
        let country = known.country.get_value();
        campaigns::opt_outs_add_hint(locale(), &country)
    });
    let scopes = OptOutScope::ALL.iter().map(|scope| {
        let label = t(super::list::words(*scope));
        view! { <option value=scope.name()>{label}</option> }
    });
    let scopes: Vec<_> = scopes.collect();
    view! {
        <section class="card panel" data-testid="opt-outs-add">
            <h2>{t(campaigns::opt_outs_add)}</h2>
            <form
                class="settings-form"
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    add();
                }
            >
                <label class="field">
                    <span class="field-label">{t(campaigns::opt_outs_numbers)}</span>
                    <textarea
                        class="input"
                        rows="4"
                        spellcheck="false"
                        data-testid="opt-outs-numbers"
                        prop:value=move || numbers.get()
                        on:input=move |event| numbers.set(value(&event))
                    ></textarea>
                    <span class="field-hint">{hint}</span>
                </label>
                <label class="field">
                    <span class="field-label">{t(campaigns::opt_outs_file)}</span>
                    <input type="file" accept=".csv,.txt,text/csv,text/plain" data-testid="opt-outs-file" on:change=read />
                </label>
                <div class="pair">
                    <label class="field">
                        <span class="field-label">{t(campaigns::opt_outs_scope)}</span>
                        <select
                            class="input"
                            data-testid="opt-outs-scope"
                            on:change=move |event| {
                                if let Some(chosen) = OptOutScope::from_name(&value(&event)) {
                                    scope.set(chosen);
                                }
                            }
                        >
                            {scopes}
                        </select>
                    </label>
                    <label class="field">
                        <span class="field-label">{t(campaigns::opt_outs_reason)}</span>
                        <input
                            class="input"
                            type="text"
                            maxlength="200"
                            data-testid="opt-outs-reason"
                            prop:value=move || reason.get()
                            on:input=move |event| reason.set(value(&event))
                        />
                    </label>
                </div>
                {dynamic(move || failed.get().map(|error| view! { <ErrorNotice error /> }))}
                {dynamic(move || added.get().map(result))}
                <Button look=Look::Primary busy disabled=empty test="opt-outs-save" on_press=add>
                    {t(campaigns::opt_outs_save)}
                </Button>
            </form>
        </section>
    }
}

fn result(added: OptOutsAdded) -> View {
    let words = {
        let added = added.clone();
        Signal::derive(move || {
            let known = number(locale(), added.known);
            campaigns::opt_outs_added(locale(), added.added, &known)
        })
    };
    let unread = (added.unread_total > 0).then(|| {
        let lines: Vec<String> = added.unread.iter().map(u64::to_string).collect();
        let mut lines = lines.join(", ");
        if added.unread_total > added.unread.len() as u64 {
            lines.push_str(", …");
        }
        let words = Signal::derive(move || campaigns::opt_outs_unread(locale(), &lines));
        view! { <Notice tone=Tone::Warning><p data-testid="opt-outs-unread">{words}</p></Notice> }
    });
    view! {
        <Notice tone=Tone::Info><p data-testid="opt-outs-added">{words}</p></Notice>
        {unread}
    }
}

/// What stands in a file; nothing where the browser cannot read it.
async fn text_of(file: &File) -> Option<String> {
    file.text().await.ok()?.as_string()
}
