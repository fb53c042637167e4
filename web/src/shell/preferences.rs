//! Language and colours, for signed-in people and visitors alike.

use leptos::prelude::*;

use leptos::task::spawn_local;

use crate::components::{Toasts, Tone};
use crate::dom::{View, value, view};
use crate::i18n::{Locale, choose, common, locale, locale_untracked, t};
use crate::signals::RwSignal;
use crate::theme::Theme;
use crate::words;

/// Two native menus.
#[component]
pub(crate) fn Preferences() -> View {
    let theme = RwSignal::new(Theme::remembered());
    let toasts = Toasts::here();
    let speak = move |chosen: Option<Locale>| {
        spawn_local(async move {
            if let Err(error) = choose(chosen.unwrap_or(Locale::En)).await {
                toasts.say(Tone::Error, words::error(&error).of(locale_untracked()));
            }
        });
    };
    view! {
        <div class="preferences">
            <select
                class="select-quiet"
                data-testid="language"
                aria-label=t(common::language)
                prop:value=move || locale().code()
                on:change=move |event| speak(Locale::from_tag(&value(&event)))
            >
                {Locale::ALL.map(|offered| view! {
                    <option
                        value=offered.code()
                        lang=offered.tag()
                        selected=move || locale() == offered
                    >
                        {offered.name()}
                    </option>
                })}
            </select>
            <select
                class="select-quiet"
                data-testid="theme"
                aria-label=t(common::theme)
                on:change=move |event| {
                    theme.set(Theme::from_code(&value(&event)));
                    theme.get_untracked().apply();
                }
            >
                {Theme::ALL.map(|offered| view! {
                    <option value=offered.code() selected=move || theme.get() == offered>
                        {t(match offered {
                            Theme::System => common::theme_system,
                            Theme::Light => common::theme_light,
                            Theme::Dark => common::theme_dark,
                        })}
                    </option>
                })}
            </select>
        </div>
    }
}
