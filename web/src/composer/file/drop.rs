//! Where a file is dropped or chosen: the browser's own input under a larger target.

use leptos::ev::DragEvent;
use leptos::prelude::*;
use web_sys::FileList;

use super::upload::Stage;
use crate::components::{Icon, Shape};
use crate::composer::state::State;
use crate::dom::{View, field, view};
use crate::format::size;
use crate::i18n::{composer, locale, t};
use crate::signals::RwSignal;

const INPUT: &str = "file-input";

/// Large while there is no file, a line where there is one.
#[component]
pub(super) fn Drop(state: State) -> View {
    let over = RwSignal::new(false);
    let take = move |list: Option<FileList>| {
        if let Some(file) = list.and_then(|list| list.get(0)) {
            state.send_file(file);
        }
    };
    let drag = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let leave = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
    };
    let dropped = move |event: DragEvent| {
        leave(event.clone());
        take(event.data_transfer().and_then(|data| data.files()));
    };
    let choose = move |event| {
        let input = field(&event);
        take(input.files());
        // The same file can be chosen again, once it has been mended.
        input.set_value("");
    };
    let small = move || {
        state.files.import.with(Option::is_some)
            || state
                .files
                .stage
                .with(|stage| !matches!(stage, Stage::Idle))
    };
    let call = move || {
        let text = if small() {
            composer::file_another
        } else {
            composer::file_choose
        };
        text.of(locale())
    };
    let most = state
        .session
        .with_value(|session| session.defaults.max_import);
    let hint = move || composer::file_hint(locale(), &size(locale(), most));
    view! {
        <div
            class="drop"
            class:drop-small=small
            class:drop-over=over
            on:dragenter=drag
            on:dragover=drag
            on:dragleave=leave
            on:drop=dropped
        >
            <input
                type="file"
                id=INPUT
                class="visually-hidden"
                data-testid=INPUT
                accept=".csv,.txt,text/csv,text/plain"
                aria-describedby="file-hint"
                on:change=choose
            />
            <label class="drop-target" for=INPUT>
                <Icon shape=Shape::File />
                <span class="drop-call">{call}</span>
                <span class="drop-or">{t(composer::file_drop)}</span>
            </label>
            <p id="file-hint" class="field-hint">{hint}</p>
        </div>
    }
}
