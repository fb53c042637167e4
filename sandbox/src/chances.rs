//! Faults that strike some calls and not others, by chance, repeatable by their seed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How many calls in a thousand meet which fault; the default is none.
///
/// At most one of the faults that decide the answer to a send strikes: a die is
/// cast once, and they share its sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chances {
    /// Where the dice begin; the same seed casts the same again.
    pub seed: u64,
    /// The connection breaks and the request is not looked at.
    pub cut_unread: u16,
    /// The connection breaks after the request was read; nothing is accepted.
    pub cut_untaken: u16,
    /// The connection breaks after the messages were accepted: the hardest case.
    pub cut_taken: u16,
    /// Status 500 with error 101, and nothing is accepted.
    pub error_500: u16,
    /// Status 502 from the proxy, and nothing is accepted.
    pub error_502: u16,
    /// Status 503 from the proxy, and nothing is accepted.
    pub error_503: u16,
    /// Status 502 from the proxy, although the messages were accepted.
    pub error_taken: u16,
    /// Status 429 without a word when to come again.
    pub too_many: u16,
    /// Status 429 with `Retry-After: 1`.
    pub too_many_later: u16,
    /// Status 202 and what is no JSON, although the messages were accepted.
    pub garbled: u16,
    /// The answer is late by up to `late_ms`.
    pub late: u16,
    /// The longest that an answer or a report is late, in milliseconds.
    pub late_ms: u32,
    /// A report is made before the send is answered.
    pub report_early: u16,
    /// Every report of a message is made twice.
    pub report_doubled: u16,
    /// The last report of a message comes first.
    pub report_reordered: u16,
    /// The reports of a message are late by up to `late_ms`.
    pub report_late: u16,
    /// No report is made of a message.
    pub report_dropped: u16,
}

/// What becomes of the answer to a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mishap {
    /// The request is not looked at.
    CutUnread,
    /// The request was read.
    CutUntaken,
    /// The messages were accepted.
    CutTaken,
    /// 500.
    #[serde(rename = "error_500")]
    Error500,
    /// 502.
    #[serde(rename = "error_502")]
    Error502,
    /// 503.
    #[serde(rename = "error_503")]
    Error503,
    /// 502 after the messages were accepted.
    ErrorTaken,
    /// 429.
    TooMany,
    /// 429 with a time.
    TooManyLater,
    /// No JSON.
    Garbled,
}

impl Mishap {
    /// Whether the messages are accepted all the same.
    pub(crate) fn takes(self) -> bool {
        matches!(self, Self::CutTaken | Self::ErrorTaken | Self::Garbled)
    }
}

/// What becomes of the reports on a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ReportMishaps {
    /// Before the answer.
    pub(crate) early: bool,
    /// Twice.
    pub(crate) doubled: bool,
    /// The last first.
    pub(crate) reordered: bool,
    /// So much later.
    pub(crate) late: Duration,
    /// Not at all.
    pub(crate) dropped: bool,
}

/// Sides of the die.
const SIDES: u64 = 1000;

impl Chances {
    /// What strikes the next send, if anything.
    pub(crate) fn mishap(&self, dice: &Dice) -> Option<Mishap> {
        let cast = dice.cast(self.seed) % SIDES;
        let mut below = 0;
        [
            (self.cut_unread, Mishap::CutUnread),
            (self.cut_untaken, Mishap::CutUntaken),
            (self.cut_taken, Mishap::CutTaken),
            (self.error_500, Mishap::Error500),
            (self.error_502, Mishap::Error502),
            (self.error_503, Mishap::Error503),
            (self.error_taken, Mishap::ErrorTaken),
            (self.too_many, Mishap::TooMany),
            (self.too_many_later, Mishap::TooManyLater),
            (self.garbled, Mishap::Garbled),
        ]
        .into_iter()
        .find_map(|(share, mishap)| {
            below += u64::from(share);
            (cast < below).then_some(mishap)
        })
    }

    /// How late the next answer is.
    pub(crate) fn delay(&self, dice: &Dice) -> Duration {
        self.lateness(self.late, dice)
    }

    /// What becomes of the reports on the next message.
    pub(crate) fn reports(&self, dice: &Dice) -> ReportMishaps {
        ReportMishaps {
            early: self.strikes(self.report_early, dice),
            doubled: self.strikes(self.report_doubled, dice),
            reordered: self.strikes(self.report_reordered, dice),
            late: self.lateness(self.report_late, dice),
            dropped: self.strikes(self.report_dropped, dice),
        }
    }

    fn lateness(&self, share: u16, dice: &Dice) -> Duration {
        if self.strikes(share, dice) {
            Duration::from_millis(dice.cast(self.seed) % (u64::from(self.late_ms) + 1))
        } else {
            Duration::ZERO
        }
    }

    fn strikes(&self, share: u16, dice: &Dice) -> bool {
        share > 0 && dice.cast(self.seed) % SIDES < u64::from(share)
    }
}

/// Numbers by chance, the same for the same seed from the start on (SplitMix64).
#[derive(Debug, Default)]
pub(crate) struct Dice(AtomicU64);

impl Dice {
    fn cast(&self, seed: u64) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let nth = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let mut mixed = seed.wrapping_add(nth.wrapping_mul(STEP));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Begins again.
    pub(crate) fn restart(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Chances, Dice, Mishap};

    fn mishaps(chances: Chances) -> Vec<Option<Mishap>> {
        let dice = Dice::default();
        (0..10_000).map(|_| chances.mishap(&dice)).collect()
    }

    #[test]
    fn the_same_seed_strikes_the_same_calls_and_about_as_many_as_said() {
        let chances = Chances {
            seed: 7,
            cut_taken: 100,
            error_500: 50,
            ..Chances::default()
        };
        let found = mishaps(chances);
        assert_eq!(found, mishaps(chances));
        assert_ne!(found, mishaps(Chances { seed: 8, ..chances }));
        let count = |wanted| found.iter().filter(|one| **one == Some(wanted)).count();
        assert!((900..1100).contains(&count(Mishap::CutTaken)));
        assert!((400..600).contains(&count(Mishap::Error500)));
        assert_eq!(count(Mishap::Garbled), 0);
    }

    #[test]
    fn without_chances_nothing_strikes() {
        assert!(mishaps(Chances::default()).iter().all(Option::is_none));
    }

    #[test]
    fn nothing_is_later_than_was_said() {
        let chances = Chances {
            late: 1000,
            late_ms: 20,
            ..Chances::default()
        };
        let dice = Dice::default();
        let latest = (0..1000).map(|_| chances.delay(&dice)).max().unwrap();
        assert_eq!(latest.as_millis(), 20);
    }
}
