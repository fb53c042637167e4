//! What time it is for messages: the database's time, which all servers share.
//!
//! Servers' clocks may differ, and a message that one of them sets back by a minute must
//! not wait for an hour at another. The database is asked whenever messages are claimed;
//! in between, a clock that nobody can set goes on from its answer.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use septet_core::wire::Millis;

use crate::clock;

/// Less is not worth a word: the way to the database and back.
const NOTABLE: Millis = 1_000;

/// The database's time as it was last told.
#[derive(Debug, Default)]
pub(super) struct Time(Mutex<Option<(Millis, Instant)>>);

impl Time {
    /// The time.
    pub(super) fn now(&self) -> Millis {
        let told = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        told.map_or_else(clock::now, |(time, at)| after(time, at))
    }

    /// The database says that it is this late; `true` when that is earlier than it could
    /// be, or nothing was known: whatever waits for a time may have been given a wrong one.
    pub(super) fn tell(&self, time: Millis) -> bool {
        let new = Some((time, Instant::now()));
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *told, new);
        before.is_none_or(|(before, at)| time < after(before, at) - NOTABLE)
    }
}

fn after(time: Millis, at: Instant) -> Millis {
    time + Millis::try_from(at.elapsed().as_millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_is_noticed_and_one_that_goes_ahead_is_believed() {
        let time = Time::default();
        let start = clock::now();
        assert!(time.tell(start), "nothing was known");
        assert!(!time.tell(start + 3_600_000));
        assert!(time.now() >= start + 3_600_000);
        assert!(time.tell(start));
        assert!(time.now() < start + 3_600_000);
    }
}
