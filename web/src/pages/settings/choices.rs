//! Switches that are saved as they are turned, and turned back when that fails.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{Choices, Settings};

use crate::api;
use crate::components::{Toasts, Tone};
use crate::dom::{View, checked, value, view};
use crate::i18n::{Text, campaigns, locale_untracked, t};
use crate::signals::RwSignal;
use crate::words;

/// What is changed, and how.
#[derive(Clone, Copy)]
struct Change {
    settings: RwSignal<Settings>,
    toasts: Toasts,
}

impl Change {
    fn make(self, change: impl FnOnce(&mut Choices)) {
        let before = self.settings.with_untracked(|settings| settings.choices);
        let mut wanted = before;
        change(&mut wanted);
        self.settings.update(|settings| settings.choices = wanted);
        spawn_local(async move {
            match api::save_choices(&wanted).await {
                Ok(_) => {
                    let saved = campaigns::settings_saved.of(locale_untracked());
                    self.toasts.say(Tone::Info, saved);
                }
                Err(error) => {
                    // Whatever else was changed meanwhile is asked for by its own request.
                    self.settings.try_update(|settings| {
                        if settings.choices == wanted {
                            settings.choices = before;
                        }
                    });
                    let why = words::error(&error).of(locale_untracked());
                    self.toasts.say(Tone::Error, why);
                }
            }
        });
    }
}

#[component]
pub(super) fn ChoicesCard(settings: RwSignal<Settings>) -> View {
    let change = Change {
        settings,
        toasts: Toasts::here(),
    };
    view! {
        <section class="card panel" data-testid="settings-choices">
            <h2>{t(campaigns::channels)}</h2>
            {switch(change, "voice", campaigns::voice, campaigns::voice_hint,
                |choices| choices.voice, |choices, on| choices.voice = on)}
            {switch(change, "ivr", campaigns::ivr, campaigns::ivr_hint,
                |choices| choices.ivr, |choices, on| choices.ivr = on)}
            <h2>{t(campaigns::in_hubspot)}</h2>
            {switch(change, "marketing-only", campaigns::marketing_only, campaigns::marketing_only_hint,
                |choices| choices.marketing_only, |choices, on| choices.marketing_only = on)}
            {subscription(change)}
        </section>
    }
}

/// Saved when somebody leaves the field.
fn subscription(change: Change) -> View {
    let known = change
        .settings
        .with_untracked(|settings| settings.choices.subscription);
    let known = known.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <label class="field">
            <span class="field-label">{t(campaigns::subscription)}</span>
            <input
                class="input"
                type="text"
                inputmode="numeric"
                autocomplete="off"
                data-testid="subscription"
                prop:value=known
                on:change=move |event| {
                    let written = value(&event);
                    change.make(|choices| choices.subscription = written.trim().parse().ok());
                }
            />
            <span class="field-hint">{t(campaigns::subscription_hint)}</span>
        </label>
    }
}

fn switch(
    change: Change,
    test: &'static str,
    label: Text,
    hint: Text,
    read: fn(&Choices) -> bool,
    write: fn(&mut Choices, bool),
) -> View {
    let on = move || change.settings.with(|settings| read(&settings.choices));
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                data-testid=test
                prop:checked=on
                on:change=move |event| {
                    let on = checked(&event);
                    change.make(|choices| write(choices, on));
                }
            />
            <span>
                <span class="switch-label">{t(label)}</span>
                <span class="field-hint">{t(hint)}</span>
            </span>
        </label>
    }
}
