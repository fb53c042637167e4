//! Attempts: on disk before the provider is called, and again after.

use septet_core::delivery::NotSentReason;
use septet_core::wire::Millis;

use super::{Claimed, Link, Outcome, Result, Store};
use crate::store::db::{Tx, sql};
use crate::store::{links, suppressions, to_text};

impl Store {
    /// Commits to an attempt, with the links that the text will carry; the
    /// attempt's number, or `None` when the message may no longer leave: then
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
        transaction.pass_gate(message.portal).await?;
        if suppressions::is_suppressed(
            &mut transaction,
            message.portal,
            number_hash,
            &message.contact_id,
        )
        .await?
        {
            sql("UPDATE recipients SET state = 'not_sent', reason = ?, worker = NULL, updated_at = ?
                 WHERE id = ? AND state = 'claimed' AND worker = ?")
            .bind(to_text(&NotSentReason::OptedOut))
            .bind(now)
            .bind(message.id)
            .bind(message.worker.0)
            .execute(&mut transaction)
            .await?;
            transaction.commit().await?;
            return Ok(None);
        }
        let moved = sql(
            "UPDATE recipients SET state = 'attempting', attempts = attempts + 1, parts = ?, updated_at = ?
             WHERE id = ? AND state = 'claimed' AND worker = ?
             AND EXISTS (SELECT 1 FROM campaigns c WHERE c.id = recipients.campaign_id AND c.state = 'sending')
             RETURNING attempts",
        )
        .bind(parts)
        .bind(now)
        .bind(message.id)
        .bind(message.worker.0)
        .fetch_optional(&mut transaction)
        .await?;
        let Some(moved) = moved else {
            sql("UPDATE recipients SET state = 'pending', worker = NULL
                 WHERE id = ? AND state = 'claimed' AND worker = ?")
            .bind(message.id)
            .bind(message.worker.0)
            .execute(&mut transaction)
            .await?;
            transaction.commit().await?;
            return Ok(None);
        };
        let attempt: i64 = moved.get("attempts")?;
        links::insert(&mut transaction, message.portal, message.id, links).await?;
        sql("INSERT INTO attempts (recipient_id, number, started_at) VALUES (?, ?, ?)")
            .bind(message.id)
            .bind(attempt)
            .bind(now)
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        Ok(Some(attempt))
    }

    /// Writes down what came of an attempt.
    ///
    /// If it is the message's last one, it is evidence even when it comes late and
    /// the message is in doubt meanwhile, or no longer this worker's. What a delivery
    /// report that was quicker, or a person, has settled stays settled.
    pub(crate) async fn end_attempt(
        &self,
        message: &Claimed,
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
        let campaign = sql("SELECT state FROM campaigns WHERE id = ?").for_update();
        if matches!(outcome, Outcome::NotReached { .. }) {
            // The message may have to go with its campaign, or to bring it back.
            let campaign = campaign.bind(&message.campaign);
            campaign.fetch_optional(&mut transaction).await?;
        }
        let moved = sql("UPDATE recipients SET state = ?, reason = ?, not_before = ?, updated_at = ?, worker = NULL,
                tries = tries + (CASE WHEN ? = 'pending' THEN 1 ELSE 0 END)
             WHERE id = ? AND attempts = ? AND state IN ('attempting', 'in_doubt')")
        .bind(state)
        .bind(reason)
        .bind(not_before)
        .bind(now)
        .bind(state)
        .bind(message.id)
        .bind(attempt)
        .execute(&mut transaction)
        .await?;
        if provider_id.is_some() {
            sql("UPDATE recipients SET provider_id = ? WHERE id = ? AND attempts = ?")
                .bind(provider_id)
                .bind(message.id)
                .bind(attempt)
                .execute(&mut transaction)
                .await?;
        }
        if matches!(outcome, Outcome::NotReached { .. }) && moved > 0 {
            wait_again(&mut transaction, message).await?;
        }
        sql("UPDATE attempts SET ended_at = ?, outcome = ? WHERE recipient_id = ? AND number = ?")
            .bind(now)
            .bind(name)
            .bind(message.id)
            .bind(attempt)
            .execute(&mut transaction)
            .await?;
        transaction.commit().await
    }
}

/// What it takes for a message that reached nobody to wait for its next attempt.
async fn wait_again(transaction: &mut Tx, message: &Claimed) -> Result<()> {
    // Its links were never seen by anybody, and the next attempt makes its own.
    sql("DELETE FROM links WHERE recipient_id = ?")
        .bind(message.id)
        .execute(&mut *transaction)
        .await?;
    // A campaign that was cancelled meanwhile takes its messages with it.
    sql("UPDATE recipients SET state = 'not_sent', reason = ? WHERE id = ?
         AND EXISTS (SELECT 1 FROM campaigns c WHERE c.id = recipients.campaign_id AND c.state = 'cancelled')")
    .bind(to_text(&NotSentReason::Cancelled))
    .bind(message.id)
    .execute(&mut *transaction)
    .await?;
    // One that ended because nothing of it waited goes on.
    sql("UPDATE campaigns SET state = 'sending' WHERE id = ? AND state = 'finished'")
        .bind(&message.campaign)
        .execute(transaction)
        .await?;
    Ok(())
}
