//! A native modal `<dialog>`: focus, Escape and the backdrop are the browser's.

use leptos::html;
use leptos::prelude::*;

use super::field::unique_id;
use super::{IconButton, Shape};
use crate::dom::{ChildrenFn, View, effect, view, when};
use crate::i18n::{common, phrase};
use crate::signals::RwSignal;

/// Open while `open` is true; Escape and the cross make it false.
#[component]
pub(crate) fn Dialog(
    open: RwSignal<bool>,
    title: Signal<String>,
    /// `data-testid`
    #[prop(optional)]
    test: Option<&'static str>,
    children: ChildrenFn,
) -> View {
    let dialog = NodeRef::<html::Dialog>::new();
    let heading = unique_id("dialog");
    let labelled_by = heading.clone();
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // Refused only when the element is not in the document; then there is nothing to show.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            data-testid=test
            aria-labelledby=labelled_by
            on:close=move |_| open.set(false)
        >
            <header class="dialog-header">
                <h2 id=heading>{title}</h2>
                <IconButton
                    shape=Shape::Cross
                    label=phrase(common::close)
                    on_press=move || open.set(false)
                />
            </header>
            {when(move || open.get(), children)}
        </dialog>
    }
}
