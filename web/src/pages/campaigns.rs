//! Placeholder.

use leptos::prelude::*;

use crate::i18n::{common, t};

/// Placeholder.
#[component]
pub(crate) fn Campaigns() -> impl IntoView {
    view! { <h1>{t(common::campaigns)}</h1> }
}
