//! Placeholder.

use leptos::prelude::*;

use crate::i18n::{common, t};

/// Placeholder.
#[component]
pub(crate) fn CampaignPage(id: String) -> impl IntoView {
    view! { <h1>{t(common::campaigns)} {id}</h1> }
}
