//! A page inside HubSpot's whose ticket is worth nothing any more.

use leptos::prelude::*;

use crate::dom::{View, view};
use crate::i18n::{common, t};
use crate::shell::Brand;

/// Signing in cannot help: HubSpot's own page has to open this one anew.
#[component]
pub(crate) fn Closed() -> View {
    view! {
        <main class="opening" data-testid="closed">
            <div class="brand">
                <Brand />
            </div>
            <h1>{t(common::embed_closed_title)}</h1>
            <p>{t(common::embed_closed_text)}</p>
        </main>
    }
}
