//! The lease under which this process sends, and what others have left behind.
//!
//! Every process does this for itself and for all that are gone; there is no
//! leader. A process that was stopped for too long, or that the database did not
//! see, finds its lease run out and its messages taken: it goes on under a new id.

use std::time::Duration;

use septet_core::wire::Millis;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::clock;
use crate::store::{StoreError, Worker};

/// How long a process may be silent before its messages are taken, in milliseconds.
const LEASE: Millis = 15_000;
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
        let first = app.store.register(LEASE).await?;
        tidy(&app, first).await?;
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
    loop {
        renewals.tick().await;
        if let Err(error) = renew(&app, &worker).await {
            tracing::error!(%error, "the lease could not be renewed");
        }
    }
}

async fn renew(app: &App, worker: &watch::Sender<Worker>) -> Result<(), StoreError> {
    let current = *worker.borrow();
    if !app.store.renew(current, LEASE).await? {
        tracing::warn!("the lease has run out; its messages are another's");
        worker.send_replace(app.store.register(LEASE).await?);
    }
    let current = *worker.borrow();
    tidy(app, current).await
}

/// Takes the messages of workers that are gone, and ends campaigns that nobody has ended.
async fn tidy(app: &App, worker: Worker) -> Result<(), StoreError> {
    let reaped = app.store.reap(worker, clock::now()).await?;
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
        let (sender, worker) = watch::channel(store.register(LEASE).await.unwrap());
        let before = *worker.borrow();
        let late = store.claim_all(before, 1, 10).await.unwrap().pop().unwrap();

        renew(&world.app, &sender).await.unwrap();
        assert_eq!(*worker.borrow(), before);

        store.expire(before).await;
        renew(&world.app, &sender).await.unwrap();
        let after = *worker.borrow();
        assert_ne!(after, before);
        let begun = store.begin_attempt(&late, b"hash", 1, &[], 20).await;
        assert_eq!(begun.unwrap(), None);
        assert_eq!(store.claim_all(after, 8, 20).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn whoever_stops_leaves_no_lease_behind() {
        let store = Database::Postgres.empty().await;
        let mut world = World::with_store(store.clone()).await;
        world.stop_delivery().await;
        let lease = Lease::take(world.app.clone()).await.unwrap();
        let worker = lease.worker();
        assert!(store.renew(worker, LEASE).await.unwrap());
        lease.end().await;
        assert!(!store.renew(worker, LEASE).await.unwrap());
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
