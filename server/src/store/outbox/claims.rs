//! Which messages leave next, and those that do not after all.

use septet_core::delivery::NotSentReason;
use septet_core::wire::Millis;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Claimed, Result, Store};
use crate::store::{from_json, to_text};

impl Store {
    /// Claims messages that may leave now, taking turns between campaigns.
    ///
    /// Of each campaign only as many rows are looked at as could be taken, so
    /// that a large campaign is not read whole for every few messages (SQLite
    /// takes the tables of a CROSS JOIN in the order in which they are written).
    pub(crate) async fn claim(&self, limit: u32, now: Millis) -> Result<Vec<Claimed>> {
        let rows = sqlx::query(
            "UPDATE recipients SET state = 'claimed' WHERE state = 'pending' AND id IN (
                SELECT id FROM (
                    SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.campaign_id ORDER BY r.id) AS turn
                    FROM campaigns c CROSS JOIN recipients r
                    WHERE c.state = 'sending' AND r.id IN (
                        SELECT w.id FROM recipients w
                        WHERE w.campaign_id = c.id AND w.state = 'pending' AND w.not_before <= ?
                        ORDER BY w.id LIMIT ?)
                ) waiting ORDER BY turn, id LIMIT ?)
             RETURNING id, portal_id, campaign_id, contact_id, phone, contact_values, tries",
        )
        .bind(now)
        .bind(limit)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let id: i64 = row.try_get("id")?;
            match self.claimed(id, &row).await {
                Ok(message) => claimed.push(message),
                // It stays claimed, out of the way of those that can be read.
                Err(error) => tracing::error!(%error, message = id, "a message cannot be read"),
            }
        }
        Ok(claimed)
    }

    async fn claimed(&self, id: i64, row: &SqliteRow) -> Result<Claimed> {
        let campaign: String = row.try_get("campaign_id")?;
        let of = sqlx::query("SELECT name, draft, max_parts FROM campaigns WHERE id = ?")
            .bind(&campaign)
            .fetch_one(&self.pool)
            .await?;
        let portal: i64 = row.try_get("portal_id")?;
        Ok(Claimed {
            id,
            portal: u64::try_from(portal).unwrap_or_default(),
            campaign,
            campaign_name: of.try_get("name")?,
            draft: from_json(of.try_get("draft")?, "draft")?,
            max_parts: of.try_get("max_parts")?,
            contact_id: row.try_get("contact_id")?,
            phone: row.try_get("phone")?,
            values: from_json(row.try_get("contact_values")?, "values")?,
            tries: row.try_get("tries")?,
        })
    }

    /// Settles a claimed message that will not leave.
    pub(crate) async fn exclude(&self, id: i64, reason: NotSentReason, now: Millis) -> Result<()> {
        sqlx::query(
            "UPDATE recipients SET state = 'not_sent', reason = ?, updated_at = ? WHERE id = ? AND state = 'claimed'",
        )
        .bind(to_text(&reason))
        .bind(now)
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Lets go of a message that could not be handled, as a start would:
    /// claimed, it waits again; attempted, it is in doubt.
    pub(crate) async fn set_back(&self, id: i64, not_before: Millis, now: Millis) -> Result<()> {
        sqlx::query(
            "UPDATE recipients SET not_before = ?, updated_at = ?,
                state = CASE state WHEN 'claimed' THEN 'pending' ELSE 'in_doubt' END
             WHERE id = ? AND state IN ('claimed', 'attempting')",
        )
        .bind(not_before)
        .bind(now)
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
