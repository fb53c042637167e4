//! The lease under which this process sends, and what others have left behind.
//!
//! Every process does this for itself and for all that are gone; there is no
//! leader. A process that was stopped for too long, or that the database did not
//! see, finds its lease run out and its messages taken: it goes on under a new id.
//!
//! That somebody is silent is measured by a clock that nobody can set, from when this
//! process has seen a lease renewed for the last time: no clock on a wall, neither ours
//! nor the database's, takes a lease from who lives.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::app::App;
use crate::clock;
use crate::store::{Pulse, StoreError, Worker};

/// How long a process may be silent before its messages are taken.
const LEASE: Duration = Duration::from_secs(15);
/// Between two renewals: one may be missed, and another.
const RENEWAL: Duration = Duration::from_secs(4);

/// This process's lease; renewed until it is dropped.
#[derive(Debug)]
pub(super) struct Lease {
    app: App,
    worker: watch::Receiver<Worker>,
    task: JoinHandle<()>,
}

impl Lease {
    /// Takes a lease, and what is left of those who had the last one.
    pub(super) async fn take(app: App) -> Result<Self, StoreError> {
        app.store.take_over().await?;
        let first = app.store.register().await?;
        tidy(&app, first, &[]).await?;
        let (sender, worker) = watch::channel(first);
        let task = tokio::spawn(keep(app.clone(), sender));
        Ok(Self { app, worker, task })
    }

    /// Under which id messages are claimed now.
    pub(super) fn worker(&self) -> Worker {
        *self.worker.borrow()
    }

    /// Ends the lease, so that nobody waits for it to run out.
    pub(super) async fn end(self) {
        self.task.abort();
        if let Err(error) = self.app.store.release(self.worker()).await {
            tracing::warn!(%error, "the lease is left to run out");
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep(app: App, worker: watch::Sender<Worker>) {
    let mut renewals = interval(RENEWAL);
    renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut others = Others::default();
    loop {
        renewals.tick().await;
        if let Err(error) = renew(&app, &worker, &mut others).await {
            tracing::error!(%error, "the lease could not be renewed");
            others = Others::default();
        }
    }
}

async fn renew(
    app: &App,
    worker: &watch::Sender<Worker>,
    others: &mut Others,
) -> Result<(), StoreError> {
    let current = *worker.borrow();
    if !app.store.renew(current).await? {
        tracing::warn!("the lease has run out; its messages are another's");
        worker.send_replace(app.store.register().await?);
    }
    let current = *worker.borrow();
    let silent = others.silent(&app.store.pulses().await?, current, Instant::now());
    tidy(app, current, &silent).await
}

/// What was last seen of the other processes, and when something new was.
///
/// Whoever could not look for a while begins anew, for the others could not be seen, and
/// perhaps could not be heard either.
#[derive(Debug, Default)]
struct Others {
    seen: BTreeMap<Worker, (Pulse, Instant)>,
    looked: Option<Instant>,
}

impl Others {
    /// Takes a look; who has been silent for too long.
    fn silent(&mut self, pulses: &[Pulse], me: Worker, now: Instant) -> Vec<Pulse> {
        if self.looked.is_some_and(|last| now - last > 2 * RENEWAL) {
            self.seen.clear();
        }
        self.looked = Some(now);
        let before = std::mem::take(&mut self.seen);
        for pulse in pulses.iter().filter(|pulse| pulse.worker != me) {
            let same = before.get(&pulse.worker).filter(|(seen, _)| seen == pulse);
            let since = same.map_or(now, |(_, since)| *since);
            self.seen.insert(pulse.worker, (*pulse, since));
        }
        let seen = self.seen.values();
        let silent = seen.filter(|(_, since)| now - *since >= LEASE);
        silent.map(|(pulse, _)| *pulse).collect()
    }
}

/// Takes the messages of workers that are gone, and ends campaigns that nobody has ended.
async fn tidy(app: &App, worker: Worker, silent: &[Pulse]) -> Result<(), StoreError> {
    let reaped = app.store.reap(worker, silent, clock::now()).await?;
    let doubt = reaped.in_doubt.len();
    if reaped.back > 0 || doubt > 0 {
        tracing::warn!(
            back = reaped.back,
            doubt,
            "messages of a worker that is gone wait again or are in doubt"
        );
        app.work.notify_one();
    }
    for (campaign, message) in reaped.in_doubt {
        app.events.recipient(&campaign, message);
    }
    for campaign in app.store.done_campaigns().await? {
        if app.store.finish_if_done(&campaign).await? {
            app.events.campaign(&campaign);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOOKSHOP, Database, World, campaign};

    #[tokio::test]
    async fn whoever_finds_the_lease_run_out_goes_on_under_a_new_id() {
        let store = Database::Postgres.empty().await;
        let mut world = World::with_store(store.clone()).await;
        world.stop_delivery().await;
        world.signed_in().await;
        store.create_campaign(&campaign("one", 2), 1).await.unwrap();
        let (sender, worker) = watch::channel(store.register().await.unwrap());
        let before = *worker.borrow();
        let late = store.claim_all(before, 1, 10).await.unwrap().pop().unwrap();

        renew(&world.app, &sender, &mut Others::default())
            .await
            .unwrap();
        assert_eq!(*worker.borrow(), before);

        store.release(before).await.unwrap();
        renew(&world.app, &sender, &mut Others::default())
            .await
            .unwrap();
        let after = *worker.borrow();
        assert_ne!(after, before);
        let begun = store.begin_attempt(&late, b"hash", 1, &[], 20).await;
        assert_eq!(begun.unwrap(), None);
        assert_eq!(store.claim_all(after, 8, 20).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn who_has_not_renewed_for_too_long_while_it_was_looked_is_silent() {
        let store = Database::Sqlite.empty().await;
        let mut workers = Vec::new();
        for _ in 0..3 {
            workers.push(store.register().await.unwrap());
        }
        let (me, silent) = (workers[0], workers[1]);
        let (mut others, start) = (Others::default(), Instant::now());
        let pulse = |worker, beats| Pulse { worker, beats };
        for beats in 0..4 {
            let now = start + RENEWAL * u32::try_from(beats).unwrap();
            let pulses = [pulse(me, 7), pulse(silent, 7), pulse(workers[2], beats)];
            assert_eq!(others.silent(&pulses, me, now), [], "{beats}");
        }
        let pulses = [pulse(me, 7), pulse(silent, 7), pulse(workers[2], 3)];
        let found = others.silent(&pulses, me, start + 4 * RENEWAL);
        assert_eq!(found, [pulse(silent, 7)]);
        // Who was frozen itself has seen nothing of it.
        let late = start + 40 * RENEWAL;
        assert_eq!(others.silent(&pulses, me, late), []);
    }

    #[tokio::test]
    async fn who_renews_in_the_last_moment_is_not_given_up() {
        for on in [Database::Sqlite, Database::Postgres] {
            let store = on.empty().await;
            let (me, other) = (
                store.register().await.unwrap(),
                store.register().await.unwrap(),
            );
            let seen = store.pulses().await.unwrap();
            assert!(store.renew(other).await.unwrap());
            store.reap(me, &seen[1..], 50).await.unwrap();
            assert!(store.renew(other).await.unwrap());
            let seen = store.pulses().await.unwrap();
            store.reap(me, &seen[1..], 50).await.unwrap();
            assert!(!store.renew(other).await.unwrap());
        }
    }

    #[tokio::test]
    async fn whoever_stops_leaves_no_lease_behind() {
        let store = Database::Postgres.empty().await;
        let mut world = World::with_store(store.clone()).await;
        world.stop_delivery().await;
        let lease = Lease::take(world.app.clone()).await.unwrap();
        let worker = lease.worker();
        assert!(store.renew(worker).await.unwrap());
        lease.end().await;
        assert!(!store.renew(worker).await.unwrap());
    }

    #[tokio::test]
    async fn a_campaign_that_a_crash_has_left_open_is_ended() {
        let store = Database::Postgres.fresh().await;
        store.create_campaign(&campaign("one", 0), 1).await.unwrap();
        let _world = World::with_store(store.clone()).await;
        let summary = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        assert_eq!(summary.state, septet_core::wire::CampaignState::Finished);
    }
}
