//! Messages in doubt: what people make of them, and what 360nrs's records say.

use septet_core::delivery::{Decision, MessageState, NotSentReason};
use septet_core::wire::Millis;

use super::{Result, Store};
use crate::store::db::{Bind, sql};
use crate::store::{portal_column, to_text};

/// A decision, and whose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict<'a> {
    /// Of the request.
    pub(crate) key: &'a str,
    pub(crate) decision: Decision,
    pub(crate) by: &'a str,
}

impl Store {
    /// Settles messages in doubt, all of a campaign or those named; which they were, and
    /// `None` where there is no such campaign or it has been cancelled and nothing of it can
    /// be sent again. A request that comes twice settles nothing the second time.
    pub(crate) async fn decide(
        &self,
        portal: u64,
        campaign: &str,
        messages: Option<&[i64]>,
        verdict: Verdict<'_>,
        now: Millis,
    ) -> Result<Option<Vec<i64>>> {
        let Verdict { key, decision, by } = verdict;
        let mut tx = self.db.begin().await?;
        let state: Option<String> =
            sql("SELECT state FROM campaigns WHERE portal_id = ? AND id = ?")
                .for_update()
                .bind(portal_column(portal))
                .bind(campaign)
                .fetch_optional(&mut tx)
                .await?
                .map(|row| row.get("state"))
                .transpose()?;
        match state.as_deref() {
            None => return Ok(None),
            Some("cancelled") if decision == Decision::Resend => return Ok(None),
            Some(_) => {}
        }
        let before: i64 = sql("SELECT COUNT(*) FROM decisions WHERE portal_id = ? AND key = ?")
            .bind(portal_column(portal))
            .bind(key)
            .scalar(&mut tx)
            .await?;
        if before > 0 {
            return Ok(Some(Vec::new()));
        }
        let doubtful: Vec<i64> = sql(
            "SELECT id FROM recipients WHERE campaign_id = ? AND state = 'in_doubt' ORDER BY id",
        )
        .for_update()
        .bind(campaign)
        .scalars(&mut tx)
        .await?;
        let decided: Vec<i64> = doubtful
            .into_iter()
            .filter(|id| messages.is_none_or(|named| named.contains(id)))
            .collect();
        if decided.is_empty() {
            return Ok(Some(decided));
        }
        let Some(state) = MessageState::InDoubt.decided(decision) else {
            return Ok(None);
        };
        let reason = (state == MessageState::NotSent).then(|| to_text(&NotSentReason::Dropped));
        sql("WITH given (id) AS (?*)
             UPDATE recipients SET state = ?, reason = ?, tries = 0, not_before = 0, updated_at = ?
             WHERE id IN (SELECT id FROM given)")
        .rows(decided.iter().map(|id| [id.value()]))
        .bind(to_text(&state))
        .bind(reason)
        .bind(now)
        .execute(&mut tx)
        .await?;
        let row = |id: &i64| {
            [
                id.value(),
                portal_column(portal).value(),
                key.value(),
                to_text(&decision).value(),
                by.value(),
                now.value(),
            ]
        };
        sql("INSERT INTO decisions (recipient_id, portal_id, key, decision, decided_by, decided_at) ?*")
            .rows(decided.iter().map(row))
            .execute(&mut tx)
            .await?;
        if decision == Decision::Resend {
            sql("UPDATE campaigns SET state = 'sending' WHERE id = ? AND state = 'finished'")
                .bind(campaign)
                .execute(&mut tx)
                .await?;
        }
        tx.commit().await?;
        Ok(Some(decided))
    }
}
