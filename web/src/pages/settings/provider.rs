//! The account at 360nrs whose credit is spent.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{Credentials, ProviderStatus, Settings};

use crate::api::{self, ApiError};
use crate::components::{Button, Dialog, ErrorNotice, Look, Toasts, Tone};
use crate::dom::{View, dynamic, value, view, when};
use crate::i18n::{campaigns, common, locale, locale_untracked, phrase, t};
use crate::signals::RwSignal;

#[component]
pub(super) fn ProviderCard(settings: RwSignal<Settings>) -> View {
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let removing = RwSignal::new(false);
    let toasts = Toasts::here();
    let take = move |answer: Result<Settings, ApiError>, said: &'static str| {
        busy.try_set(false);
        match answer {
            Ok(newest) => {
                settings.try_set(newest);
                // Nobody reads it again.
                password.try_set(String::new());
                username.try_set(String::new());
                removing.try_set(false);
                toasts.say(Tone::Info, said);
            }
            Err(error) => failed.try_set(Some(error)),
        }
    };
    let give = move || {
        if busy.get_untracked() {
            return;
        }
        let credentials = Credentials {
            username: username.get_untracked(),
            password: password.get_untracked(),
        };
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = api::give_credentials(&credentials).await;
            take(answer, campaigns::provider_kept.of(locale_untracked()));
        });
    };
    let remove = move || {
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = api::take_credentials().await;
            take(answer, campaigns::provider_removed.of(locale_untracked()));
        });
    };
    let own = move || settings.with(|settings| settings.provider.username.clone());
    let status = move || {
        let locale = locale();
        settings.with(|settings| match &settings.provider.status {
            ProviderStatus::Ready {
                balance: Some(balance),
            } => common::balance(locale, balance),
            ProviderStatus::Ready { balance: None } => {
                campaigns::provider_ready.of(locale).to_owned()
            }
            ProviderStatus::CredentialsRefused => {
                common::provider_credentials_refused.of(locale).to_owned()
            }
            ProviderStatus::Unreachable => common::provider_unreachable.of(locale).to_owned(),
            ProviderStatus::Missing => common::provider_missing.of(locale).to_owned(),
        })
    };
    let whose = move || match own() {
        Some(own) => campaigns::provider_own(locale(), &own),
        None => campaigns::provider_shared.of(locale()).to_owned(),
    };
    let incomplete = Signal::derive(move || {
        username.with(|name| name.trim().is_empty()) || password.with(String::is_empty)
    });
    view! {
        <section class="card panel" data-testid="settings-provider">
            <h2>{t(campaigns::provider_title)}</h2>
            <p data-testid="provider-status"><strong>{Signal::derive(status)}</strong></p>
            <p>{Signal::derive(whose)}</p>
            {when(
                move || own().is_some(),
                move || view! {
                    <Button test="provider-remove" on_press=move || removing.set(true)>
                        {t(campaigns::provider_remove)}
                    </Button>
                },
            )}
            <form
                class="settings-form"
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    if !incomplete.get_untracked() {
                        give();
                    }
                }
            >
                <label class="field">
                    <span class="field-label">{t(campaigns::provider_username)}</span>
                    <input
                        class="input"
                        type="text"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        data-testid="provider-username"
                        prop:value=move || username.get()
                        on:input=move |event| username.set(value(&event))
                    />
                </label>
                <label class="field">
                    <span class="field-label">{t(campaigns::provider_password)}</span>
                    <input
                        class="input"
                        type="password"
                        autocomplete="new-password"
                        data-testid="provider-password"
                        prop:value=move || password.get()
                        on:input=move |event| password.set(value(&event))
                    />
                    <span class="field-hint">{t(campaigns::provider_hint)}</span>
                </label>
                {dynamic(move || failed.get().map(|error| view! { <ErrorNotice error /> }))}
                <Button look=Look::Primary busy disabled=incomplete test="provider-save" on_press=give>
                    {t(campaigns::provider_save)}
                </Button>
            </form>
            <Dialog open=removing title=phrase(campaigns::provider_remove) test="provider-remove-dialog">
                <p>{t(campaigns::provider_remove_text)}</p>
                {dynamic(move || failed.get().map(|error| view! { <ErrorNotice error /> }))}
                <div class="dialog-actions">
                    <Button on_press=move || removing.set(false)>{t(common::cancel)}</Button>
                    <Button look=Look::Danger busy test="provider-remove-confirm" on_press=remove>
                        {t(campaigns::provider_remove)}
                    </Button>
                </div>
            </Dialog>
        </section>
    }
}
