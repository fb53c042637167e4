//! Draws views: elements that are made at once, and places in them that follow signals.
//!
//! Signals, effects, contexts and components are Leptos's, and so is the syntax
//! of `view!`; only the renderer is the page's own. Leptos's compiles anew for
//! every shape of a view, this one compiles once, because whatever differs
//! between views is behind a pointer. See `docs/adr/0007-own-renderer.md`.
//!
//! Whatever follows a signal lives as long as the reactive owner under which it
//! was drawn: a component, a [`dynamic`] region, or one entry of a list.

mod bind;
mod element;
mod region;

use any_spawner::Executor;
pub(crate) use bind::{Child, ToChildren};
pub(crate) use element::{checked, element, field, fragment, value};
use leptos::prelude::{Effect, Owner, document};
pub(crate) use region::{Entry, dynamic, each, when};
pub(crate) use septet_view::view;
use wasm_bindgen::JsValue;

/// Nodes that have been made: an element, a text, or several in a fragment.
#[derive(Debug)]
pub(crate) struct View(web_sys::Node);

impl View {
    /// No nodes at all.
    pub(crate) fn nothing() -> Self {
        fragment().view()
    }
}

impl From<Option<View>> for View {
    fn from(view: Option<View>) -> Self {
        view.unwrap_or_else(Self::nothing)
    }
}

impl From<Vec<View>> for View {
    fn from(views: Vec<View>) -> Self {
        fragment().child(views).view()
    }
}

/// What the browser refuses only where a `view!` names something that no element or
/// attribute can be called, or where a region has been torn apart: mistakes of ours.
/// The browser's own exception says more of them than a panic would.
fn sure<T>(done: Result<T, JsValue>) -> T {
    done.unwrap_or_else(|error| wasm_bindgen::throw_val(error))
}

/// Draws the page into `<body>`, for as long as it is open.
pub(crate) fn mount(draw: impl FnOnce() -> View) {
    // Refused only when it has been done before.
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let body = document().body().expect("index.html has a body");
    owner.with(draw).append_to(&body);
    std::mem::forget(owner);
}

/// Runs once the view is drawn, and again after each change of a signal that it read.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    Effect::new(Box::new(run) as Box<dyn FnMut()>);
}

/// What is between a component's tags; drawn once.
pub(crate) type Children = Box<dyn FnOnce() -> View>;

/// The same for a component that may draw it again.
pub(crate) type ChildrenFn = Box<dyn Fn() -> View>;

#[cfg(test)]
mod tests;
