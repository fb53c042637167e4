//! A campaign's counts: as a bar, as a sentence, and spoken.

use std::time::Duration;

use leptos::prelude::*;
use septet_core::wire::{CampaignSummary, Counts};

use super::progress;
use crate::dom::{View, effect, view};
use crate::i18n::{Locale, campaigns, common, locale, locale_untracked};
use crate::signals::{Memo, RwSignal};
use crate::words;

/// A screen reader hears of progress at most this often.
const BETWEEN_WORDS: Duration = Duration::from_secs(4);

/// A count in words.
type Say = fn(Locale, u64) -> String;

/// Such as "3 recipients · 2 delivered · 1 not sent".
pub(super) fn tally(locale: Locale, counts: &Counts) -> String {
    let mut words = common::recipients(locale, counts.total);
    let outcomes: [(u64, Say); 6] = [
        (counts.delivered, campaigns::count_delivered),
        (counts.accepted, campaigns::count_accepted),
        (counts.pending, campaigns::count_pending),
        (counts.undelivered, campaigns::count_undelivered),
        (counts.not_sent, campaigns::count_not_sent),
        (counts.in_doubt, campaigns::count_in_doubt),
    ];
    for (count, say) in outcomes {
        if count > 0 {
            words.push_str(" · ");
            words.push_str(&say(locale, count));
        }
    }
    words
}

/// The shares of the outcomes as a bar; what has not left is its empty end.
#[component]
pub(crate) fn Bar(counts: Signal<Counts>) -> View {
    let part = |class: &'static str, count: fn(&Counts) -> u64| {
        let share = Signal::derive(move || counts.with(count).to_string());
        view! { <span class=class style:flex-grow=share></span> }
    };
    let label = Signal::derive(move || counts.with(|counts| tally(locale(), counts)));
    view! {
        <div class="bar" role="img" aria-label=label>
            {part("bar-good", |counts| counts.delivered)}
            {part("bar-moving", |counts| counts.accepted)}
            {part("bar-doubt", |counts| counts.in_doubt)}
            {part("bar-bad", |counts| counts.undelivered)}
            {part("bar-none", |counts| counts.not_sent)}
            {part("bar-waiting", |counts| counts.pending)}
        </div>
    }
}

/// Says for screen readers how a campaign goes, without a word for every message.
#[component]
pub(crate) fn Announcer(campaign: Memo<CampaignSummary>) -> View {
    let spoken = RwSignal::new(String::new());
    let waiting = StoredValue::new(false);
    let say = move || {
        waiting.try_set_value(false);
        let now = campaign.try_with_untracked(|campaign| {
            let locale = locale_untracked();
            let state = words::campaign_state(campaign.state).of(locale);
            [state, ": ", &progress(locale, campaign)].concat()
        });
        if let Some(now) = now {
            spoken.try_set(now);
        }
    };
    effect(move || {
        campaign.track();
        if !waiting.get_value() {
            waiting.set_value(true);
            set_timeout(say, BETWEEN_WORDS);
        }
    });
    view! { <p class="visually-hidden" role="status">{spoken}</p> }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn outcomes_that_did_not_happen_are_not_named() {
        let counts = Counts {
            total: 3,
            delivered: 2,
            not_sent: 1,
            ..Counts::default()
        };
        assert_eq!(
            tally(Locale::En, &counts),
            "3 recipients · 2 delivered · 1 not sent"
        );
        assert_eq!(
            tally(Locale::Es, &counts),
            "3 destinatarios · 2 entregados · 1 no enviado"
        );
        assert_eq!(
            tally(Locale::Pt, &counts),
            "3 destinatários · 2 entregues · 1 não enviado"
        );
    }
}
