//! An address that leads nowhere.

use leptos::prelude::*;

use crate::components::{EmptyState, Look};
use crate::i18n::{common, locale, t};
use crate::router::{Link, Route};

/// Says so, and leads to the composer.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <EmptyState
            title=Signal::derive(|| common::not_found_title(locale()).to_owned())
            text=Signal::derive(|| common::not_found_text(locale()).to_owned())
        >
            <Link to=Route::Composer { draft: None } class=Look::Primary.class()>
                {t(common::to_composer)}
            </Link>
        </EmptyState>
    }
}
