//! The message: a native textarea over a layer that marks tokens and costly characters.
//!
//! The layer repeats the text in the same font, transparent but for its marks, so
//! that typing, selecting, undo and dictation stay the browser's own.

use leptos::html;
use leptos::prelude::*;
use septet_core::campaign::Field as Name;
use septet_core::encoding::Encoding;
use wasm_bindgen::JsCast;

use super::counter::Counter;
use super::marks::{self, Mark};
use super::state::State;
use super::tokens::TokenMenu;
use super::words;
use crate::components::{Button, Field, Look};
use crate::i18n::{composer, locale, t};

/// What stands for the unsubscribe link.
const UNSUBSCRIBE: &str = "{UNSUB_URL}";

/// Message, its tools and its counter.
#[component]
pub(super) fn Editor(state: State) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let layer = NodeRef::<html::Div>::new();
    let text = Memo::new(move |_| state.draft.with(|draft| draft.text.clone()));
    let encoding = Memo::new(move |_| {
        let of = |shown: &super::state::Shown| {
            shown.counted.as_ref().map(|counted| counted.encoding).ok()
        };
        state.shown.with(of).unwrap_or(Encoding::Ucs2)
    });
    let problem = move || {
        let problem = state.problem(Name::Text)?;
        Some(words::problem(locale(), Name::Text, &problem))
    };
    let insert = move |piece: &str| {
        if let Some(area) = area.get_untracked() {
            type_into(&area, piece);
        }
    };
    let has_unsubscribe = move || text.with(|text| text.contains(UNSUBSCRIBE));
    view! {
        <div class="editor-tools">
            <TokenMenu state on_pick=insert />
            <Button
                look=Look::Quiet
                test="add-unsubscribe"
                disabled=Signal::derive(has_unsubscribe)
                on_press=move || insert(UNSUBSCRIBE)
            >
                {t(composer::add_unsubscribe)}
            </Button>
        </div>
        <Field
            field=Name::Text
            label=Signal::derive(move || composer::message(locale()).to_owned())
            error=Signal::derive(problem)
            control=Box::new(move |ids| view! {
                <div class="editor">
                    <div class="editor-layer" node_ref=layer aria-hidden="true">
                        {move || text.with(|text| {
                            marks::stretches(text, encoding.get())
                                .into_iter()
                                .map(|stretch| view! { <span class=class(stretch.mark)>{stretch.text}</span> })
                                .collect_view()
                        })}
                        // A last line break would otherwise have no height.
                        <span>"\u{200b}"</span>
                    </div>
                    <textarea
                        node_ref=area
                        id=ids.control
                        class="editor-text"
                        data-testid="message"
                        rows="6"
                        spellcheck="true"
                        aria-describedby=ids.description
                        aria-invalid=move || state.problem(Name::Text).is_some().then_some("true")
                        prop:value=move || text.get()
                        on:input=move |event| {
                            let value = event_target_value(&event);
                            state.draft.update(|draft| draft.text = value);
                            state.touch(Name::Text);
                        }
                        on:scroll=move |_| {
                            if let (Some(area), Some(layer)) = (area.get_untracked(), layer.get_untracked()) {
                                layer.set_scroll_top(area.scroll_top());
                            }
                        }
                    ></textarea>
                </div>
            }.into_any())
        />
        <Counter state />
        <Costs state text encoding />
    }
}

/// Each character that costs: what it costs, and a way out.
#[component]
fn Costs(state: State, text: Memo<String>, encoding: Memo<Encoding>) -> impl IntoView {
    let costs = Memo::new(move |_| text.with(|text| marks::costs(text, encoding.get())));
    let replace = move |character: char, replacement: &'static str| {
        state
            .draft
            .update(|draft| draft.text = draft.text.replace(character, replacement));
    };
    view! {
        <ul class="costs" data-testid="costs" aria-label=t(composer::costs)>
            <For each=move || costs.get() key=|cost| (cost.flagged, cost.times, cost.mark as u8) let:cost>
                <li class=class(cost.mark)>
                    <kbd>{cost.flagged.character.to_string()}</kbd>
                    <span>
                        {move || if cost.mark == Mark::Forcing {
                            composer::forces(locale()).to_owned()
                        } else if Encoding::GSM7.units_of(cost.flagged.character).is_some() {
                            composer::takes(locale(), &cost.flagged.units.to_string())
                        } else {
                            composer::needs_table(locale()).to_owned()
                        }}
                        {(cost.times > 1).then(|| format!(" ×{}", cost.times))}
                    </span>
                    {cost.flagged.replacement.map(|replacement| view! {
                        <button
                            type="button"
                            class="button button-quiet button-small"
                            data-testid="replace"
                            on:click=move |_| replace(cost.flagged.character, replacement)
                        >
                            {move || if replacement.is_empty() {
                                composer::leave_out(locale()).to_owned()
                            } else {
                                composer::replace_by(locale(), replacement)
                            }}
                        </button>
                    })}
                </li>
            </For>
        </ul>
    }
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Plain => "",
        Mark::Token => "mark mark-token",
        Mark::Costly => "mark mark-costly",
        Mark::Forcing => "mark mark-forcing",
    }
}

/// Types into a field as the person would, so that undo takes it back.
fn type_into(area: &web_sys::HtmlTextAreaElement, piece: &str) {
    // The text area is in the document, so it can be focused.
    let _ = area.focus();
    let document = document().unchecked_into::<web_sys::HtmlDocument>();
    let typed = document.exec_command_with_show_ui_and_value("insertText", false, piece);
    if typed != Ok(true) {
        // A browser without the command: the text goes in, undo does not know of it.
        let end = area.selection_end().ok().flatten().unwrap_or_default();
        let inserted = area.set_range_text_with_start_and_end(piece, end, end);
        if inserted.is_ok()
            && let Ok(event) = web_sys::Event::new("input")
        {
            let _ = area.dispatch_event(&event);
        }
    }
}
