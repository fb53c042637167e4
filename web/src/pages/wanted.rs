//! The page that a visitor wanted before they had to sign in.
//!
//! Signing in leaves the page for HubSpot and comes back to `/`; the wanted
//! address waits in this tab's storage meanwhile.

use leptos::prelude::window;

use crate::router::{self, Route};

const KEY: &str = "septet.wanted";

/// Remembers where the page is, unless that is the sign-in page itself.
pub(crate) fn remember() {
    let route = router::current();
    if matches!(route, Route::SignIn { .. } | Route::Unknown) {
        return;
    }
    if let Ok(Some(storage)) = window().session_storage() {
        // Without storage the person lands on the composer, which is no harm.
        let _ = storage.set_item(KEY, &route.address());
    }
}

/// After signing in: goes where the visitor wanted to go, once.
pub(crate) fn go_there() {
    let wanted = take().map(|address| {
        let query = address.find('?').unwrap_or(address.len());
        let (path, query) = address.split_at(query);
        Route::parse(path, query)
    });
    match (router::current(), wanted) {
        (Route::Composer { draft: None } | Route::SignIn { .. }, Some(wanted)) => {
            router::replace(&wanted);
        }
        (Route::SignIn { .. }, None) => router::replace(&Route::Composer { draft: None }),
        _ => {}
    }
}

fn take() -> Option<String> {
    let storage = window().session_storage().ok()??;
    let address = storage.get_item(KEY).ok()??;
    // Nothing is lost if it stays: it is only used on the way from a sign-in.
    let _ = storage.remove_item(KEY);
    Some(address)
}
