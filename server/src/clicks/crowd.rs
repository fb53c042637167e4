//! How many people's links are followed from one address: a program that looks through the
//! messages of many phones does it from few addresses.
//!
//! The count is in memory, for this process and for a minute.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const WHILE: Duration = Duration::from_secs(60);
/// Addresses that are remembered before those whose time is over are forgotten.
const MEMORY: usize = 20_000;
/// Recipients of one address that are remembered; more make no difference.
const MOST: usize = 64;

/// Addresses, since when, and whose links.
type Seen = HashMap<IpAddr, (Instant, HashSet<i64>)>;

/// Who comes from where; cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Crowd(Arc<Mutex<Seen>>);

impl Crowd {
    /// Notes that a recipient's link was followed from an address; how many others' were.
    pub(super) fn others(&self, address: IpAddr, recipient: i64) -> u32 {
        self.others_at(address, recipient, Instant::now())
    }

    fn others_at(&self, address: IpAddr, recipient: i64, now: Instant) -> u32 {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MEMORY {
            seen.retain(|_, (since, _)| now < *since + WHILE);
            if seen.len() >= MEMORY {
                seen.clear();
            }
        }
        let (since, recipients) = seen.entry(address).or_insert_with(|| (now, HashSet::new()));
        if now >= *since + WHILE {
            *since = now;
            recipients.clear();
        }
        let others = recipients.len() - usize::from(recipients.contains(&recipient));
        if recipients.len() < MOST {
            recipients.insert(recipient);
        }
        u32::try_from(others).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_from_an_address_are_counted_for_a_minute() {
        let crowd = Crowd::default();
        let (here, there) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let now = Instant::now();
        assert_eq!(crowd.others_at(here, 1, now), 0);
        // One's own second look is nobody else's.
        assert_eq!(crowd.others_at(here, 1, now), 0);
        assert_eq!(crowd.others_at(here, 2, now), 1);
        assert_eq!(crowd.others_at(there, 2, now), 0);
        assert_eq!(crowd.others_at(here, 3, now), 2);
        assert_eq!(crowd.others_at(here, 4, now + WHILE), 0);
    }

    #[test]
    fn a_flood_of_addresses_or_links_does_not_fill_the_memory() {
        let crowd = Crowd::default();
        let now = Instant::now();
        for number in 0..100_000_u32 {
            crowd.others_at(IpAddr::from(number.to_be_bytes()), 1, now);
        }
        let here = IpAddr::from([192, 0, 2, 1]);
        for recipient in 0..1_000 {
            crowd.others_at(here, recipient, now);
        }
        let seen = crowd.0.lock().unwrap();
        assert!(seen.len() <= MEMORY && seen[&here].1.len() <= MOST);
    }
}
