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
