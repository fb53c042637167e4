//! How many calls HubSpot still takes, as its answers say.
//!
//! It counts the calls of an account in intervals of some ten seconds. Whoever reads much
//! and is in no hurry leaves a part of them to people who wait for an answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;

/// One call of so many is left to people.
const SHARE: u32 = 3;

/// What was said last, by account.
#[derive(Debug, Clone, Default)]
pub(super) struct Room(Arc<Mutex<HashMap<u64, Said>>>);

#[derive(Debug, Clone, Copy)]
struct Said {
    at: Instant,
    most: u32,
    left: u32,
    interval: Duration,
}

impl Room {
    /// Takes in what an answer says; some say nothing.
    pub(super) fn note(&self, portal: u64, headers: &HeaderMap, at: Instant) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u32>().ok();
        let (Some(most), Some(left), Some(interval)) = (
            number("x-hubspot-ratelimit-max"),
            number("x-hubspot-ratelimit-remaining"),
            number("x-hubspot-ratelimit-interval-milliseconds"),
        ) else {
            return;
        };
        let said = Said {
            at,
            most,
            left,
            interval: Duration::from_millis(interval.into()),
        };
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(portal, said);
    }

    /// How long whoever is in no hurry waits before the next call.
    pub(super) fn wait(&self, portal: u64, now: Instant) -> Duration {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let scarce = all.get(&portal);
        let scarce = scarce.filter(|said| said.left < said.most / SHARE);
        scarce.map_or(Duration::ZERO, |said| {
            (said.at + said.interval).saturating_duration_since(now)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_in_no_hurry_waits_for_the_next_interval_when_few_calls_are_left() {
        let room = Room::default();
        let start = Instant::now();
        let after = |seconds: u64| start + Duration::from_secs(seconds);
        let say = |left: &str, at: Instant| {
            let headers = [
                ("x-hubspot-ratelimit-max", "110"),
                ("x-hubspot-ratelimit-remaining", left),
                ("x-hubspot-ratelimit-interval-milliseconds", "10000"),
            ];
            let headers = headers.map(|(name, value)| {
                let name = name.parse().unwrap();
                (name, value.parse().unwrap())
            });
            room.note(1, &HeaderMap::from_iter(headers), at);
        };
        assert_eq!(room.wait(1, start), Duration::ZERO);
        say("36", start);
        assert_eq!(room.wait(1, start), Duration::ZERO);
        say("35", start);
        assert_eq!(room.wait(1, after(4)), Duration::from_secs(6));
        assert_eq!(room.wait(2, after(4)), Duration::ZERO, "another account");
        // An answer of a search says nothing, and changes nothing.
        room.note(1, &HeaderMap::new(), after(5));
        assert_eq!(room.wait(1, after(6)), Duration::from_secs(4));
        assert_eq!(room.wait(1, after(11)), Duration::ZERO);
    }
}
