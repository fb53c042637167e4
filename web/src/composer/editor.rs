//! The message: a native textarea over a layer that marks tokens and costly characters.
//!
//! The layer repeats the text in the same font, transparent but for its marks, so
//! that typing, selecting, undo and dictation stay the browser's own. It also gives
//! both their height, so that neither ever scrolls by itself.

use leptos::html;
use leptos::prelude::*;
use septet_core::campaign::Field as Name;

use super::costs::Costs;
use super::counter::Counter;
use super::marks::{self, Carried, Mark};
use super::state::State;
use super::tokens::TokenMenu;
use super::typing::Typist;
use super::words;
use crate::components::{Button, Field, Look};
use crate::dom::{View, dynamic, value, view};
use crate::i18n::{composer, phrase, t};
use crate::signals::Memo;

/// What stands for the unsubscribe link.
pub(super) const UNSUBSCRIBE: &str = "{UNSUB_URL}";

/// Message, its tools, its counter, and the characters that cost.
#[component]
pub(super) fn Editor(state: State) -> View {
    let area = NodeRef::<html::Textarea>::new();
    let typist = Typist(area);
    let text = Memo::new(move |_| state.draft.with(|draft| draft.text.clone()));
    let carried = Memo::new(move |_| {
        let choice = state.draft.with(|draft| draft.encoding);
        let found = state
            .shown
            .with(|shown| Some(shown.counted.as_ref().ok()?.encoding));
        Carried::new(choice, found)
    });
    let trouble = Signal::derive(move || words::trouble(state, Name::Text));
    let has_unsubscribe = Signal::derive(move || text.with(|text| text.contains(UNSUBSCRIBE)));
    let layer = move || {
        let stretches = text.with(|text| marks::stretches(text, carried.get()));
        let draw = |stretch: marks::Stretch| {
            view! { <span class=class(stretch.mark)>{stretch.text}</span> }
        };
        stretches.into_iter().map(draw).collect::<Vec<_>>()
    };
    view! {
        <div class="message">
            <Field
                field=Name::Text
                label=phrase(composer::message)
                error=trouble
                control=Box::new(move |ids| view! {
                    <div class="editor">
                        <div class="editor-layer" aria-hidden="true">
                            {dynamic(layer)}
                            // A last line break would otherwise have no height.
                            <span>"\u{200b}"</span>
                        </div>
                        <textarea
                            node_ref=area
                            id=ids.control
                            class="editor-text"
                            data-testid="message"
                            rows="5"
                            spellcheck="true"
                            aria-describedby=ids.description
                            aria-invalid=move || trouble.get().map(|_| "true")
                            placeholder=t(composer::message_placeholder)
                            prop:value=text.get_untracked()
                            on:input=move |event| {
                                let typed = value(&event);
                                state.edit(|draft| draft.text = typed);
                            }
                            on:blur=move |_| {
                                // Walking past an empty field is no mistake yet.
                                if text.with_untracked(|text| !text.trim().is_empty()) {
                                    state.touch(Name::Text);
                                }
                            }
                        ></textarea>
                    </div>
                })
            />
            <div class="editor-tools">
                <TokenMenu state typist />
                <Button
                    look=Look::Quiet
                    test="add-unsubscribe"
                    disabled=has_unsubscribe
                    on_press=move || typist.insert_word(UNSUBSCRIBE)
                >
                    {t(composer::add_unsubscribe)}
                </Button>
            </div>
            <Counter state />
            <Costs text carried typist state />
        </div>
    }
}

/// The classes of a stretch, also used by the list of costs.
pub(super) fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Plain => "",
        Mark::Token => "hl hl-token",
        Mark::National | Mark::Double | Mark::Replaced => "hl hl-costly",
        Mark::Forcing | Mark::Absent => "hl hl-forcing",
    }
}
