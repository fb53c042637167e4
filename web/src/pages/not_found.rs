//! An address that leads nowhere.

use leptos::prelude::*;

use crate::components::{EmptyState, Look};
use crate::dom::{View, view};
use crate::i18n::{common, t};
use crate::router::{Link, Route};

/// Says so, and leads to the composer.
#[component]
pub(crate) fn NotFound() -> View {
    view! {
        <EmptyState title=common::not_found_title text=common::not_found_text>
            <Link to=Route::Composer { draft: None } class=Look::Primary.class()>
                {t(common::to_composer)}
            </Link>
        </EmptyState>
    }
}
