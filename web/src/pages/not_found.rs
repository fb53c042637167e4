//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::{EmptyState, Look};
use crate::i18n::{common, locale, t};

/// Says so, and leads to the composer.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <EmptyState
            title=Signal::derive(|| common::not_found_title(locale()).to_owned())
            text=Signal::derive(|| common::not_found_text(locale()).to_owned())
        >
            <A href="/" attr:class=Look::Primary.class()>{t(common::to_composer)}</A>
        </EmptyState>
    }
}
