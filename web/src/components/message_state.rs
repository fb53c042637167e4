//! Where one message stands, as an icon and words; never by colour alone.

use leptos::prelude::*;
use septet_core::delivery::MessageState;

use super::{Icon, Shape};
use crate::i18n::locale;
use crate::words;

/// A chip such as "✓ Delivered".
#[component]
pub(crate) fn MessageStateLabel(#[prop(into)] state: Signal<MessageState>) -> impl IntoView {
    view! {
        <span class=move || format!("state state-{}", tone(state.get()))>
            {move || view! { <Icon shape=shape(state.get()) /> }}
            <span>{move || words::message_state(locale(), state.get())}</span>
        </span>
    }
}

fn shape(state: MessageState) -> Shape {
    match state {
        MessageState::Pending | MessageState::Claimed => Shape::Clock,
        MessageState::Attempting | MessageState::Accepted => Shape::Plane,
        MessageState::Delivered => Shape::Check,
        MessageState::Undelivered => Shape::Cross,
        MessageState::NotSent => Shape::Stop,
        MessageState::InDoubt => Shape::Question,
    }
}

fn tone(state: MessageState) -> &'static str {
    match state {
        MessageState::Pending | MessageState::Claimed => "waiting",
        MessageState::Attempting | MessageState::Accepted => "moving",
        MessageState::Delivered => "good",
        MessageState::Undelivered => "bad",
        MessageState::NotSent => "none",
        MessageState::InDoubt => "doubt",
    }
}
