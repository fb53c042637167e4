//! Which messages leave next.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use septet_core::wire::Millis;

use super::{Claimed, Result, Sendable, Store, Worker};
use crate::store::clock::clock;
use crate::store::db::{On, Row, sql};
use crate::store::{from_json, portal_column};

/// Microseconds of an account's allowance that may be used ahead of time.
const LEAD: i64 = 250_000;

impl Store {
    /// Claims messages that may leave now, taking turns between campaigns; no more of an
    /// account in a second than `rate`, whoever claims them.
    ///
    /// A worker that has been given up gets nothing.
    pub(crate) async fn claim(
        &self,
        worker: Worker,
        limit: u32,
        rate: Option<NonZeroU32>,
        now: Millis,
    ) -> Result<Vec<Claimed>> {
        let rows = match rate {
            None => claim(&self.db, worker, None, limit, now).await?,
            Some(rate) => self.claim_at_pace(worker, limit, rate, now).await?,
        };
        let mut campaigns: BTreeMap<String, Option<Arc<Sendable>>> = BTreeMap::new();
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let id: String = row.get("campaign_id")?;
            let campaign = match campaigns.get(&id) {
                Some(campaign) => campaign.clone(),
                None => {
                    let campaign = self.sendable(&id).await;
                    if let Err(error) = &campaign {
                        tracing::error!(%error, campaign = id, "a campaign cannot be read");
                    }
                    let campaign = campaign.ok().map(Arc::new);
                    campaigns.insert(id, campaign.clone());
                    campaign
                }
            };
            // What cannot be read stays claimed, out of the way of what can.
            if let Some(campaign) = campaign {
                match message(worker, &row, campaign) {
                    Ok(message) => claimed.push(message),
                    Err(error) => tracing::error!(%error, "a message cannot be read"),
                }
            }
        }
        claimed.sort_by_key(|message| message.id);
        Ok(claimed)
    }

    /// Claims account by account, as many messages as its allowance has grown by since.
    async fn claim_at_pace(
        &self,
        worker: Worker,
        limit: u32,
        rate: NonZeroU32,
        now: Millis,
    ) -> Result<Vec<Row>> {
        let interval = 1_000_000 / i64::from(rate.get());
        let portals: Vec<u64> =
            sql("SELECT DISTINCT portal_id FROM campaigns WHERE state = 'sending'")
                .scalars(&self.db)
                .await?;
        let mut rows = Vec::new();
        for portal in portals {
            let mut tx = self.db.begin().await?;
            let free_at: i64 = sql("INSERT INTO pace (portal_id, free_at) VALUES (?, 0)
                 ON CONFLICT (portal_id) DO UPDATE SET free_at = pace.free_at RETURNING free_at")
            .bind(portal_column(portal))
            .scalar(&mut tx)
            .await?;
            let clock = clock(&mut tx).await? * 1000;
            // Nobody ever goes further ahead; a clock was set back where it seems so.
            let free_at = if free_at > clock + LEAD {
                clock
            } else {
                free_at.max(clock)
            };
            let allowance = u32::try_from((clock + LEAD - free_at) / interval).unwrap_or_default();
            let allowance = allowance.min(limit - u32::try_from(rows.len()).unwrap_or(limit));
            if allowance > 0 {
                let claimed = claim(&mut tx, worker, Some(portal), allowance, now).await?;
                let used = i64::try_from(claimed.len()).unwrap_or_default() * interval;
                sql("UPDATE pace SET free_at = ? WHERE portal_id = ?")
                    .bind(free_at + used)
                    .bind(portal_column(portal))
                    .execute(&mut tx)
                    .await?;
                rows.extend(claimed);
            }
            tx.commit().await?;
        }
        Ok(rows)
    }

    /// Lets messages that wait to be tried again wait until a time and not longer. Those
    /// that wait for a start or for a good hour have not been tried, or not since.
    pub(crate) async fn wait_no_longer_than(&self, latest: Millis) -> Result<()> {
        sql("UPDATE recipients SET not_before = 0
             WHERE state = 'pending' AND tries > 0 AND not_before > ?
             AND campaign_id IN (SELECT id FROM campaigns WHERE state = 'sending')")
        .bind(latest)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    async fn sendable(&self, id: &str) -> Result<Sendable> {
        let row = sql("SELECT name, draft, max_parts, links FROM campaigns WHERE id = ?")
            .bind(id)
            .fetch_one(&self.db)
            .await?;
        Ok(Sendable {
            id: id.to_owned(),
            name: row.get("name")?,
            draft: from_json(row.get("draft")?, "draft")?,
            max_parts: row.get("max_parts")?,
            links: from_json(row.get("links")?, "links")?,
        })
    }
}

/// Claims messages of one account or of all.
///
/// Of each campaign only as many rows are looked at as could be taken, so
/// that a large campaign is not read whole for every few messages (SQLite
/// takes the tables of a CROSS JOIN in the order in which they are written).
/// On PostgreSQL whoever claims at the same time passes over the rows that
/// are being looked at here.
async fn claim<'a>(
    on: impl Into<On<'a>>,
    worker: Worker,
    portal: Option<u64>,
    limit: u32,
    now: Millis,
) -> Result<Vec<Row>> {
    let portal = portal.map(portal_column);
    sql("WITH waiting AS MATERIALIZED (
            SELECT id FROM (
                SELECT r.id, ROW_NUMBER() OVER (PARTITION BY r.campaign_id ORDER BY r.not_before, r.id) AS turn
                FROM campaigns c CROSS JOIN recipients r
                WHERE c.state = 'sending' AND (? IS NULL OR c.portal_id = ?) AND r.id IN (
                    SELECT w.id FROM recipients w
                    WHERE w.campaign_id = c.id AND w.state = 'pending' AND w.not_before <= ?
                    ORDER BY w.not_before, w.id LIMIT ?)
            ) turns ORDER BY turn, id LIMIT ?)
         UPDATE recipients SET state = 'claimed', worker = ?
         FROM waiting WHERE recipients.id = waiting.id AND state = 'pending'
            AND EXISTS (SELECT 1 FROM workers WHERE workers.id = ?)
         RETURNING recipients.id, portal_id, campaign_id, contact_id, phone, contact_values, text, tries")
    .on_postgres(
        "WITH waiting AS MATERIALIZED (
            SELECT id FROM (
                SELECT w.id, ROW_NUMBER() OVER (PARTITION BY c.id ORDER BY w.not_before, w.id) AS turn
                FROM campaigns c CROSS JOIN LATERAL (
                    SELECT r.id, r.not_before FROM recipients r
                    WHERE (CAST(? AS BIGINT) IS NULL OR c.portal_id = ?)
                    AND r.campaign_id = c.id AND r.state = 'pending' AND r.not_before <= ?
                    ORDER BY r.not_before, r.id LIMIT ? FOR NO KEY UPDATE SKIP LOCKED) w
                WHERE c.state = 'sending'
            ) turns ORDER BY turn, id LIMIT ?)
         UPDATE recipients SET state = 'claimed', worker = ?
         FROM waiting WHERE recipients.id = waiting.id AND state = 'pending'
            AND EXISTS (SELECT 1 FROM workers WHERE workers.id = ?)
         RETURNING recipients.id, portal_id, campaign_id, contact_id, phone, contact_values, text, tries",
    )
    .bind(portal)
    .bind(portal)
    .bind(now)
    .bind(limit)
    .bind(limit)
    .bind(worker.0)
    .bind(worker.0)
    .fetch_all(on)
    .await
}

fn message(worker: Worker, row: &Row, campaign: Arc<Sendable>) -> Result<Claimed> {
    Ok(Claimed {
        worker,
        id: row.get("id")?,
        portal: row.get("portal_id")?,
        campaign,
        contact_id: row.get("contact_id")?,
        phone: row.get("phone")?,
        values: from_json(row.get("contact_values")?, "values")?,
        text: row.get("text")?,
        tries: row.get("tries")?,
    })
}
