//! How fast a campaign goes, and how long it will still take.

use std::collections::VecDeque;

use leptos::prelude::*;
use septet_core::wire::{CampaignState, CampaignSummary, Counts, Millis};

use crate::components::Moment;
use crate::dom::{View, dynamic, view};
use crate::format::number;
use crate::i18n::{campaigns, locale, t};
use crate::signals::Memo;

/// The rate is that of the last so many milliseconds.
const WINDOW: Millis = 15_000;
/// What leaves within so many is about to.
const SOON: Millis = 3_000;

/// What has left, at a few moments.
#[derive(Debug, Default)]
struct Seen(VecDeque<(Millis, u64)>);

impl Seen {
    /// Messages in a second, once there is something to tell.
    fn rate(&mut self, now: Millis, left: u64) -> Option<f64> {
        while self.0.front().is_some_and(|(at, _)| now - at > WINDOW) {
            self.0.pop_front();
        }
        self.0.push_back((now, left));
        let (since, before) = self.0.front()?;
        let (time, messages) = (now - since, left.checked_sub(*before)?);
        (time >= 1000 && messages > 0).then(|| messages as f64 * 1000.0 / time as f64)
    }
}

/// Only while messages leave, or wait for their time.
#[component]
pub(super) fn Pace(campaign: Memo<CampaignSummary>) -> View {
    let seen = StoredValue::new(Seen::default());
    let words = move || {
        let (state, counts, next_at) =
            campaign.with(|campaign| (campaign.state, campaign.counts, campaign.next_at));
        let now = js_sys::Date::now() as Millis;
        let left = departed(&counts);
        let rate = seen.try_update_value(|seen| seen.rate(now, left)).flatten();
        if state != CampaignState::Sending {
            return View::nothing();
        }
        if let Some(at) = next_at.filter(|at| *at > now + SOON) {
            return view! {
                <p class="pace" data-testid="next-at">{t(campaigns::next_at)} " " <Moment at /></p>
            };
        }
        let Some(rate) = rate.filter(|_| counts.pending > 0) else {
            return View::nothing();
        };
        let minutes = (counts.pending as f64 / rate / 60.0).round() as u64;
        let left = match minutes {
            0 => campaigns::left_soon.of(locale()).to_owned(),
            minutes => campaigns::left_minutes(locale(), minutes),
        };
        let rate = campaigns::rate(locale(), &number(locale(), rate.ceil() as u64));
        view! { <p class="pace" data-testid="pace">{[&rate, " · ", &left].concat()}</p> }
    };
    dynamic(words)
}

fn departed(counts: &Counts) -> u64 {
    counts.total.saturating_sub(counts.pending)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn the_rate_is_that_of_the_last_seconds() {
        let mut seen = Seen::default();
        assert_eq!(seen.rate(0, 0), None);
        assert_eq!(seen.rate(500, 50), None, "too soon to tell");
        assert_eq!(seen.rate(10_000, 1000), Some(100.0));
        // Twenty seconds later what was at first does not count.
        assert_eq!(seen.rate(20_000, 1500), Some(50.0));
        assert_eq!(seen.rate(60_000, 1500), None);
    }
}
