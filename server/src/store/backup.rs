//! A copy of a database file, taken while others write.

use std::path::Path;

use septet_core::wire::PauseReason;

use super::db::sql;
use super::{Result, Store, to_text};

impl Store {
    /// Copies a database file as it is at this moment into one that is empty.
    ///
    /// Campaigns under way are paused in the copy, and those that are still taking their
    /// recipients cancelled: it does not know what has left since, and a server that runs
    /// on it must not send that again by itself.
    pub(crate) async fn copy_to(&self, file: &Path) -> Result<()> {
        let name = file.to_string_lossy();
        sql("VACUUM INTO ?").bind(&*name).execute(&self.db).await?;
        let copy = Self::open_as_is(file).await?;
        let held = copy.hold_campaigns().await;
        copy.close().await;
        held
    }

    async fn hold_campaigns(&self) -> Result<()> {
        sql("UPDATE campaigns SET state = 'paused', pause_reason = ? WHERE state = 'sending'")
            .bind(to_text(&PauseReason::ByUser))
            .execute(&self.db)
            .await?;
        sql(
            "UPDATE campaigns SET state = 'cancelled', pause_reason = NULL
             WHERE prepared_to IS NOT NULL AND state IN ('preparing', 'paused')",
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }
}
