//! The page that a visitor wanted before they had to sign in.
//!
//! Signing in leaves the page for HubSpot and comes back to `/`; the wanted
//! address waits in this tab's storage meanwhile.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

const KEY: &str = "septet.wanted";

/// Remembers the present address, unless it is the sign-in page's own.
pub(crate) fn remember() {
    let location = window().location();
    let (Ok(path), Ok(query)) = (location.pathname(), location.search()) else {
        return;
    };
    if path == "/sign-in" {
        return;
    }
    if let Ok(Some(storage)) = window().session_storage() {
        // Without storage the person lands on the composer, which is no harm.
        let _ = storage.set_item(KEY, &format!("{path}{query}"));
    }
}

/// After signing in: goes where the visitor wanted to go, once.
pub(crate) fn go_there() {
    let Ok(Some(storage)) = window().session_storage() else {
        return;
    };
    let Ok(Some(path)) = storage.get_item(KEY) else {
        return;
    };
    let _ = storage.remove_item(KEY);
    let here = use_location().pathname.get_untracked();
    if path != here && (here == "/" || here == "/sign-in") {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        use_navigate()(&path, options);
    }
}
