//! What surrounds every page of a signed-in person: header, navigation, preferences.

mod account;
mod preferences;

use account::{Account, Sandbox};
use leptos::prelude::*;
pub(crate) use preferences::Preferences;

use crate::components::{Icon, Shape};
use crate::dom::{Children, View, effect, view};
use crate::embed;
use crate::i18n::{common, t};
use crate::router::{self, Link, Route};
use crate::signals::RwSignal;

/// The header above and the page below.
#[component]
pub(crate) fn Shell(children: Children) -> View {
    if embed::is_here() {
        return view! {
            <main id="content" class="page page-embedded" tabindex="-1">
                {children()}
            </main>
        };
    }
    // On phones the navigation folds into a button; going somewhere folds it again.
    let unfolded = RwSignal::new(false);
    effect(move || {
        router::current();
        unfolded.set(false);
    });
    view! {
        <a class="skip-link" href="#content">{t(common::skip_to_content)}</a>
        <header class="header">
            <div class="header-inner">
                <Link to=Route::Composer { draft: None } class="brand">
                    <Brand />
                </Link>
                <button
                    type="button"
                    class="button button-quiet button-icon header-menu"
                    aria-expanded=move || unfolded.get().to_string()
                    aria-controls="header-foldable"
                    aria-label=t(common::menu)
                    on:click=move |_| unfolded.update(|unfolded| *unfolded = !*unfolded)
                >
                    <Icon shape=Shape::Menu />
                </button>
                <div id="header-foldable" class="header-foldable" class:unfolded=unfolded>
                    <nav class="nav" aria-label=t(common::navigation)>
                        <Link to=Route::Composer { draft: None }>{t(common::new_sms)}</Link>
                        <Link to=Route::Campaigns>{t(common::campaigns)}</Link>
                        <Link to=Route::OptOuts>{t(common::opt_outs)}</Link>
                        <Link to=Route::Settings>{t(common::settings)}</Link>
                    </nav>
                    <Sandbox />
                    <div class="header-end">
                        <Account />
                        <Preferences />
                    </div>
                </div>
            </div>
        </header>
        <main id="content" class="page" tabindex="-1">
            {children()}
        </main>
    }
}

/// The mark and the name.
#[component]
pub(crate) fn Brand() -> View {
    view! {
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="8" />
            <path d="M10.5 7h11A2.5 2.5 0 0 1 24 9.5v8a2.5 2.5 0 0 1-2.5 2.5H15l-4.6 4.2a.85.85 0 0 1-1.4-.6V20a2.5 2.5 0 0 1-1-2V9.5A2.5 2.5 0 0 1 10.5 7zm1.5 5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zm4 0a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zm4 0a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z" />
        </svg>
        <span>"Septet"</span>
    }
}
