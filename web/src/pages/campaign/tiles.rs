//! The counts, each with what it means.

use leptos::prelude::*;
use septet_core::wire::{Clicks, Counts};

use crate::dom::{View, view, when};
use crate::format;
use crate::i18n::{Text, campaigns, common, locale, t};

/// What a tile counts, what that means, and where the figure is.
type Tile = (Text, Text, fn(&Counts) -> u64);

const OUTCOMES: [Tile; 5] = [
    (
        common::state_delivered,
        campaigns::tile_delivered,
        |counts| counts.delivered,
    ),
    (common::state_accepted, campaigns::tile_accepted, |counts| {
        counts.accepted
    }),
    (common::state_pending, campaigns::tile_pending, |counts| {
        counts.pending
    }),
    (
        common::state_undelivered,
        campaigns::tile_undelivered,
        |counts| counts.undelivered,
    ),
    (common::state_not_sent, campaigns::tile_not_sent, |counts| {
        counts.not_sent
    }),
];

const IN_DOUBT: Tile = (common::state_in_doubt, campaigns::tile_in_doubt, |counts| {
    counts.in_doubt
});

const RESPONSES: [Tile; 3] = [
    (campaigns::clicked, campaigns::tile_clicked, |counts| {
        counts.clicked
    }),
    (
        campaigns::unsubscribed,
        campaigns::tile_unsubscribed,
        |counts| counts.unsubscribed,
    ),
    (campaigns::replied, campaigns::tile_replied, |counts| {
        counts.replied
    }),
];

/// One tile per outcome; "outcome unknown" only where there is any.
#[component]
pub(super) fn Tiles(counts: Signal<Counts>) -> View {
    let draw = move |tile| tile_view(tile, counts);
    let in_doubt = move || counts.with(|counts| counts.in_doubt > 0);
    let followed = move || counts.with(|counts| counts.clicks != Clicks::default());
    let clicks = Signal::derive(move || {
        let Clicks {
            machine,
            probable,
            confirmed,
        } = counts.with(|counts| counts.clicks);
        let locale = locale();
        let [confirmed, probable, machine] =
            [confirmed, probable, machine].map(|count| format::number(locale, count));
        campaigns::clicks(locale, &confirmed, &probable, &machine)
    });
    view! {
        <ul class="tiles" aria-label=t(campaigns::tiles)>
            {Vec::from(OUTCOMES.map(draw))}
            {when(in_doubt, move || draw(IN_DOUBT))}
            {Vec::from(RESPONSES.map(draw))}
        </ul>
        {when(followed, move || view! { <p class="clicks" data-testid="clicks">{clicks}</p> })}
    }
}

fn tile_view((label, meaning, count): Tile, counts: Signal<Counts>) -> View {
    let figure = Signal::derive(move || format::number(locale(), counts.with(count)));
    view! {
        <li class="tile" class:tile-zero=move || counts.with(count) == 0>
            <span class="tile-count">{figure}</span>
            <span class="tile-label">{t(label)}</span>
            <span class="tile-meaning">{t(meaning)}</span>
        </li>
    }
}
