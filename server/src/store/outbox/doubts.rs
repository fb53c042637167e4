//! Messages in doubt: what people make of them, and what 360nrs's records say.

use std::collections::BTreeSet;

use septet_core::delivery::{Decision, MessageState, NotSentReason};
use septet_core::wire::Millis;

use super::{Result, Store};
use crate::store::db::{Bind, sql};
use crate::store::{portal_column, timeline, to_text};

/// Messages in doubt of one campaign.
#[derive(Debug)]
pub(crate) struct Doubt {
    pub(crate) portal: u64,
    pub(crate) campaign: String,
    /// The campaign's name, which 360nrs knows it by.
    pub(crate) name: String,
    pub(crate) messages: Vec<i64>,
    /// When the first and the last of them were attempted.
    pub(crate) first_at: Millis,
    pub(crate) last_at: Millis,
}

/// A decision, and whose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict<'a> {
    /// Of the request.
    pub(crate) key: &'a str,
    pub(crate) decision: Decision,
    pub(crate) by: &'a str,
}

impl Store {
    /// Messages in doubt, all of them attempted before a time, by campaign.
    ///
    /// Where it is not known of every message that has left, of all campaigns of that name,
    /// which call it left with, there is nothing to compare with: the call of one whose
    /// answer was lost and which a report has settled since would be taken for another's.
    pub(crate) async fn doubts(&self, before: Millis) -> Result<Vec<Doubt>> {
        let rows = sql(
            "SELECT r.id, r.left_at, c.id AS campaign_id, c.portal_id, c.name
             FROM recipients r JOIN campaigns c ON c.id = r.campaign_id
             WHERE r.state = 'in_doubt' AND r.left_at IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM recipients o JOIN campaigns n ON n.id = o.campaign_id
                WHERE n.name = c.name AND o.left_at IS NOT NULL AND o.sending_id IS NULL AND o.state <> 'in_doubt')
             ORDER BY c.id, r.left_at",
        )
        .fetch_all(&self.db)
        .await?;
        let mut doubts: Vec<Doubt> = Vec::new();
        for row in rows {
            let campaign: String = row.get("campaign_id")?;
            let left_at: Millis = row.get("left_at")?;
            if doubts.last().is_none_or(|doubt| doubt.campaign != campaign) {
                doubts.push(Doubt {
                    portal: row.get("portal_id")?,
                    campaign,
                    name: row.get("name")?,
                    messages: Vec::new(),
                    first_at: left_at,
                    last_at: left_at,
                });
            }
            if let Some(doubt) = doubts.last_mut() {
                doubt.messages.push(row.get("id")?);
                doubt.last_at = left_at;
            }
        }
        doubts.retain(|doubt| doubt.last_at < before);
        Ok(doubts)
    }

    /// Which of these calls to 360nrs are of messages that we know to be taken.
    pub(crate) async fn known_sendings(&self, ids: &[&str]) -> Result<BTreeSet<String>> {
        let known = sql("WITH given (id) AS (?*)
             SELECT given.id FROM given WHERE EXISTS (SELECT 1 FROM recipients r WHERE r.sending_id = given.id)")
        .rows(ids.iter().map(|id| [id.value()]));
        let known: Vec<String> = known.scalars(&self.db).await?;
        Ok(known.into_iter().collect())
    }

    /// Settles messages in doubt, all of a campaign or those named; which they were, and
    /// `None` where there is no such campaign or it has been cancelled or erased and nothing
    /// of it can be sent again. A request that comes twice settles nothing the second time.
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
        let state: Option<String> = sql(
            "SELECT CASE WHEN erased_to IS NULL THEN state ELSE 'cancelled' END AS state
                 FROM campaigns WHERE portal_id = ? AND id = ?",
        )
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
        timeline::note(&mut tx, &decided).await?;
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
            sql("UPDATE campaigns SET state = 'sending', ended_at = NULL WHERE id = ? AND state = 'finished'")
                .bind(campaign)
                .execute(&mut tx)
                .await?;
        }
        tx.commit().await?;
        Ok(Some(decided))
    }
}
