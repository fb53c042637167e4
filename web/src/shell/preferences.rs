//! Language and colours, for signed-in people and visitors alike.

use leptos::prelude::*;

use crate::dom::{View, value, view};
use crate::i18n::{Locale, choose, common, locale, t};
use crate::theme::Theme;

/// Two native menus.
#[component]
pub(crate) fn Preferences() -> View {
    let theme = RwSignal::new(Theme::remembered());
    view! {
        <div class="preferences">
            <select
                class="select-quiet"
                data-testid="language"
                aria-label=t(common::language)
                prop:value=move || locale().code()
                on:change=move |event| {
                    choose(Locale::from_tag(&value(&event)).unwrap_or(Locale::En));
                }
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
