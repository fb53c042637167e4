//! A labelled control with its hint and its errors, wired for screen readers.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;
use septet_core::campaign;

use crate::dom::{View, dynamic, view};

/// The ids that the control inside a [`Field`] must carry.
#[derive(Debug, Clone)]
pub(crate) struct ControlIds {
    /// For `id`, so that the label is the control's.
    pub(crate) control: String,
    /// For `aria-describedby`.
    pub(crate) description: String,
}

/// Draws a control under these ids.
pub(crate) type Control = Box<dyn FnOnce(ControlIds) -> View>;

/// Label above, hint and error below.
#[component]
pub(crate) fn Field(
    /// What the problem list calls this field.
    field: campaign::Field,
    label: Signal<String>,
    #[prop(optional, into)] hint: Signal<Option<String>>,
    /// The sentence under the control while something is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    control: Control,
) -> View {
    let id = unique_id("field");
    let description = [&id, "-description"].concat();
    let ids = ControlIds {
        control: id.clone(),
        description: description.clone(),
    };
    let name = field.name();
    let wrong = move || error.get().is_some();
    let explanation = move || {
        let error = error.get().map(|error| {
            view! {
                <p class="field-error" data-testid="field-error" data-field=name>{error}</p>
            }
        });
        let hint = hint
            .get()
            .map(|hint| view! { <p class="field-hint">{hint}</p> });
        view! { {error} {hint} }
    };
    view! {
        <div class="field" class:field-invalid=wrong>
            <label class="field-label" for=id>{label}</label>
            {control(ids)}
            <div id=description class="field-notes">{dynamic(explanation)}</div>
        </div>
    }
}

/// An id that no other element has.
pub(super) fn unique_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    [
        prefix,
        "-",
        &NEXT.fetch_add(1, Ordering::Relaxed).to_string(),
    ]
    .concat()
}
