//! Addresses and pages: a [`Route`] is an address of the page that is known to lead somewhere.
//!
//! There are five, in two modules; a general router would weigh more than the pages (see
//! `docs/adr/0006-light-page.md`).

use std::sync::{LazyLock, OnceLock};

use leptos::ev::{self, MouseEvent};
use leptos::prelude::*;

use crate::dom::{Children, View, view};
use crate::embed;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// A place in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/`, or `/?draft=…` to go on with a draft.
    Composer {
        /// Key of the draft.
        draft: Option<String>,
    },
    /// `/campaigns`
    Campaigns,
    /// `/campaigns/{id}`, or `/campaigns/{id}?sent` for whoever has just sent it.
    Campaign {
        /// The campaign's id.
        id: String,
        /// Whether it has just been sent.
        sent: bool,
    },
    /// `/opt-outs`
    OptOuts,
    /// `/settings`
    Settings,
    /// `/connected`, where the server sends people who have connected their account.
    Connected,
    /// `/sign-in`, where the server sends people whose sign-in failed.
    SignIn {
        /// Why it failed.
        error: Option<String>,
    },
    /// Anything else.
    Unknown,
}

impl Route {
    /// Reads an address: a path and, where there is one, a query with its `?`.
    pub(crate) fn parse(path: &str, query: &str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        match (segments.next(), segments.next(), segments.next()) {
            (Some("opt-outs"), None, _) => Self::OptOuts,
            (Some("settings"), None, _) => Self::Settings,
            (Some("connected"), None, _) => Self::Connected,
            (None, ..) | (Some("embed"), None, _) => Self::Composer {
                draft: parameter(query, "draft"),
            },
            (Some("campaigns"), None, _) => Self::Campaigns,
            (Some("campaigns"), Some(id), None) => Self::Campaign {
                id: decode(id),
                sent: query == "?sent",
            },
            (Some("sign-in"), None, _) => Self::SignIn {
                error: parameter(query, "error"),
            },
            _ => Self::Unknown,
        }
    }

    /// The address, such as `/campaigns/17`.
    pub(crate) fn address(&self) -> String {
        match self {
            Self::Composer { draft: Some(key) } => format!("/?draft={}", encode(key)),
            Self::Composer { draft: None } | Self::Unknown => "/".into(),
            Self::Campaigns => "/campaigns".into(),
            Self::OptOuts => "/opt-outs".into(),
            Self::Settings => "/settings".into(),
            Self::Connected => "/connected".into(),
            Self::Campaign { id, sent } => {
                let sent = if *sent { "?sent" } else { "" };
                ["/campaigns/", &encode(id), sent].concat()
            }
            Self::SignIn { .. } => "/sign-in".into(),
        }
    }
}

impl Route {
    /// Whether both lead to one page; a draft is the composer's page as well.
    fn is_page_of(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Composer { .. }, Self::Composer { .. })
        ) || self == other
    }
}

static CURRENT: LazyLock<ArcRwSignal<Route>> = LazyLock::new(|| ArcRwSignal::new(shown()));

/// Where the page is; whoever asks inside a view asks again when it changes.
pub(crate) fn current() -> Route {
    CURRENT.get()
}

/// Whether a route leads to a page of this module; another's is another document.
static HERE: OnceLock<fn(&Route) -> bool> = OnceLock::new();

fn is_here(route: &Route) -> bool {
    HERE.get().is_none_or(|here| here(route))
}

/// Follows the browser's back and forward buttons; called once, with the routes that
/// this module has pages for.
pub(crate) fn start(here: fn(&Route) -> bool) {
    // Set once, as it is called.
    let _ = HERE.set(here);
    // Lives as long as the page.
    let _ = window_event_listener(ev::popstate, |_| {
        // A jump to a place within the page comes here as well.
        if CURRENT.get_untracked() != shown() {
            CURRENT.set(shown());
        }
    });
}

/// Goes to a page; "back" leads here again.
pub(crate) fn go(route: &Route) {
    if !is_here(route) {
        // Refused only to addresses that are none.
        let _ = window().location().assign(&route.address());
        return;
    }
    let history = window().history();
    // Refused only to a page that floods the history; the address then stays, the page goes.
    let _ = history
        .map(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&route.address())));
    window().scroll_to_with_x_and_y(0.0, 0.0);
    CURRENT.set(route.clone());
    // Whoever cannot see the page change goes on at its beginning, not at the link that was pressed.
    let content = document().get_element_by_id("content");
    if let Some(content) = content.and_then(|content| content.dyn_into::<HtmlElement>().ok()) {
        let _ = content.focus();
    }
}

/// Puts another page in the place of this one; "back" skips it.
pub(crate) fn replace(route: &Route) {
    if !is_here(route) {
        // As above.
        let _ = window().location().replace(&route.address());
        return;
    }
    let history = window().history();
    let _ = history
        .map(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&route.address())));
    CURRENT.set(route.clone());
}

/// Writes another address for what is shown already, without showing anything anew.
pub(crate) fn note(route: &Route) {
    // A page in a frame has the address that it was opened with.
    if embed::is_here() {
        return;
    }
    if CURRENT.with_untracked(|shown| shown == route) {
        return;
    }
    let history = window().history();
    let _ = history
        .map(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&route.address())));
    CURRENT.update_untracked(|shown| *shown = route.clone());
}

/// A link inside the page; it is marked as the current page where it leads to itself.
#[component]
pub(crate) fn Link(
    to: Route,
    #[prop(optional, into)] class: &'static str,
    /// `data-testid`
    #[prop(optional)]
    test: Option<&'static str>,
    children: Children,
) -> View {
    let address = to.address();
    let here = to.clone();
    view! {
        <a
            href=address
            class=class
            data-testid=test
            aria-current=move || current().is_page_of(&here).then_some("page")
            on:click=move |event: MouseEvent| {
                if plain(&event) && is_here(&to) {
                    event.prevent_default();
                    go(&to);
                }
            }
        >
            {children()}
        </a>
    }
}

/// Not a click that asks for a new tab or window.
fn plain(event: &MouseEvent) -> bool {
    event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
}

fn shown() -> Route {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    Route::parse(&path, &location.search().unwrap_or_default())
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.trim_start_matches('?').split('&');
    let mut pairs = pairs.filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(key, _)| *key == name)
        .map(|(_, value)| decode(value))
}

fn encode(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}

/// A malformed escape is taken as it stands; what it names will not be found.
fn decode(value: &str) -> String {
    js_sys::decode_uri_component(value).map_or_else(|_| value.to_owned(), Into::into)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::Route;

    #[wasm_bindgen_test]
    fn every_route_is_found_at_its_own_address() {
        for route in [
            Route::Composer { draft: None },
            Route::Composer {
                draft: Some("a key/with & odd=signs".into()),
            },
            Route::Campaigns,
            Route::OptOuts,
            Route::Campaign {
                id: "17 ç".into(),
                sent: false,
            },
            Route::Campaign {
                id: "17".into(),
                sent: true,
            },
            Route::SignIn { error: None },
        ] {
            let address = route.address();
            let query = address.find('?').unwrap_or(address.len());
            let (path, query) = address.split_at(query);
            assert_eq!(Route::parse(path, query), route);
        }
    }

    #[wasm_bindgen_test]
    fn an_address_that_leads_nowhere_is_unknown() {
        assert_eq!(Route::parse("/campaigns/1/more", ""), Route::Unknown);
        assert_eq!(Route::parse("/elsewhere", "?draft=1"), Route::Unknown);
    }

    #[wasm_bindgen_test]
    fn the_reason_of_a_failed_sign_in_is_read() {
        let route = Route::parse("/sign-in", "?error=denied");
        assert_eq!(
            route,
            Route::SignIn {
                error: Some("denied".into())
            }
        );
    }
}
