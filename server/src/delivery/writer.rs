//! Hands what happens to messages over to the store, many at a time.
//!
//! Whoever has something to write waits until it is on disk. What is handed in
//! while a transaction is under way goes into the next one, so that a busy server
//! waits for the disk a few dozen times a second and not thousands of times.
//!
//! While the database does not answer, everybody waits: an outcome that is known
//! must not be lost, and nothing leaves whose attempt is not on disk.
//!
//! What has changed is announced once for all of a batch, and their campaigns are
//! noted as perhaps at their end.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};

use super::Touched;
use crate::clock;
use crate::events::Events;
use crate::metrics::Metrics;
use crate::outage::{Outage, Task};
use crate::store::{Batch, Entry, Event, Store, StoreError, Written};

/// Most entries of one transaction.
const MOST: usize = 512;
/// Between two tries to reach a database that does not answer.
const PAUSE: Duration = Duration::from_millis(500);

/// Why an entry could not be written: it alone is at fault, or the server ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry could not be written")]
pub(crate) struct Unwritten;

struct Job {
    entry: Entry,
    answer: oneshot::Sender<Result<Written, Unwritten>>,
}

/// Where entries are handed in; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Writer(mpsc::Sender<Job>);

/// What is written to, and who is told.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) metrics: Metrics,
    pub(crate) outage: Outage,
    pub(crate) events: Events,
    pub(crate) touched: Touched,
}

impl Writer {
    /// Writes in the background, for as long as somebody can hand entries in.
    pub(crate) fn start(desk: Desk) -> Self {
        let (sender, receiver) = mpsc::channel(2 * MOST);
        tokio::spawn(run(desk, receiver));
        Self(sender)
    }

    /// Writes an entry; what became of it, once that is on disk.
    pub(crate) async fn write(&self, entry: Entry) -> Result<Written, Unwritten> {
        let (answer, written) = oneshot::channel();
        let job = Job { entry, answer };
        self.0.send(job).await.map_err(|_| Unwritten)?;
        written.await.map_err(|_| Unwritten)?
    }
}

async fn run(desk: Desk, mut receiver: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(MOST);
    while receiver.recv_many(&mut jobs, MOST).await > 0 {
        let (entries, answers): (Vec<Entry>, Vec<_>) =
            jobs.drain(..).map(|job| (job.entry, job.answer)).unzip();
        let written = desk.write(&entries).await;
        for (answer, written) in answers.into_iter().zip(written) {
            // Whoever asked may have gone.
            let _ = answer.send(written);
        }
    }
}

impl Desk {
    /// Writes all, or where one of them is at fault, each alone.
    async fn write(&self, entries: &[Entry]) -> Vec<Result<Written, Unwritten>> {
        if let Ok(written) = self.patiently(entries).await {
            return written.into_iter().map(Ok).collect();
        }
        let mut written = Vec::with_capacity(entries.len());
        for entry in entries {
            let alone = self.patiently(std::slice::from_ref(entry)).await;
            written.push(match alone.as_deref() {
                Ok([alone]) => Ok(*alone),
                _ => Err(Unwritten),
            });
        }
        written
    }

    /// Writes all, when the database can be reached.
    async fn patiently(&self, entries: &[Entry]) -> Result<Vec<Written>, StoreError> {
        let mut told = false;
        loop {
            let began = Instant::now();
            match self.store.write(entries, clock::now()).await {
                Err(error) if error.is_outage() => {
                    if !told {
                        tracing::error!(%error, "the database does not answer; nothing leaves");
                        self.outage.tell(Task::Recording, true);
                        told = true;
                    }
                    sleep(PAUSE).await;
                }
                Err(error) => {
                    tracing::error!(%error, entries = entries.len(), "entries could not be written");
                    return Err(error);
                }
                Ok(Batch { written, changed }) => {
                    self.metrics.wrote(entries.len(), began.elapsed());
                    for (campaign, messages) in changed {
                        self.events.recipients(&campaign, messages);
                        self.touched.add(campaign);
                    }
                    if told {
                        tracing::info!("the database answers again");
                        self.outage.tell(Task::Recording, false);
                        let unsure = unsure(entries, &written);
                        if !unsure.is_empty() {
                            Box::pin(self.patiently(&unsure)).await?;
                        }
                    }
                    return Ok(written);
                }
            }
        }
    }
}

/// What is to be done about attempts that were begun by a write of which the answer was
/// lost: the second one finds them begun and changes nothing. They are not made, and
/// somebody has to be told; in doubt is where they are seen.
fn unsure(entries: &[Entry], written: &[Written]) -> Vec<Entry> {
    let unchanged = entries.iter().zip(written);
    let begun = unchanged.filter(|(entry, written)| {
        matches!(entry.event, Event::Begin(_)) && **written == Written::Nothing
    });
    let set_back = |(entry, _): (&Entry, _)| Entry {
        event: Event::SetBack(0),
        ..entry.clone()
    };
    begun.map(set_back).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Begin;

    #[test]
    fn an_attempt_that_was_begun_by_a_lost_write_is_not_left_behind() {
        let begin = |message| Entry {
            message,
            worker: None,
            event: Event::Begin(Begin {
                portal: 1,
                number_hash: Vec::new(),
                parts: 1,
                links: Vec::new(),
                days_apart: 0,
                daily_parts: 0,
                ignores_opt_outs: false,
            }),
        };
        let defer = Entry {
            event: Event::Defer(0),
            ..begin(3)
        };
        let written = [
            Written::Begun { attempt: 1 },
            Written::Nothing,
            Written::Nothing,
        ];
        let unsure = unsure(&[begin(1), begin(2), defer], &written);
        assert_eq!(unsure.len(), 1);
        assert_eq!(unsure[0].message, 2);
        assert!(matches!(unsure[0].event, Event::SetBack(0)));
    }
}
