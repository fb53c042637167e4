//! A labelled control with its hint and its errors, wired for screen readers.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;
use septet_core::campaign;

use crate::words::wire_name;

/// The ids that the control inside a [`Field`] must carry.
#[derive(Debug, Clone)]
pub(crate) struct ControlIds {
    /// For `id`, so that the label is the control's.
    pub(crate) control: String,
    /// For `aria-describedby`.
    pub(crate) description: String,
}

/// Label above, hint and error below; the control is drawn by `control`.
#[component]
pub(crate) fn Field<C, V>(
    /// What the problem list calls this field.
    field: campaign::Field,
    #[prop(into)] label: Signal<String>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    /// The sentence under the control while something is wrong with it.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    control: C,
) -> impl IntoView
where
    C: FnOnce(ControlIds) -> V + 'static,
    V: IntoView + 'static,
{
    let id = unique_id("field");
    let description = format!("{id}-description");
    let ids = ControlIds {
        control: id.clone(),
        description: description.clone(),
    };
    let name = wire_name(&field);
    view! {
        <div class="field" class:field-invalid=move || error.get().is_some()>
            <label class="field-label" for=id>
                {move || label.get()}
            </label>
            {control(ids)}
            <div id=description class="field-notes">
                {move || error.get().map(|error| view! {
                    <p class="field-error" data-testid="field-error" data-field=name.clone()>
                        {error}
                    </p>
                })}
                {move || hint.get().map(|hint| view! { <p class="field-hint">{hint}</p> })}
            </div>
        </div>
    }
}

/// An id that no other element has.
pub(super) fn unique_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
