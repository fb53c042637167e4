//! Which messages leave next, and those that do not after all.

use std::collections::BTreeMap;

use septet_core::delivery::NotSentReason;
use septet_core::wire::Millis;

use super::{Claimed, Result, Store, Worker};
use crate::store::db::{Row, sql};
use crate::store::{from_json, to_text};

impl Store {
    /// Claims messages that may leave now, taking turns between campaigns.
    ///
    /// Of each campaign only as many rows are looked at as could be taken, so
    /// that a large campaign is not read whole for every few messages (SQLite
    /// takes the tables of a CROSS JOIN in the order in which they are written).
    /// On PostgreSQL whoever claims at the same time passes over the rows that
    /// are being looked at here.
    ///
    /// A worker that has been given up gets nothing.
    pub(crate) async fn claim(
        &self,
        worker: Worker,
        limit: u32,
        now: Millis,
    ) -> Result<Vec<Claimed>> {
        let rows = sql("WITH waiting AS MATERIALIZED (
                SELECT id FROM (
                    SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.campaign_id ORDER BY r.id) AS turn
                    FROM campaigns c CROSS JOIN recipients r
                    WHERE c.state = 'sending' AND r.id IN (
                        SELECT w.id FROM recipients w
                        WHERE w.campaign_id = c.id AND w.state = 'pending' AND w.not_before <= ?
                        ORDER BY w.id LIMIT ?)
                ) turns ORDER BY turn, id LIMIT ?)
             UPDATE recipients SET state = 'claimed', worker = ?
             FROM waiting WHERE recipients.id = waiting.id AND state = 'pending'
                AND EXISTS (SELECT 1 FROM workers WHERE workers.id = ?)
             RETURNING recipients.id, portal_id, campaign_id, contact_id, phone, contact_values, tries")
        .on_postgres(
            "WITH waiting AS MATERIALIZED (
                SELECT id FROM (
                    SELECT w.id, ROW_NUMBER() OVER (PARTITION BY c.id ORDER BY w.id) AS turn
                    FROM campaigns c CROSS JOIN LATERAL (
                        SELECT r.id FROM recipients r
                        WHERE r.campaign_id = c.id AND r.state = 'pending' AND r.not_before <= ?
                        ORDER BY r.id LIMIT ? FOR NO KEY UPDATE SKIP LOCKED) w
                    WHERE c.state = 'sending'
                ) turns ORDER BY turn, id LIMIT ?)
             UPDATE recipients SET state = 'claimed', worker = ?
             FROM waiting WHERE recipients.id = waiting.id AND state = 'pending'
                AND EXISTS (SELECT 1 FROM workers WHERE workers.id = ?)
             RETURNING recipients.id, portal_id, campaign_id, contact_id, phone, contact_values, tries",
        )
        .bind(now)
        .bind(limit)
        .bind(limit)
        .bind(worker.0)
        .bind(worker.0)
        .fetch_all(&self.db)
        .await?;
        let mut campaigns = BTreeMap::new();
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let id: i64 = row.get("id")?;
            let campaign: String = row.get("campaign_id")?;
            if !campaigns.contains_key(&campaign) {
                let of = sql("SELECT name, draft, max_parts FROM campaigns WHERE id = ?");
                let of = of.bind(&campaign).fetch_one(&self.db).await?;
                campaigns.insert(campaign.clone(), of);
            }
            match message(worker, id, &row, &campaigns[&campaign]) {
                Ok(message) => claimed.push(message),
                // It stays claimed, out of the way of those that can be read.
                Err(error) => tracing::error!(%error, message = id, "a message cannot be read"),
            }
        }
        claimed.sort_by_key(|message| message.id);
        Ok(claimed)
    }

    /// Settles a claimed message that will not leave.
    pub(crate) async fn exclude(
        &self,
        message: &Claimed,
        reason: NotSentReason,
        now: Millis,
    ) -> Result<()> {
        sql(
            "UPDATE recipients SET state = 'not_sent', reason = ?, worker = NULL, updated_at = ?
             WHERE id = ? AND state = 'claimed' AND worker = ?",
        )
        .bind(to_text(&reason))
        .bind(now)
        .bind(message.id)
        .bind(message.worker.0)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Lets go of a message that could not be handled, as if its worker were gone:
    /// claimed, it waits again; attempted, it is in doubt.
    pub(crate) async fn set_back(
        &self,
        message: &Claimed,
        not_before: Millis,
        now: Millis,
    ) -> Result<()> {
        sql(
            "UPDATE recipients SET not_before = ?, updated_at = ?, worker = NULL,
                state = CASE state WHEN 'claimed' THEN 'pending' ELSE 'in_doubt' END
             WHERE id = ? AND state IN ('claimed', 'attempting') AND worker = ?",
        )
        .bind(not_before)
        .bind(now)
        .bind(message.id)
        .bind(message.worker.0)
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

fn message(worker: Worker, id: i64, row: &Row, campaign: &Row) -> Result<Claimed> {
    Ok(Claimed {
        worker,
        id,
        portal: row.get("portal_id")?,
        campaign: row.get("campaign_id")?,
        campaign_name: campaign.get("name")?,
        draft: from_json(campaign.get("draft")?, "draft")?,
        max_parts: campaign.get("max_parts")?,
        contact_id: row.get("contact_id")?,
        phone: row.get("phone")?,
        values: from_json(row.get("contact_values")?, "values")?,
        tries: row.get("tries")?,
    })
}
