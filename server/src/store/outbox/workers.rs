//! Workers: processes that claim messages, each with a lease that it renews.
//!
//! There is no leader, and no clock: a lease is renewed by a beat, and whoever has seen no
//! beat of another for a while takes its messages: what was only claimed waits again, what
//! was being attempted is in doubt. A worker that comes back finds that its id is of no
//! worth any more.

use septet_core::wire::Millis;

use super::{Result, Store};
use crate::store::db::{Bind, sql};

/// The id of a process that sends, never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Worker(pub(super) i64);

/// How often a worker had renewed its lease when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pulse {
    pub(crate) worker: Worker,
    pub(crate) beats: i64,
}

/// What was taken from workers that are gone.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reaped {
    /// How many messages wait again.
    pub(crate) back: u64,
    /// Campaign and id of those that are in doubt.
    pub(crate) in_doubt: Vec<(String, i64)>,
}

impl Store {
    /// At the start of a process: a database file belongs to one server, so all
    /// that worked on it before are gone. On PostgreSQL their leases tell.
    pub(crate) async fn take_over(&self) -> Result<()> {
        if !self.db.is_shared() {
            sql("DELETE FROM workers").execute(&self.db).await?;
        }
        Ok(())
    }

    /// A new worker.
    pub(crate) async fn register(&self) -> Result<Worker> {
        let id = sql("INSERT INTO workers (beats) VALUES (0) RETURNING id");
        Ok(Worker(id.scalar(&self.db).await?))
    }

    /// Renews a lease; `false` when it was taken to have run out, and with it all that the
    /// worker held.
    pub(crate) async fn renew(&self, worker: Worker) -> Result<bool> {
        let renewed = sql("UPDATE workers SET beats = beats + 1 WHERE id = ?")
            .bind(worker.0)
            .execute(&self.db)
            .await?;
        Ok(renewed > 0)
    }

    /// All workers, and how often each of them has renewed its lease.
    pub(crate) async fn pulses(&self) -> Result<Vec<Pulse>> {
        let rows = sql("SELECT id, beats FROM workers ORDER BY id").fetch_all(&self.db);
        let rows = rows.await?;
        let pulses = rows.iter().map(|row| {
            Ok(Pulse {
                worker: Worker(row.get("id")?),
                beats: row.get("beats")?,
            })
        });
        pulses.collect()
    }

    /// Ends a lease before its time.
    pub(crate) async fn release(&self, worker: Worker) -> Result<()> {
        let released = sql("DELETE FROM workers WHERE id = ?").bind(worker.0);
        released.execute(&self.db).await?;
        Ok(())
    }

    /// Takes the messages of workers that have not renewed their lease since they were
    /// found silent, or have ended it.
    ///
    /// What is looked for are messages without a living worker: one may have been
    /// claimed in the very moment in which its worker was given up.
    pub(crate) async fn reap(
        &self,
        worker: Worker,
        silent: &[Pulse],
        now: Millis,
    ) -> Result<Reaped> {
        let mut transaction = self.db.begin_by_index().await?;
        if !silent.is_empty() {
            let silent = silent.iter();
            let silent = silent.map(|pulse| [pulse.worker.0.value(), pulse.beats.value()]);
            sql("WITH given (id, beats) AS (?*)
                 DELETE FROM workers WHERE EXISTS (SELECT 1 FROM given
                    WHERE given.id = workers.id AND given.beats = workers.beats)")
            .rows(silent)
            .execute(&mut transaction)
            .await?;
        }
        let back = sql("UPDATE recipients SET state = 'pending', worker = NULL
             WHERE worker IS NOT NULL AND worker <> ? AND state = 'claimed'
             AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = recipients.worker)")
        .bind(worker.0)
        .execute(&mut transaction)
        .await?;
        let rows = sql(
            "UPDATE recipients SET state = 'in_doubt', worker = NULL, updated_at = ?
             WHERE worker IS NOT NULL AND worker <> ? AND state = 'attempting'
             AND NOT EXISTS (SELECT 1 FROM workers w WHERE w.id = recipients.worker)
             RETURNING campaign_id, id",
        )
        .bind(now)
        .bind(worker.0)
        .fetch_all(&mut transaction)
        .await?;
        transaction.commit().await?;
        let in_doubt = rows.iter();
        let in_doubt = in_doubt.map(|row| Ok((row.get("campaign_id")?, row.get("id")?)));
        Ok(Reaped {
            back,
            in_doubt: in_doubt.collect::<Result<_>>()?,
        })
    }
}
