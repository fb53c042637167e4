//! Locks on what is no row, for PostgreSQL.
//!
//! On SQLite whoever changes anything is alone, and none of this is needed.

use super::Result;
use super::db::{Tx, sql};

impl Tx {
    /// Goes through a portal's gate, with as many others as like: what closed it is seen
    /// from here on, and it does not close before this transaction ends.
    pub(super) async fn pass_gate(&mut self, portal: u64) -> Result<()> {
        if self.is_shared() {
            sql("SELECT pg_advisory_xact_lock_shared(hashtextextended(?, 0))")
                .bind(format!("gate {portal}"))
                .execute(self)
                .await?;
        }
        Ok(())
    }

    /// Closes a portal's gate until this transaction ends: for whatever must hold for
    /// every message that begins to leave from then on.
    pub(super) async fn close_gate(&mut self, portal: u64) -> Result<()> {
        self.lock(format!("gate {portal}")).await
    }

    /// Waits until nobody else is at a draft. It may be deleted before it is stored.
    pub(super) async fn lock_draft(&mut self, portal: u64, key: &str) -> Result<()> {
        self.lock(format!("draft {portal} {key}")).await
    }

    async fn lock(&mut self, name: String) -> Result<()> {
        if self.is_shared() {
            sql("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")
                .bind(name)
                .execute(self)
                .await?;
        }
        Ok(())
    }
}
