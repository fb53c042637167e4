//! The first thing after an account was connected: that it is, and what comes next.

use leptos::prelude::*;

use crate::components::Look;
use crate::dom::{View, view};
use crate::i18n::{campaigns, common, locale, t};
use crate::router::{Link, Route};
use crate::session::use_session;

/// The page at `/connected`.
#[component]
pub(crate) fn Connected() -> View {
    let portal = use_session().portal;
    let title = Signal::derive(move || campaigns::connected_title(locale(), &portal.name));
    let steps = [
        (campaigns::step_card, campaigns::step_card_text),
        (campaigns::step_workflow, campaigns::step_workflow_text),
        (campaigns::step_phone, campaigns::step_phone_text),
    ];
    view! {
        <header class="page-header">
            <div>
                <h1 data-testid="connected">{title}</h1>
                <p class="page-intro">{t(campaigns::connected_text)}</p>
            </div>
        </header>
        <section class="card panel">
            <ol class="steps">
                <li>
                    <strong>{t(campaigns::step_provider)}</strong>
                    <p>{t(campaigns::step_provider_text)}</p>
                    <Link to=Route::Settings class=Look::Secondary.class()>
                        {t(campaigns::settings)}
                    </Link>
                </li>
                {steps.map(|(step, text)| view! {
                    <li>
                        <strong>{t(step)}</strong>
                        <p>{t(text)}</p>
                    </li>
                })}
                <li>
                    <strong>{t(campaigns::step_first)}</strong>
                    <p>{t(campaigns::step_first_text)}</p>
                    <Link to=Route::Composer { draft: None } class=Look::Primary.class()>
                        {t(common::new_sms)}
                    </Link>
                </li>
            </ol>
        </section>
    }
}
