//! Septet's page: the composer and the campaigns, as one WASM module.
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
mod format;
mod i18n;
mod live;
mod pages;
mod remote;
mod router;
mod session;
mod shell;
mod storage;
mod theme;
mod words;

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

fn main() {
    console_error_panic_hook::set_once();
    dom::mount(app::App);
}
