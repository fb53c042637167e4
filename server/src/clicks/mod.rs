//! Following short links: where they lead comes from memory, and clicks are written down
//! many at a time. Whoever has followed a link is answered once the click is written.

mod agent;
mod class;
mod crowd;
mod data_centre;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use septet_core::wire::Millis;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

pub(crate) use self::class::Visit;
use self::class::{ClickClass, class};
use self::crowd::Crowd;
use self::data_centre::is_data_centre;
use crate::clock;
use crate::events::Events;
use crate::metrics::Metrics;
use crate::secrets;
use crate::store::{Click, Store, StoreError, Target};

/// Links that are kept in memory, and for how long: what is erased leads nowhere after that.
const KEPT: u64 = 100_000;
const FRESH: Duration = Duration::from_secs(60);
/// Most clicks of one transaction.
const MOST: usize = 512;
/// A database that takes longer keeps nobody from where the link leads.
const PATIENCE: Duration = Duration::from_secs(2);
/// Milliseconds of a day.
const DAY: Millis = 24 * 60 * 60 * 1000;

/// Where links lead, and who follows them; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Clicks {
    store: Store,
    targets: Cache<String, Arc<Target>>,
    crowd: Crowd,
    desk: mpsc::Sender<Job>,
}

/// A click on its way into the database.
#[derive(Debug)]
struct Job {
    target: Arc<Target>,
    code: String,
    class: ClickClass,
    address: Option<IpAddr>,
    at: Millis,
    written: oneshot::Sender<()>,
}

impl Clicks {
    /// Needs a runtime: clicks are written in the background.
    pub(crate) fn start(store: Store, events: Events, metrics: Metrics) -> Self {
        let (desk, jobs) = mpsc::channel(2 * MOST);
        tokio::spawn(write(store.clone(), events, metrics, jobs));
        let targets = Cache::builder().max_capacity(KEPT).time_to_live(FRESH);
        Self {
            store,
            targets: targets.build(),
            crowd: Crowd::default(),
            desk,
        }
    }

    /// Where a short link leads; `None` for a code that nobody has given out.
    pub(crate) async fn target(&self, code: &str) -> Result<Option<Arc<Target>>, StoreError> {
        if let Some(target) = self.targets.get(code) {
            return Ok(Some(target));
        }
        let target = self.store.target(code).await?.map(Arc::new);
        if let Some(target) = &target {
            self.targets.insert(code.to_owned(), target.clone());
        }
        Ok(target)
    }

    /// Counts somebody who follows a link from an address; returns once that is written.
    pub(crate) async fn count(
        &self,
        code: &str,
        target: &Arc<Target>,
        visit: Visit<'_>,
        address: Option<IpAddr>,
    ) {
        let at = clock::now();
        let others = address.map_or(0, |address| self.crowd.others(address, target.recipient));
        let visit = Visit {
            millis_after_send: target.left_at.map(|left| at - left),
            others_from_address: others,
            from_data_centre: address.is_some_and(is_data_centre),
            ..visit
        };
        let (written, answer) = oneshot::channel();
        let job = Job {
            target: target.clone(),
            code: code.to_owned(),
            class: class(&visit),
            address,
            at,
            written,
        };
        let counted = async {
            self.desk.send(job).await.ok()?;
            answer.await.ok()
        };
        if !matches!(timeout(PATIENCE, counted).await, Ok(Some(()))) {
            tracing::error!("a link was followed and the click is not written yet");
        }
    }
}

async fn write(store: Store, events: Events, metrics: Metrics, mut jobs: mpsc::Receiver<Job>) {
    let mut salt = Salt::default();
    let mut batch = Vec::with_capacity(MOST);
    while jobs.recv_many(&mut batch, MOST).await > 0 {
        if let Err(error) = write_all(&store, &events, &mut salt, &batch).await {
            tracing::error!(%error, clicks = batch.len(), "clicks could not be written");
            batch.clear();
            continue;
        }
        for job in batch.drain(..) {
            metrics.clicked(job.class.name());
            // Whoever followed the link may have gone.
            let _ = job.written.send(());
        }
    }
}

async fn write_all(
    store: &Store,
    events: &Events,
    salt: &mut Salt,
    batch: &[Job],
) -> Result<(), StoreError> {
    let mut clicks = Vec::with_capacity(batch.len());
    for job in batch {
        salt.be_of(store, job.at).await?;
        clicks.push(Click {
            code: &job.code,
            target: &job.target,
            class: job.class.name(),
            confirmed: job.class == ClickClass::Confirmed,
            visitor: salt.visitor(job.address),
            at: job.at,
        });
    }
    let written = store.write_clicks(&clicks).await?;
    for (campaign, recipient) in written.first {
        events.recipient(&campaign, recipient);
    }
    for campaign in written.campaigns {
        events.campaign(&campaign);
    }
    Ok(())
}

/// The key of a day, by which two visits of the same address look alike, and only on that
/// day; it is forgotten with it, and then nobody can try addresses any more.
#[derive(Default)]
struct Salt {
    day: Option<Millis>,
    key: Vec<u8>,
}

impl Salt {
    async fn be_of(&mut self, store: &Store, at: Millis) -> Result<(), StoreError> {
        let day = at.div_euclid(DAY);
        if self.day != Some(day) {
            let fresh = secrets::token_hash(&secrets::token().unwrap_or_default());
            self.key = store.salt(day, &fresh).await?;
            self.day = Some(day);
        }
        Ok(())
    }

    fn visitor(&self, address: Option<IpAddr>) -> Vec<u8> {
        let Some(address) = address else {
            return Vec::new();
        };
        let mut hash = secrets::keyed_hash(&self.key, address.to_string().as_bytes());
        hash.truncate(16);
        hash
    }
}
