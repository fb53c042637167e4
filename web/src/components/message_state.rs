//! Where one message stands, as an icon and words; never by colour alone.

use leptos::prelude::*;
use septet_core::delivery::MessageState;

use super::{Icon, Shape};
use crate::dom::{View, view};
use crate::i18n::t;
use crate::words;

/// A chip such as "✓ Delivered".
#[component]
pub(crate) fn MessageStateLabel(state: MessageState) -> View {
    let (shape, class) = match state {
        MessageState::Pending | MessageState::Claimed => (Shape::Clock, "state"),
        MessageState::Attempting | MessageState::Accepted => (Shape::Plane, "state state-moving"),
        MessageState::Delivered => (Shape::Check, "state state-good"),
        MessageState::Undelivered => (Shape::Cross, "state state-bad"),
        MessageState::NotSent => (Shape::Stop, "state"),
        MessageState::InDoubt => (Shape::Question, "state state-doubt"),
    };
    view! {
        <span class=class>
            <Icon shape />
            {t(words::message_state(state))}
        </span>
    }
}
