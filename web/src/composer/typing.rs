//! Typing into the message on the person's behalf, so that undo takes it back.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDocument, HtmlTextAreaElement};

/// Types into the message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typist(pub(super) NodeRef<html::Textarea>);

impl Typist {
    /// Types at the caret.
    pub(super) fn insert(self, piece: &str) {
        if let Some(area) = self.0.get_untracked() {
            enter(&area, piece);
        }
    }

    /// Types at the caret, with a space before it where it would touch a word.
    pub(super) fn insert_word(self, word: &str) {
        let Some(area) = self.0.get_untracked() else {
            return;
        };
        let text: Vec<u16> = area.value().encode_utf16().collect();
        let caret = area.selection_start().ok().flatten().unwrap_or_default() as usize;
        let touches = caret
            .checked_sub(1)
            .and_then(|before| text.get(before))
            .is_some_and(|before| !matches!(before, 0x20 | 0x0a));
        let space = if touches { " " } else { "" };
        enter(&area, &[space, word].concat());
    }

    /// Puts another text in the place of the whole; the caret stays near where it was.
    pub(super) fn rewrite(self, text: &str) {
        let Some(area) = self.0.get_untracked() else {
            return;
        };
        let caret = area.selection_start().ok().flatten().unwrap_or_default();
        area.select();
        enter(&area, text);
        // Past the end it goes to the end.
        let _ = area.set_selection_range(caret, caret);
    }
}

/// The old editing command is the only one that the browser's undo knows of.
fn enter(area: &HtmlTextAreaElement, text: &str) {
    // It is in the document, so it can be focused.
    let _ = area.focus();
    let document: HtmlDocument = document().unchecked_into();
    let command = if text.is_empty() {
        "delete"
    } else {
        "insertText"
    };
    if document.exec_command_with_show_ui_and_value(command, false, text) == Ok(true) {
        return;
    }
    // A browser without the command: the text goes in, undo does not know of it.
    let start = area.selection_start().ok().flatten().unwrap_or_default();
    let end = area.selection_end().ok().flatten().unwrap_or_default();
    let entered = area.set_range_text_with_start_and_end(text, start, end);
    if let (Ok(()), Ok(event)) = (entered, Event::new("input")) {
        let _ = area.set_selection_range(start, start);
        let _ = area.dispatch_event(&event);
    }
}
