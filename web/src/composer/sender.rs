//! What phones show as the origin, with its rule as it is typed.

use leptos::prelude::*;
use septet_core::campaign::Field as Name;
use septet_core::sender::{Sender, SenderKind};

use super::state::State;
use super::words;
use crate::components::Field;
use crate::dom::{View, value, view};
use crate::i18n::{composer, locale, phrase};
use crate::signals::Memo;

#[component]
pub(super) fn SenderField(state: State) -> View {
    let sender = Memo::new(move |_| state.draft.with(|draft| draft.sender.clone()));
    let hint = move || {
        let (kind, length, valid) = sender.with(|sender| {
            let typed = sender.trim();
            let counted = match SenderKind::of(sender) {
                SenderKind::Numeric => typed.trim_start_matches('+'),
                SenderKind::Alphanumeric => typed,
            };
            let valid = Sender::parse(sender).is_ok();
            (SenderKind::of(sender), counted.chars().count(), valid)
        });
        let locale = locale();
        let (length, max) = (length.to_string(), kind.max().to_string());
        let hint = match kind {
            _ if length == "0" => composer::sender_hint.of(locale).to_owned(),
            SenderKind::Numeric => composer::sender_numeric(locale, &length, &max),
            SenderKind::Alphanumeric if valid => {
                composer::sender_alphanumeric_fine(locale, &length, &max)
            }
            SenderKind::Alphanumeric => composer::sender_alphanumeric(locale, &length, &max),
        };
        Some(hint)
    };
    let trouble = Signal::derive(move || words::trouble(state, Name::Sender));
    view! {
        <Field
            field=Name::Sender
            label=phrase(composer::sender)
            hint=Signal::derive(hint)
            error=trouble
            control=Box::new(move |ids| view! {
                <input
                    id=ids.control
                    class="input"
                    data-testid="sender"
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby=ids.description
                    aria-invalid=move || trouble.get().map(|_| "true")
                    prop:value=sender.get_untracked()
                    on:input=move |event| {
                        let typed = value(&event);
                        state.edit(|draft| draft.sender = typed);
                    }
                    on:blur=move |_| {
                        // Walking past an empty field is no mistake yet.
                        if sender.with_untracked(|sender| !sender.trim().is_empty()) {
                            state.touch(Name::Sender);
                        }
                    }
                />
            })
        />
    }
}
