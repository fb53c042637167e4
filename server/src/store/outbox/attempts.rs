//! Attempts: on disk before the provider is called, and again after.

use septet_core::delivery::NotSentReason;
use septet_core::wire::Millis;

use super::{Claimed, Link, Outcome, Result, Store};
use crate::store::db::sql;
use crate::store::{links, suppressions, to_text};

impl Store {
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
        let mut transaction = self.db.begin().await?;
        if suppressions::is_suppressed(
            &mut transaction,
            message.portal,
            number_hash,
            &message.contact_id,
        )
        .await?
        {
            sql(
                "UPDATE recipients SET state = 'not_sent', reason = ?, updated_at = ? WHERE id = ? AND state = 'claimed'",
            )
            .bind(to_text(&NotSentReason::OptedOut))
            .bind(now)
            .bind(message.id)
            .execute(&mut transaction)
            .await?;
            transaction.commit().await?;
            return Ok(None);
        }
        let moved = sql(
            "UPDATE recipients SET state = 'attempting', parts = ?, updated_at = ?
             WHERE id = ? AND state = 'claimed'
             AND EXISTS (SELECT 1 FROM campaigns c WHERE c.id = recipients.campaign_id AND c.state = 'sending')",
        )
        .bind(parts)
        .bind(now)
        .bind(message.id)
        .execute(&mut transaction)
        .await?;
        if moved == 0 {
            sql("UPDATE recipients SET state = 'pending' WHERE id = ? AND state = 'claimed'")
                .bind(message.id)
                .execute(&mut transaction)
                .await?;
            transaction.commit().await?;
            return Ok(None);
        }
        links::insert(&mut transaction, message.portal, message.id, links).await?;
        let attempt: i64 =
            sql("INSERT INTO attempts (recipient_id, started_at) VALUES (?, ?) RETURNING id")
                .bind(message.id)
                .bind(now)
                .scalar(&mut transaction)
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
        let mut transaction = self.db.begin().await?;
        sql("UPDATE attempts SET ended_at = ?, outcome = ? WHERE id = ?")
            .bind(now)
            .bind(name)
            .bind(attempt)
            .execute(&mut transaction)
            .await?;
        if provider_id.is_some() {
            sql("UPDATE recipients SET provider_id = ? WHERE id = ?")
                .bind(provider_id)
                .bind(message)
                .execute(&mut transaction)
                .await?;
        }
        let moved = sql(
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
        .execute(&mut transaction)
        .await?;
        if matches!(outcome, Outcome::NotReached { .. }) && moved > 0 {
            // Its links were never seen by anybody, and the next attempt makes its own.
            sql("DELETE FROM links WHERE recipient_id = ?")
                .bind(message)
                .execute(&mut transaction)
                .await?;
            // A campaign that was cancelled meanwhile takes its messages with it.
            sql(
                "UPDATE recipients SET state = 'not_sent', reason = ? WHERE id = ? AND state = 'pending'
                 AND EXISTS (SELECT 1 FROM campaigns c WHERE c.id = recipients.campaign_id AND c.state = 'cancelled')",
            )
            .bind(to_text(&NotSentReason::Cancelled))
            .bind(message)
            .execute(&mut transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
