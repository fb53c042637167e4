//! What stands in for something that is still being loaded.

use leptos::prelude::*;

use crate::dom::{View, view};
use crate::i18n::{common, t};

/// A small turning ring beside the words of whatever is busy.
#[component]
pub(crate) fn Spinner() -> View {
    view! { <span class="spinner" aria-hidden="true"></span> }
}

/// Grey lines in the shape of a list; screen readers hear "Loading…".
#[component]
pub(crate) fn Skeleton(lines: usize) -> View {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{t(common::loading)}</span>
            {(0..lines).map(|_| view! { <span class="skeleton-line"></span> }).collect::<Vec<_>>()}
        </div>
    }
}
