//! When the messages of a campaign may leave, as facts about it.

use leptos::prelude::*;
use septet_core::wire::{Hours, Timing};

use crate::components::Moment;
use crate::dom::{View, view};
use crate::format::{clock, number};
use crate::i18n::{Text, campaigns, locale, t};

/// One line for each thing that was chosen; most campaigns have none.
pub(super) fn times(timing: Timing) -> Vec<View> {
    let Timing {
        start_at,
        spread_until,
        expires_at,
        hours,
        days_apart,
    } = timing;
    let moments = [
        (campaigns::timing_start as Text, start_at),
        (campaigns::timing_spread, spread_until),
        (campaigns::timing_expires, expires_at),
    ];
    let moments = moments.into_iter().filter_map(|(name, at)| {
        let at = at?;
        Some(fact(name, view! { <Moment at /> }))
    });
    let hours = hours.map(|Hours { from, until }| {
        let hours = [&clock(from), "–", &clock(until)].concat();
        fact(campaigns::timing_hours, view! { {hours} })
    });
    let apart = (days_apart > 0).then(|| {
        let days = Signal::derive(move || number(locale(), days_apart.into()));
        fact(campaigns::timing_apart, view! { {days} })
    });
    moments.chain(hours).chain(apart).collect()
}

fn fact(name: Text, value: View) -> View {
    view! {
        <div>
            <dt>{t(name)}</dt>
            <dd>{value}</dd>
        </div>
    }
}
