//! Septet's page. The composer is a module of its own and loads first; the campaigns are
//! another, loaded when somebody looks at them (see `docs/adr/0009-two-modules.md`).
//!
//! It shows and asks; every rule about texts, numbers and states is
//! `septet_core`'s, and every secret is the server's.

#![expect(
    unreachable_pub,
    reason = "`#[component]` makes the builders of a crate-private component's properties `pub`"
)]

mod api;
mod app;
mod components;
mod composer;
mod dom;
mod embed;
mod format;
mod i18n;
mod live;
mod pages;
mod remote;
mod router;
mod session;
mod shell;
mod signals;
mod storage;
mod theme;
mod words;

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Starts the composer.
pub fn compose() {
    start(app::COMPOSER);
}

/// Starts the pages that look at campaigns.
pub fn campaigns() {
    start(app::CAMPAIGNS);
}

fn start(site: app::Site) {
    console_error_panic_hook::set_once();
    dom::mount(move || app::app(site));
}
