//! A list without entries: what would be here, and how to get it.

use leptos::prelude::*;

use crate::dom::{Children, View, view};
use crate::i18n::{Text, t};

/// A heading, a sentence, and the way on as children.
#[component]
pub(crate) fn EmptyState(title: Text, text: Text, children: Children) -> View {
    view! {
        <div class="empty">
            <h2>{t(title)}</h2>
            <p>{t(text)}</p>
            {children()}
        </div>
    }
}
