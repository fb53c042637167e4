//! The page inside one of HubSpot's: it comes with a ticket in its address, which is worth
//! one session, and has no cookie.

use std::sync::{LazyLock, OnceLock};

use leptos::prelude::window;
use septet_core::wire::{EmbedSession, Opening, Ticket};
use wasm_bindgen::JsValue;

use crate::api::{self, ApiError};
use crate::i18n;

/// Whether this document was made to stand in another.
static EMBEDDED: LazyLock<bool> = LazyLock::new(|| {
    window()
        .location()
        .pathname()
        .is_ok_and(|path| path == "/embed")
});

/// In memory only: what is stored would outlive the person's session at HubSpot.
static SESSION: OnceLock<EmbedSession> = OnceLock::new();

pub(crate) fn is_here() -> bool {
    *EMBEDDED
}

/// For `Authorization: Bearer`.
pub(crate) fn token() -> Option<&'static str> {
    SESSION.get().map(|session| session.token.as_str())
}

/// What the page is for; none where it stands by itself.
pub(crate) fn opening() -> Option<&'static Opening> {
    SESSION.get().map(|session| &session.opening)
}

/// Swaps the ticket, once; nothing to do for a page that stands by itself.
pub(crate) async fn enter() -> Result<(), ApiError> {
    if !is_here() || SESSION.get().is_some() {
        return Ok(());
    }
    let location = window().location();
    let ticket = ticket(&location.hash().unwrap_or_default());
    // It must not stand in the address any longer, where people copy it.
    if let (Ok(history), Ok(path)) = (window().history(), location.pathname()) {
        // Refused only to a page that floods the history.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&path));
    }
    let session = api::embed(&Ticket { ticket }).await?;
    i18n::prefer(&session.opening.locale).await;
    // Nobody else sets it.
    let _ = SESSION.set(session);
    Ok(())
}

/// What stands behind `#ticket=`.
fn ticket(hash: &str) -> String {
    hash.strip_prefix("#ticket=").unwrap_or_default().to_owned()
}

/// Tells HubSpot's page that something is done, and that this one may be closed. HubSpot
/// promises nowhere to listen; people can close it themselves.
pub(crate) fn tell(action: &str) {
    let Some(opening) = opening() else { return };
    if let Ok(Some(parent)) = window().parent() {
        let message = ["{\"action\":\"", action, "\"}"].concat();
        // Refused only for an origin that is none.
        let _ = parent.post_message(&JsValue::from_str(&message), &opening.parent);
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn a_ticket_is_all_that_stands_in_the_fragment() {
        assert_eq!(ticket("#ticket=a-b_c"), "a-b_c");
        assert_eq!(ticket("#content"), "");
        assert_eq!(ticket(""), "");
    }

    #[wasm_bindgen_test]
    fn a_page_that_stands_by_itself_has_no_token() {
        assert!(!is_here());
        assert_eq!(token(), None);
        assert!(opening().is_none());
    }
}
