//! How links look: a host of the account's own, and the tags that new messages begin with.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{LinksGiven, Settings, Utm};

use crate::api::{self, ApiError};
use crate::components::{Button, ErrorNotice, Look, Toasts, Tone};
use crate::dom::{View, dynamic, value, view};
use crate::i18n::{campaigns, locale, locale_untracked, t};
use crate::signals::RwSignal;

/// One of the tags.
type Tag = fn(&mut Utm) -> &mut String;

const TAGS: [(&str, &str, Tag); 6] = [
    ("utm_source", "septet", |utm| &mut utm.source),
    ("utm_medium", "sms", |utm| &mut utm.medium),
    ("utm_campaign", "", |utm| &mut utm.campaign),
    ("utm_term", "", |utm| &mut utm.term),
    ("utm_content", "", |utm| &mut utm.content),
    ("utm_id", "", |utm| &mut utm.id),
];

#[component]
pub(super) fn LinksCard(settings: RwSignal<Settings>) -> View {
    let links = settings.with_untracked(|settings| settings.links.clone());
    let host = RwSignal::new(links.host.unwrap_or_default());
    let utm = StoredValue::new(links.utm);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let toasts = Toasts::here();
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        let given = LinksGiven {
            host: host.get_untracked(),
            utm: utm.get_value(),
        };
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = api::save_links(&given).await;
            busy.try_set(false);
            match answer {
                Ok(newest) => {
                    settings.try_set(newest);
                    toasts.say(Tone::Info, campaigns::settings_saved.of(locale_untracked()));
                }
                Err(error) => failed.try_set(Some(error)),
            }
        });
    };
    let shown = Signal::derive(move || {
        let base = settings.with(|settings| match &settings.links.host {
            Some(host) => ["https://", host].concat(),
            None => settings.links.server.clone(),
        });
        campaigns::links_look(locale(), &[&base, "/l/aB3dE5fG7h"].concat())
    });
    let hint = Signal::derive(move || {
        let server = settings.with(|settings| settings.links.server.clone());
        let server = server.split_once("://").map_or("", |(_, host)| host);
        campaigns::link_host_hint(locale(), server)
    });
    let inputs = TAGS.map(|(name, example, of)| {
        let mut start = utm.get_value();
        let tag = of(&mut start).clone();
        view! {
            <label class="field">
                <span class="field-label"><code>{name}</code></span>
                <input
                    class="input"
                    type="text"
                    autocomplete="off"
                    placeholder=example
                    data-testid=name
                    prop:value=tag
                    on:input=move |event| utm.update_value(|utm| *of(utm) = value(&event))
                />
            </label>
        }
    });
    view! {
        <section class="card panel" data-testid="settings-links">
            <h2>{t(campaigns::links)}</h2>
            <form
                class="settings-form"
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    save();
                }
            >
                <p data-testid="links-look">{shown}</p>
                <label class="field">
                    <span class="field-label">{t(campaigns::link_host)}</span>
                    <input
                        class="input"
                        type="text"
                        inputmode="url"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        placeholder="sms.example.com"
                        data-testid="link-host"
                        prop:value=move || host.get()
                        on:input=move |event| host.set(value(&event))
                    />
                    <span class="field-hint">{hint}</span>
                </label>
                <p>{t(campaigns::default_tags)}</p>
                <div class="pair">{inputs}</div>
                {dynamic(move || failed.get().map(|error| view! { <ErrorNotice error /> }))}
                <Button look=Look::Primary busy test="links-save" on_press=save>
                    {t(campaigns::save)}
                </Button>
            </form>
        </section>
    }
}
