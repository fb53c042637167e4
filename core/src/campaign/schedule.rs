//! When the messages of a campaign may leave.

use super::problem::ProblemKind;
use crate::wire::{Hours, Millis, Timing};

/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// Most days that two messages to one number can be held apart.
pub const MAX_DAYS_APART: u16 = 365;

/// Times that agree with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The first message leaves then, or at once.
    pub start: Option<Millis>,
    /// The last one leaves before this, evenly after the others.
    pub spread_until: Option<Millis>,
    /// What has not left by then never will.
    pub expires: Option<Millis>,
    /// Hours of the recipient's day in which messages may leave.
    pub hours: Option<Hours>,
    /// Whoever was sent to in this many days before gets nothing; 0 for no such rule.
    pub days_apart: u16,
}

impl Schedule {
    /// Holds times against each other.
    ///
    /// # Errors
    /// What does not go together.
    pub fn parse(timing: &Timing) -> Result<Self, ProblemKind> {
        let Timing {
            start_at: start,
            spread_until,
            expires_at: expires,
            hours,
            days_apart,
        } = *timing;
        if spread_until.is_some_and(|end| start.is_some_and(|start| end <= start)) {
            return Err(ProblemKind::SpreadEndsFirst);
        }
        let last = spread_until.or(start);
        if expires.is_some_and(|expires| last.is_some_and(|last| expires <= last)) {
            return Err(ProblemKind::ExpiresFirst);
        }
        if hours.is_some_and(|Hours { from, until }| from == until || from.max(until) > DAY) {
            return Err(ProblemKind::NoHours);
        }
        if days_apart > MAX_DAYS_APART {
            return Err(ProblemKind::TooManyDays {
                max: MAX_DAYS_APART,
            });
        }
        Ok(Self {
            start,
            spread_until,
            expires,
            hours,
            days_apart,
        })
    }

    /// Whether it is too late to begin.
    #[must_use]
    pub fn is_over(&self, now: Millis) -> bool {
        [self.spread_until, self.expires]
            .into_iter()
            .flatten()
            .any(|end| end <= now)
    }

    /// When the message at a place among so many leaves, in a campaign that was made at a time.
    /// Without a schedule it is 0, which is past by whatever clock.
    ///
    /// ```
    /// use septet_core::campaign::Schedule;
    /// use septet_core::wire::Timing;
    /// let timing = Timing { spread_until: Some(2_000), ..Timing::default() };
    /// let schedule = Schedule::parse(&timing).unwrap();
    /// let times: Vec<i64> = (0..4).map(|place| schedule.leaves_at(place, 4, 1_000)).collect();
    /// assert_eq!(times, [1_000, 1_250, 1_500, 1_750]);
    /// let at_once = Schedule::parse(&Timing::default()).unwrap();
    /// assert_eq!(at_once.leaves_at(3, 4, 1_000), 0);
    /// ```
    #[must_use]
    pub fn leaves_at(&self, place: u64, of: u64, made_at: Millis) -> Millis {
        if self.start.is_none() && self.spread_until.is_none() {
            return 0;
        }
        let start = self.start.unwrap_or(made_at).max(made_at);
        let length = self.spread_until.map_or(0, |end| (end - start).max(0));
        let share = i128::from(length) * i128::from(place) / i128::from(of.max(1));
        start.saturating_add(Millis::try_from(share).unwrap_or(length))
    }
}

impl Hours {
    /// Minutes from a minute of the day until messages may leave; 0 while they may.
    ///
    /// Hours that end before they begin go over midnight.
    #[must_use]
    pub fn wait(self, minute: u16) -> u16 {
        let since = (minute + DAY - self.from % DAY) % DAY;
        let open = (self.until + DAY - self.from - 1) % DAY + 1;
        if since < open { 0 } else { DAY - since }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_may_go_over_midnight_and_end_at_it() {
        let wait = |from, until, minute| Hours { from, until }.wait(minute);
        let (morning, evening) = (9 * 60, 20 * 60);
        assert_eq!(wait(morning, evening, morning), 0);
        assert_eq!(wait(morning, evening, evening - 1), 0);
        assert_eq!(wait(morning, evening, evening), 13 * 60);
        assert_eq!(wait(morning, evening, 0), morning);
        assert_eq!(wait(evening, morning, 0), 0);
        assert_eq!(wait(evening, morning, morning), 11 * 60);
        assert_eq!(wait(morning, DAY, DAY - 1), 0);
        assert_eq!(wait(0, DAY, 700), 0);
        assert_eq!(wait(DAY, morning, 700), DAY - 700);
    }

    #[test]
    fn times_that_contradict_each_other_are_told_apart() {
        let none = Timing::default();
        for (timing, problem) in [
            (
                Timing {
                    start_at: Some(10),
                    spread_until: Some(10),
                    ..none
                },
                ProblemKind::SpreadEndsFirst,
            ),
            (
                Timing {
                    spread_until: Some(20),
                    expires_at: Some(20),
                    ..none
                },
                ProblemKind::ExpiresFirst,
            ),
            (
                Timing {
                    hours: Some(Hours { from: 5, until: 5 }),
                    ..none
                },
                ProblemKind::NoHours,
            ),
            (
                Timing {
                    days_apart: 366,
                    ..none
                },
                ProblemKind::TooManyDays { max: 365 },
            ),
        ] {
            assert_eq!(Schedule::parse(&timing), Err(problem));
        }
        assert!(!Schedule::parse(&none).unwrap().is_over(Millis::MAX));
    }

    #[test]
    fn every_message_of_a_spread_leaves_inside_of_it() {
        let timing = Timing {
            start_at: Some(5),
            spread_until: Some(Millis::MAX),
            ..Timing::default()
        };
        let schedule = Schedule::parse(&timing).unwrap();
        let last = schedule.leaves_at(u64::MAX - 1, u64::MAX, 0);
        assert!((5..Millis::MAX).contains(&last));
        assert_eq!(schedule.leaves_at(0, 0, 9), 9);
        // Begun after it should have ended: at once.
        let late = Timing {
            spread_until: Some(100),
            ..Timing::default()
        };
        assert_eq!(Schedule::parse(&late).unwrap().leaves_at(3, 4, 200), 200);
    }
}
