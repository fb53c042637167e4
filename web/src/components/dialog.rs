//! A native modal `<dialog>`: focus, Escape and the backdrop are the browser's.

use leptos::html;
use leptos::prelude::*;

use super::field::unique_id;
use super::{Icon, Shape};
use crate::i18n::{common, t};

/// Open while `open` is true; Escape and the cross make it false.
#[component]
pub(crate) fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// `data-testid`
    #[prop(optional)]
    test: Option<&'static str>,
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let heading = unique_id("dialog");
    let labelled_by = heading.clone();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match (open.get(), dialog.open()) {
            // Refused only when the element is not in the document; then there is nothing to show.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            data-testid=test
            aria-labelledby=labelled_by
            on:close=move |_| open.set(false)
        >
            <header class="dialog-header">
                <h2 id=heading>{move || title.get()}</h2>
                <button
                    type="button"
                    class="button button-quiet button-icon"
                    aria-label=t(common::close)
                    on:click=move |_| open.set(false)
                >
                    <Icon shape=Shape::Cross />
                </button>
            </header>
            <Show when=move || open.get()>{move || children.read_value()()}</Show>
        </dialog>
    }
}
