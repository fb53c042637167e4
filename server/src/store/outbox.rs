//! The messages on their way out: claimed, attempted, settled.
//!
//! A message moves only from the state that the mover believes it to be in;
//! whoever comes too late changes nothing.

use std::collections::BTreeMap;

use septet_core::delivery::{MessageState, NotSentReason, Report};
use septet_core::wire::{Millis, SmsDraft};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{Link, Result, Store, from_json, from_text, to_text};

/// A message that this process will try to send.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) id: i64,
    pub(crate) portal: u64,
    pub(crate) campaign: String,
    pub(crate) campaign_name: String,
    pub(crate) draft: SmsDraft,
    pub(crate) max_parts: u8,
    pub(crate) contact_id: String,
    /// Digits with calling code.
    pub(crate) phone: String,
    pub(crate) values: BTreeMap<String, String>,
    /// Calls that provably reached nobody so far.
    pub(crate) tries: u32,
}

/// What is known after a call to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The provider has it.
    Accepted {
        /// Its id there.
        provider_id: String,
    },
    /// The provider refused this recipient.
    Refused,
    /// Provably not accepted; may be tried again from then on.
    NotReached {
        /// When.
        not_before: Millis,
    },
    /// Nobody knows.
    Unknown,
}

impl Store {
    /// After a start: what was claimed goes back, what was being attempted is in doubt.
    pub(crate) async fn recover(&self, now: Millis) -> Result<(u64, u64)> {
        let mut transaction = self.begin().await?;
        let back = sqlx::query("UPDATE recipients SET state = 'pending' WHERE state = 'claimed'")
            .execute(&mut *transaction)
            .await?;
        let doubt = sqlx::query(
            "UPDATE recipients SET state = 'in_doubt', updated_at = ? WHERE state = 'attempting'",
        )
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok((back.rows_affected(), doubt.rows_affected()))
    }

    /// Campaigns that are said to be sending; after a start, each may have nothing left to send.
    pub(crate) async fn sending_campaigns(&self) -> Result<Vec<String>> {
        Ok(
            sqlx::query_scalar("SELECT id FROM campaigns WHERE state = 'sending'")
                .fetch_all(&self.pool)
                .await?,
        )
    }

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

    /// Commits to an attempt, with the links that the text will carry; the
    /// attempt's id, or `None` when the message may no longer leave: then
    /// nothing was stored and the provider must not be called.
    ///
    /// The opt-out is looked at here, in the same transaction: whoever has it
    /// confirmed before this gets nothing.
    pub(crate) async fn begin_attempt(
        &self,
        message: &Claimed,
        number_hash: &[u8],
        parts: u8,
        links: &[Link],
        now: Millis,
    ) -> Result<Option<i64>> {
        let mut transaction = self.begin().await?;
        if super::suppressions::is_suppressed(
            &mut transaction,
            message.portal,
            number_hash,
            &message.contact_id,
        )
        .await?
        {
            sqlx::query(
                "UPDATE recipients SET state = 'not_sent', reason = ?, updated_at = ? WHERE id = ? AND state = 'claimed'",
            )
            .bind(to_text(&NotSentReason::OptedOut))
            .bind(now)
            .bind(message.id)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            return Ok(None);
        }
        let moved = sqlx::query(
            "UPDATE recipients SET state = 'attempting', parts = ?, updated_at = ?
             WHERE id = ? AND state = 'claimed'
             AND EXISTS (SELECT 1 FROM campaigns c WHERE c.id = recipients.campaign_id AND c.state = 'sending')",
        )
        .bind(parts)
        .bind(now)
        .bind(message.id)
        .execute(&mut *transaction)
        .await?;
        if moved.rows_affected() == 0 {
            sqlx::query(
                "UPDATE recipients SET state = 'pending' WHERE id = ? AND state = 'claimed'",
            )
            .bind(message.id)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            return Ok(None);
        }
        for link in links {
            super::links::insert(&mut transaction, message.portal, message.id, link).await?;
        }
        let attempt: i64 = sqlx::query_scalar(
            "INSERT INTO attempts (recipient_id, started_at) VALUES (?, ?) RETURNING id",
        )
        .bind(message.id)
        .bind(now)
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Some(attempt))
    }

    /// Writes down what came of an attempt. A delivery report that was quicker
    /// than the provider's answer has settled the message; it stays settled.
    pub(crate) async fn end_attempt(
        &self,
        message: i64,
        attempt: i64,
        outcome: &Outcome,
        now: Millis,
    ) -> Result<()> {
        let (name, state, reason, provider_id, not_before) = match outcome {
            Outcome::Accepted { provider_id } => {
                ("accepted", "accepted", None, Some(provider_id), 0)
            }
            Outcome::Refused => {
                let reason = to_text(&NotSentReason::Refused);
                ("refused", "not_sent", Some(reason), None, 0)
            }
            Outcome::NotReached { not_before } => {
                ("not_reached", "pending", None, None, *not_before)
            }
            Outcome::Unknown => ("unknown", "in_doubt", None, None, 0),
        };
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE attempts SET ended_at = ?, outcome = ? WHERE id = ?")
            .bind(now)
            .bind(name)
            .bind(attempt)
            .execute(&mut *transaction)
            .await?;
        if provider_id.is_some() {
            sqlx::query("UPDATE recipients SET provider_id = ? WHERE id = ?")
                .bind(provider_id)
                .bind(message)
                .execute(&mut *transaction)
                .await?;
        }
        let moved = sqlx::query(
            "UPDATE recipients SET state = ?, reason = ?, not_before = ?, updated_at = ?,
                tries = tries + (CASE WHEN ? = 'pending' THEN 1 ELSE 0 END)
             WHERE id = ? AND state = 'attempting'",
        )
        .bind(state)
        .bind(reason)
        .bind(not_before)
        .bind(now)
        .bind(state)
        .bind(message)
        .execute(&mut *transaction)
        .await?;
        if matches!(outcome, Outcome::NotReached { .. }) && moved.rows_affected() > 0 {
            // Its links were never seen by anybody, and the next attempt makes its own.
            sqlx::query("DELETE FROM links WHERE recipient_id = ?")
                .bind(message)
                .execute(&mut *transaction)
                .await?;
            // A campaign that was cancelled meanwhile takes its messages with it.
            sqlx::query(
                "UPDATE recipients SET state = 'not_sent', reason = ? WHERE id = ? AND state = 'pending'
                 AND EXISTS (SELECT 1 FROM campaigns c WHERE c.id = recipients.campaign_id AND c.state = 'cancelled')",
            )
            .bind(to_text(&NotSentReason::Cancelled))
            .bind(message)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

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
        let mut transaction = self.begin().await?;
        let state: Option<String> =
            sqlx::query_scalar("SELECT state FROM recipients WHERE id = ? AND portal_id = ?")
                .bind(message)
                .bind(super::portal_column(portal))
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(state) = state else { return Ok(false) };
        sqlx::query("INSERT INTO reports (recipient_id, code, arrived_at) VALUES (?, ?, ?)")
            .bind(message)
            .bind(code)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        let before: MessageState = from_text(&state, "message state")?;
        let after = report.map_or(before, |report| before.after(report));
        if after != before {
            sqlx::query("UPDATE recipients SET state = ?, updated_at = ? WHERE id = ?")
                .bind(to_text(&after))
                .bind(now)
                .bind(message)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(after != before)
    }
}
