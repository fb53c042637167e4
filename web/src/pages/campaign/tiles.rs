//! The counts, each with what it means.

use leptos::prelude::*;
use septet_core::delivery::MessageState;
use septet_core::wire::Counts;

use crate::format;
use crate::i18n::{Locale, campaigns, locale, t};
use crate::words;

/// One tile per outcome; "outcome unknown" only where there is any.
#[component]
pub(super) fn Tiles(counts: Signal<Counts>) -> impl IntoView {
    let tile = move |state: MessageState,
                     meaning: fn(Locale) -> &'static str,
                     count: fn(&Counts) -> u64| {
        let label = Signal::derive(move || words::message_state(locale(), state));
        view! { <Tile label meaning count=Signal::derive(move || counts.with(count)) /> }
    };
    let response = move |label: fn(Locale) -> &'static str,
                         meaning: fn(Locale) -> &'static str,
                         count: fn(&Counts) -> u64| {
        let label = Signal::derive(t(label));
        view! { <Tile label meaning count=Signal::derive(move || counts.with(count)) /> }
    };
    view! {
        <ul class="tiles" aria-label=t(campaigns::tiles)>
            {tile(MessageState::Delivered, campaigns::tile_delivered, |counts| counts.delivered)}
            {tile(MessageState::Accepted, campaigns::tile_accepted, |counts| counts.accepted)}
            {tile(MessageState::Pending, campaigns::tile_pending, |counts| counts.pending)}
            {tile(MessageState::Undelivered, campaigns::tile_undelivered, |counts| counts.undelivered)}
            {tile(MessageState::NotSent, campaigns::tile_not_sent, |counts| counts.not_sent)}
            {move || counts.with(|counts| counts.in_doubt > 0).then(|| {
                tile(MessageState::InDoubt, campaigns::tile_in_doubt, |counts| counts.in_doubt)
            })}
            {response(campaigns::clicked, campaigns::tile_clicked, |counts| counts.clicked)}
            {response(campaigns::unsubscribed, campaigns::tile_unsubscribed, |counts| counts.unsubscribed)}
        </ul>
    }
}

#[component]
fn Tile(
    label: Signal<&'static str>,
    meaning: fn(Locale) -> &'static str,
    count: Signal<u64>,
) -> impl IntoView {
    view! {
        <li class="tile" class:tile-zero=move || count.get() == 0>
            <span class="tile-count">{move || format::number(locale(), count.get())}</span>
            <span class="tile-label">{label}</span>
            <span class="tile-meaning">{t(meaning)}</span>
        </li>
    }
}
