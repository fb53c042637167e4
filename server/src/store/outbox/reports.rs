//! Delivery reports, kept as they came and applied as core says.

use septet_core::delivery::{MessageState, Report};
use septet_core::wire::Millis;

use super::{Result, Store};
use crate::store::db::sql;
use crate::store::{from_text, portal_column, to_text};

impl Store {
    /// Keeps a delivery report and applies it, if it is one of ours and understood.
    /// Whether the message's state changed.
    pub(crate) async fn report(
        &self,
        portal: u64,
        message: i64,
        code: &str,
        report: Option<Report>,
        now: Millis,
    ) -> Result<bool> {
        let mut transaction = self.db.begin().await?;
        let row = sql("SELECT state FROM recipients WHERE id = ? AND portal_id = ?")
            .for_update()
            .bind(message)
            .bind(portal_column(portal))
            .fetch_optional(&mut transaction)
            .await?;
        let Some(row) = row else { return Ok(false) };
        sql("INSERT INTO reports (recipient_id, code, arrived_at) VALUES (?, ?, ?)")
            .bind(message)
            .bind(code)
            .bind(now)
            .execute(&mut transaction)
            .await?;
        let before: MessageState = from_text(row.get("state")?, "message state")?;
        let after = report.map_or(before, |report| before.after(report));
        if after != before {
            sql("UPDATE recipients SET state = ?, worker = NULL, updated_at = ? WHERE id = ?")
                .bind(to_text(&after))
                .bind(now)
                .bind(message)
                .execute(&mut transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(after != before)
    }
}
