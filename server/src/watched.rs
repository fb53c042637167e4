//! Summaries of the campaigns that somebody watches.
//!
//! A summary counts all recipients of its campaign. However many people watch,
//! it is read once for all of them, and no more often than they could follow, nor so
//! often that the database is kept busy by it.
//! Of a campaign that nobody watches nothing is read or kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError, Weak};
use std::time::Duration;

use septet_core::wire::CampaignSummary;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Between two readings of the same summary, at least.
pub(crate) const BETWEEN: Duration = Duration::from_millis(250);
/// A reading may take one part in so many of the time; that of a million recipients takes
/// a good part of a second.
const SHARE: u32 = 20;

/// `None` inside: there is no such campaign.
type LatestSummary = Latest<Option<CampaignSummary>>;

/// What all who watch one campaign share.
pub(crate) type Summary = Arc<LatestSummary>;

/// Campaigns that are watched, by portal and id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watched(Arc<StdMutex<Campaigns>>);

type Campaigns = HashMap<(u64, String), Weak<LatestSummary>>;

impl Watched {
    /// Joins those who watch a campaign, for as long as the answer is held.
    pub(crate) fn join(&self, portal: u64, id: &str) -> Summary {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|_, summary| summary.strong_count() > 0);
        let summary = watched.entry((portal, id.to_owned())).or_default();
        summary.upgrade().unwrap_or_else(|| {
            let joined = Summary::default();
            *summary = Arc::downgrade(&joined);
            joined
        })
    }
}

/// A value that is read anew for whoever needs it fresh, but not all the time.
#[derive(Debug)]
pub(crate) struct Latest<T> {
    last: Mutex<Option<Reading<T>>>,
}

#[derive(Debug)]
struct Reading<T> {
    began: Instant,
    took: Duration,
    value: T,
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self {
            last: Mutex::new(None),
        }
    }
}

impl<T: Clone> Latest<T> {
    /// The value as it was at `since` or later; reads it if nobody else has, once it is time again.
    pub(crate) async fn since<E>(
        &self,
        since: Instant,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let mut last = self.last.lock().await;
        if let Some(reading) = &*last {
            if reading.began >= since {
                return Ok(reading.value.clone());
            }
            sleep_until(reading.began + BETWEEN.max(reading.took * SHARE)).await;
        }
        let began = Instant::now();
        let value = read().await?;
        *last = Some(Reading {
            began,
            took: began.elapsed(),
            value: value.clone(),
        });
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Counts how often it is read.
    #[derive(Default)]
    struct Counted {
        latest: Latest<u32>,
        reads: AtomicU32,
    }

    impl Counted {
        async fn since(&self, since: Instant) -> u32 {
            let read = async || Ok::<_, Infallible>(self.reads.fetch_add(1, Ordering::Relaxed) + 1);
            self.latest.since(since, read).await.unwrap()
        }
    }

    #[tokio::test]
    async fn whoever_asks_at_once_shares_one_reading() {
        let counted = Counted::default();
        let now = Instant::now();
        let values = tokio::join!(counted.since(now), counted.since(now), counted.since(now));
        assert_eq!(values, (1, 1, 1));
    }

    #[tokio::test]
    async fn what_has_changed_since_is_read_anew_but_only_after_a_while() {
        let counted = Counted::default();
        let start = Instant::now();
        for expected in 1..=4 {
            assert_eq!(counted.since(Instant::now()).await, expected);
        }
        assert!(start.elapsed() >= 3 * BETWEEN);
    }

    #[tokio::test]
    async fn what_takes_long_to_read_is_read_less_often() {
        let latest = Latest::default();
        let slow = async || {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok::<_, Infallible>(())
        };
        let start = Instant::now();
        for _ in 0..2 {
            latest.since(Instant::now(), slow).await.unwrap();
        }
        assert!(start.elapsed() >= SHARE * Duration::from_millis(20));
    }

    #[test]
    fn those_who_watch_the_same_campaign_share_and_nothing_is_kept_after_them() {
        let watched = Watched::default();
        let one = watched.join(1, "campaign");
        assert!(Arc::ptr_eq(&one, &watched.join(1, "campaign")));
        // Its portal belongs to a campaign's name.
        assert!(!Arc::ptr_eq(&one, &watched.join(2, "campaign")));
        drop(one);
        let _other = watched.join(1, "another");
        assert_eq!(watched.0.lock().unwrap().len(), 1);
    }
}
