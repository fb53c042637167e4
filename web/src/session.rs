//! Who is signed in, known to every view.
//!
//! A 401 in the middle of work does not throw the person out: what they typed
//! stays on the page while they sign in again in another tab.

use std::sync::LazyLock;

use leptos::prelude::*;
use septet_core::wire;

use crate::api::{self, ApiError};
use crate::embed;
use crate::remote::{self, Remote};
use crate::signals::RwSignal;

/// One for the whole page: the API client sets it, wherever it was called from.
static EXPIRED: LazyLock<ArcRwSignal<bool>> = LazyLock::new(|| ArcRwSignal::new(false));

/// Whether an answer said that nobody is signed in any more.
pub(crate) fn expired() -> ArcRwSignal<bool> {
    EXPIRED.clone()
}

/// What the server said at the start; provided by the app.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening(RwSignal<Remote<wire::Session>>);

impl Opening {
    pub(crate) fn provide() -> Self {
        let opening = Self(RwSignal::new(Remote::Loading));
        provide_context(opening);
        opening.ask();
        opening
    }

    /// Asks the server who is signed in.
    pub(crate) fn ask(self) {
        remote::load(self.0, async {
            embed::enter().await?;
            api::session().await
        });
    }

    pub(crate) fn get(self) -> Remote<wire::Session> {
        self.0.get()
    }

    pub(crate) fn sign_out(self) {
        self.0.set(Remote::Failed(ApiError::signed_out()));
    }
}

/// The session of a signed-in page; provided by the shell around it.
pub(crate) fn use_session() -> wire::Session {
    expect_context::<StoredValue<wire::Session>>().get_value()
}

/// Called by the API client when an answer is 401.
pub(crate) fn note_expiry() {
    EXPIRED.set(true);
}
