//! Before the page knows who is signed in, and when it cannot find out.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::components::{ErrorNotice, Spinner};
use crate::dom::{View, view};
use crate::i18n::{common, t};
use crate::session::Opening;
use crate::shell::Brand;

/// For the moment until the server answers.
#[component]
pub(crate) fn OpeningPage() -> View {
    view! {
        <main class="opening" aria-busy="true">
            <div class="brand">
                <Brand />
            </div>
            <p role="status">
                <Spinner />
                {t(common::loading)}
            </p>
        </main>
    }
}

/// The server does not answer, or not as it should.
#[component]
pub(crate) fn StartFailed(error: ApiError) -> View {
    let opening = expect_context::<Opening>();
    view! {
        <main class="opening">
            <div class="brand">
                <Brand />
            </div>
            <h1>{t(common::start_failed)}</h1>
            <ErrorNotice error on_retry=move || opening.ask() />
        </main>
    }
}
