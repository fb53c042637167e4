//! The outbox: messages leave one by one, each attempt on disk before it is made.
//!
//! What it promises and what each failure looks like is told in
//! `docs/ARCHITECTURE.md`. It decides; the store only moves rows, and the 360nrs
//! client only says what a call came to.

mod links;
mod send;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::clock;
use crate::store::StoreError;

/// Calls to 360nrs at the same time.
const IN_FLIGHT: u32 = 8;
/// How often messages are looked for that wait for a time and not for a wake-up call.
const POLL: Duration = Duration::from_millis(500);

/// The running loop.
#[derive(Debug)]
pub(crate) struct Delivery {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Delivery {
    /// Settles what an earlier run left open, then starts sending.
    pub(crate) async fn start(app: App) -> Result<Self, StoreError> {
        let (back, doubt) = app.store.recover(clock::now()).await?;
        if back + doubt > 0 {
            tracing::warn!(
                back,
                doubt,
                "messages of an earlier run went back or are in doubt"
            );
        }
        for campaign in app.store.sending_campaigns().await? {
            app.store.finish_if_done(&campaign).await?;
        }
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(run(app, stopped));
        Ok(Self { stop, task })
    }

    /// Claims nothing more, and waits for the calls under way.
    pub(crate) async fn stop(self) {
        // The loop holds the other end until it has ended.
        let _ = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the delivery loop did not end in order");
        }
    }
}

async fn run(app: App, mut stopped: watch::Receiver<bool>) {
    let slots = Arc::new(Semaphore::new(IN_FLIGHT as usize));
    while !*stopped.borrow() {
        let free = u32::try_from(slots.available_permits()).unwrap_or(IN_FLIGHT);
        let claimed = match app.store.claim(free, clock::now()).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(%error, "no messages could be claimed");
                Vec::new()
            }
        };
        let idle = claimed.is_empty();
        for message in claimed {
            let Ok(slot) = slots.clone().acquire_owned().await else {
                return;
            };
            let app = app.clone();
            tokio::spawn(async move {
                send::one(&app, message).await;
                drop(slot);
                app.work.notify_one();
            });
        }
        if idle || slots.available_permits() == 0 {
            tokio::select! {
                () = app.work.notified() => {}
                () = tokio::time::sleep(POLL) => {}
                _ = stopped.changed() => {}
            }
        }
    }
    // All slots free: nothing is under way any more.
    let _ = slots.acquire_many(IN_FLIGHT).await;
}
