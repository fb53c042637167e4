//! The three ways in which a view follows signals, each compiled once.
//!
//! Leptos compiles its own `<Show>`, `<For>` and `move || view!{…}` anew for
//! every place that uses them, which costs more than what the place shows. Here
//! the place is behind a pointer. For words use `Signal::derive`, for the same
//! reason. See `docs/adr/0006-light-page.md`.

use leptos::prelude::*;

/// Draws anew whenever a signal that `draw` reads has changed.
pub(crate) fn dynamic(draw: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    redrawn(Box::new(draw))
}

fn redrawn(draw: Box<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    (move || draw()).into_any()
}

/// Draws while a condition holds, anew only when it has come to hold again.
pub(crate) fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    draw: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    shown(Signal::derive(condition), Box::new(draw))
}

fn shown(condition: Signal<bool>, draw: Box<dyn Fn() -> AnyView + Send + Sync>) -> AnyView {
    let condition = Memo::new(move |_| condition.get());
    redrawn(Box::new(move || {
        if condition.get() {
            draw()
        } else {
            ().into_any()
        }
    }))
}

/// One entry of a list: it is drawn once, and again when its key has changed.
pub(crate) struct Entry {
    key: String,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Entry {
    pub(crate) fn new(key: String, draw: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self {
            key,
            draw: Box::new(draw),
        }
    }
}

/// Draws a list; entries that stay keep their elements.
pub(crate) fn each(entries: impl Fn() -> Vec<Entry> + Send + Sync + 'static) -> AnyView {
    listed(Box::new(entries))
}

fn listed(entries: Box<dyn Fn() -> Vec<Entry> + Send + Sync>) -> AnyView {
    view! { <For each=entries key=|entry| entry.key.clone() children=|entry| (entry.draw)() /> }
        .into_any()
}
