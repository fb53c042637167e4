//! The composer: writing an SMS, seeing it as phones will show it, sending it.

use leptos::prelude::*;

use crate::i18n::{composer, t};

/// The page at `/`.
#[component]
pub(crate) fn Composer(
    /// Key of the draft to go on with; none for a new one.
    draft: Option<String>,
) -> impl IntoView {
    view! {
        <h1>{t(composer::title)}</h1>
        <p>{draft}</p>
    }
}
