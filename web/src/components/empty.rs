//! A list without entries: what would be here, and how to get it.

use leptos::prelude::*;

/// A heading, a sentence, and the way on as children.
#[component]
pub(crate) fn EmptyState(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{move || title.get()}</h2>
            <p>{move || text.get()}</p>
            {children.map(|children| children())}
        </div>
    }
}
