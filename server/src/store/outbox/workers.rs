//! Workers: processes that claim messages, each with a lease that it renews.
//!
//! There is no leader. Whoever finds that another's lease has run out takes its
//! messages: what was only claimed waits again, what was being attempted is in
//! doubt. A worker that comes back finds that its id is of no worth any more.

use septet_core::wire::Millis;

use super::{Result, Store};
use crate::store::clock::clock;
use crate::store::db::sql;

/// The id of a process that sends, never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Worker(pub(super) i64);

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

    /// A new worker, with a lease of so many milliseconds.
    pub(crate) async fn register(&self, lease: Millis) -> Result<Worker> {
        let until = clock(&self.db).await? + lease;
        let id = sql("INSERT INTO workers (lease_until) VALUES (?) RETURNING id");
        Ok(Worker(id.bind(until).scalar(&self.db).await?))
    }

    /// Renews a lease; `false` when it has run out, and with it all that the worker held.
    pub(crate) async fn renew(&self, worker: Worker, lease: Millis) -> Result<bool> {
        let now = clock(&self.db).await?;
        let renewed = sql("UPDATE workers SET lease_until = ? WHERE id = ? AND lease_until > ?")
            .bind(now + lease)
            .bind(worker.0)
            .bind(now)
            .execute(&self.db)
            .await?;
        Ok(renewed > 0)
    }

    /// Ends a lease before its time.
    pub(crate) async fn release(&self, worker: Worker) -> Result<()> {
        let released = sql("DELETE FROM workers WHERE id = ?").bind(worker.0);
        released.execute(&self.db).await?;
        Ok(())
    }

    /// Takes the messages of all workers but this one whose lease has run out.
    ///
    /// What is looked for are messages without a living worker: one may have been
    /// claimed in the very moment in which its worker was given up.
    pub(crate) async fn reap(&self, worker: Worker, now: Millis) -> Result<Reaped> {
        let mut transaction = self.db.begin().await?;
        let clock = clock(&mut transaction).await?;
        sql("DELETE FROM workers WHERE lease_until <= ? AND id <> ?")
            .bind(clock)
            .bind(worker.0)
            .execute(&mut transaction)
            .await?;
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

    /// Ends a worker's lease as time would.
    #[cfg(test)]
    pub(crate) async fn expire(&self, worker: Worker) {
        let expired = sql("UPDATE workers SET lease_until = 0 WHERE id = ?").bind(worker.0);
        expired.execute(&self.db).await.unwrap();
    }
}
