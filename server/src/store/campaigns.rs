//! Campaigns: created once with all their recipients, then only their state changes.

use std::collections::BTreeMap;

use septet_core::delivery::NotSentReason;
use septet_core::wire::{
    CampaignState, CampaignSummary, Clicks, Counts, LinkShape, Millis, PauseReason, SmsDraft,
};

use super::audit;
use super::clock::clock;
use super::db::{Bind, Row, Tx, sql};
use super::imports::lock_import;
use super::preparing::{Mark, number};
use super::timeline;
use super::{Result, Store, StoreError, from_json, from_text, portal_column, to_text};

/// An audience that could not be read so many times in a row is said to be stalled.
const STALLED: u64 = 3;

/// Read again and again while a campaign is watched, and so from an index alone.
const COUNTS: &str = "SELECT state, COUNT(*) AS rows, COUNT(clicked_at) AS clicked,
        COUNT(unsubscribed_at) AS unsubscribed, COUNT(replied_at) AS replied
    FROM recipients WHERE campaign_id = ? GROUP BY state";

/// How the keys of campaigns begin that workflows send; no key of a browser can hold a colon.
pub(crate) const WORKFLOW: &str = "workflow:";

/// What the audit calls a campaign that goes to people who have opted out too.
pub(super) const IGNORED: &str = "opt_outs_ignored";

/// A campaign about to be stored.
#[derive(Debug)]
pub(crate) struct NewCampaign {
    pub(crate) id: String,
    pub(crate) portal: u64,
    /// Who sends it.
    pub(crate) by: String,
    /// The draft's key, unique within the portal.
    pub(crate) key: String,
    pub(crate) draft: SmsDraft,
    pub(crate) name: String,
    pub(crate) max_parts: u8,
    /// How its links look, for good: the preview has counted them.
    pub(crate) links: LinkShape,
    /// All of them, or none where they are yet to be read.
    pub(crate) recipients: Vec<NewRecipient>,
    /// The import that they are from.
    pub(crate) import: Option<String>,
    /// How many are to be read before anything leaves.
    pub(crate) unread: Option<u64>,
}

/// A recipient about to be stored: waiting to leave, or left out for a reason.
#[derive(Debug, Clone)]
pub(crate) struct NewRecipient {
    pub(crate) contact_id: String,
    pub(crate) name: String,
    /// Digits with calling code.
    pub(crate) phone: Option<String>,
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) parts: Option<u8>,
    pub(crate) excluded: Option<NotSentReason>,
    /// When the message may leave.
    pub(crate) not_before: Millis,
}

/// What became of a request to create a campaign.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Created {
    New,
    /// The key has made this campaign already, from the same draft.
    Before(String),
    /// The key has made a campaign from another draft.
    KeyReused,
    /// The import is no longer there.
    NoSource,
}

impl Store {
    /// Stores a campaign with all its recipients and forgets the draft, or changes nothing.
    pub(crate) async fn create_campaign(
        &self,
        campaign: &NewCampaign,
        now: Millis,
    ) -> Result<Created> {
        let portal = portal_column(campaign.portal);
        let mut transaction = self.db.begin().await?;
        transaction
            .lock_draft(campaign.portal, &campaign.key)
            .await?;
        if let Some(import) = &campaign.import
            && !lock_import(&mut transaction, campaign.portal, import).await?
        {
            return Ok(Created::NoSource);
        }
        let (state, from) = match campaign.unread {
            Some(_) => ("preparing", Some(Mark::default().text())),
            None => ("sending", None),
        };
        let new = sql(
            "INSERT INTO campaigns (id, portal_id, draft_key, draft, name, max_parts, links, state, import_id,
                audience, prepared_to, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (portal_id, draft_key) DO NOTHING",
        )
        .bind(&campaign.id)
        .bind(portal)
        .bind(&campaign.key)
        .bind(serde_json::json!(campaign.draft).to_string())
        .bind(&campaign.name)
        .bind(campaign.max_parts)
        .bind(serde_json::json!(campaign.links).to_string())
        .bind(state)
        .bind(campaign.import.as_deref())
        .bind(number(campaign.unread.unwrap_or_default()))
        .bind(from)
        .bind(now)
        .execute(&mut transaction)
        .await?;
        if new == 0 {
            let row = sql("SELECT id, draft FROM campaigns WHERE portal_id = ? AND draft_key = ?")
                .bind(portal)
                .bind(&campaign.key)
                .fetch_one(&mut transaction)
                .await?;
            let draft: SmsDraft = from_json(row.get("draft")?, "draft")?;
            return Ok(if draft == campaign.draft {
                Created::Before(row.get("id")?)
            } else {
                Created::KeyReused
            });
        }
        insert_recipients(
            &mut transaction,
            campaign.portal,
            &campaign.id,
            &campaign.recipients,
            now,
        )
        .await?;
        sql("DELETE FROM drafts WHERE portal_id = ? AND draft_key = ?")
            .bind(portal)
            .bind(&campaign.key)
            .execute(&mut transaction)
            .await?;
        if campaign.draft.ignore_opt_outs {
            let (by, id) = (&campaign.by, &campaign.id);
            audit::note(&mut transaction, campaign.portal, by, IGNORED, id, now).await?;
        }
        transaction.commit().await?;
        Ok(Created::New)
    }

    /// Senders of the latest campaigns, each once.
    pub(crate) async fn senders(&self, portal: u64) -> Result<Vec<String>> {
        let drafts: Vec<String> = sql(
            "SELECT draft FROM campaigns WHERE portal_id = ? ORDER BY created_at DESC, id DESC LIMIT 50",
        )
        .bind(portal_column(portal))
        .scalars(&self.db)
        .await?;
        let mut senders = Vec::new();
        for draft in drafts {
            let draft: SmsDraft = from_json(draft, "draft")?;
            if !draft.sender.is_empty() && !senders.contains(&draft.sender) {
                senders.push(draft.sender);
            }
        }
        Ok(senders)
    }

    /// The campaign that a key has made, and the draft that it was made from.
    pub(crate) async fn campaign_of_key(
        &self,
        portal: u64,
        key: &str,
    ) -> Result<Option<(String, SmsDraft)>> {
        let row = sql("SELECT id, draft FROM campaigns WHERE portal_id = ? AND draft_key = ?")
            .bind(portal_column(portal))
            .bind(key)
            .fetch_optional(&self.db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((
            row.get("id")?,
            from_json(row.get("draft")?, "draft")?,
        )))
    }

    pub(crate) async fn campaign(&self, portal: u64, id: &str) -> Result<Option<CampaignSummary>> {
        let row = sql("SELECT * FROM campaigns WHERE portal_id = ? AND id = ?")
            .bind(portal_column(portal))
            .bind(id)
            .fetch_optional(&self.db)
            .await?;
        match row {
            Some(row) => Ok(Some(self.summary(&row).await?)),
            None => Ok(None),
        }
    }

    /// Newest first, those created before `before` (time and id of the last one seen).
    pub(crate) async fn campaigns(
        &self,
        portal: u64,
        before: Option<(Millis, &str)>,
        limit: u32,
    ) -> Result<Vec<CampaignSummary>> {
        let (time, id) = before.unwrap_or((Millis::MAX, ""));
        let rows = sql(
            "SELECT * FROM campaigns WHERE portal_id = ? AND (created_at < ? OR (created_at = ? AND id < ?))
             ORDER BY created_at DESC, id DESC LIMIT ?",
        )
        .bind(portal_column(portal))
        .bind(time)
        .bind(time)
        .bind(id)
        .bind(limit)
        .fetch_all(&self.db)
        .await?;
        let mut summaries = Vec::with_capacity(rows.len());
        for row in &rows {
            summaries.push(self.summary(row).await?);
        }
        Ok(summaries)
    }

    async fn summary(&self, row: &Row) -> Result<CampaignSummary> {
        let draft: SmsDraft = from_json(row.get("draft")?, "draft")?;
        let id: String = row.get("id")?;
        let key: String = row.get("draft_key")?;
        Ok(CampaignSummary {
            workflow: key.starts_with(WORKFLOW),
            name: row.get("name")?,
            sender: draft.sender,
            text: draft.text,
            ignores_opt_outs: draft.ignore_opt_outs,
            state: state_of(row)?,
            created_at: row.get("created_at")?,
            counts: self.counts(&id).await?,
            timing: draft.timing,
            next_at: self.next_at(&id).await?,
            id,
        })
    }

    /// When the first of the messages that wait may leave; `None` when none waits.
    async fn next_at(&self, campaign: &str) -> Result<Option<Millis>> {
        sql("SELECT MIN(not_before) FROM recipients WHERE campaign_id = ? AND state = 'pending'")
            .bind(campaign)
            .scalar(&self.db)
            .await
    }

    async fn counts(&self, campaign: &str) -> Result<Counts> {
        let rows = sql(COUNTS).bind(campaign).fetch_all(&self.db).await?;
        let mut counts = Counts::default();
        for row in rows {
            let number = row.get::<u64>("rows")?;
            counts.total += number;
            counts.clicked += row.get::<u64>("clicked")?;
            counts.unsubscribed += row.get::<u64>("unsubscribed")?;
            counts.replied += row.get::<u64>("replied")?;
            match row.get::<String>("state")?.as_str() {
                "pending" | "claimed" | "attempting" => counts.pending += number,
                "accepted" => counts.accepted += number,
                "delivered" => counts.delivered += number,
                "undelivered" => counts.undelivered += number,
                "not_sent" => counts.not_sent += number,
                "in_doubt" => counts.in_doubt += number,
                _ => {
                    return Err(StoreError::Unreadable {
                        what: "message state",
                    });
                }
            }
        }
        let clicks =
            sql("SELECT machine, probable, confirmed FROM click_counts WHERE campaign_id = ?");
        if let Some(row) = clicks.bind(campaign).fetch_optional(&self.db).await? {
            counts.clicks = Clicks {
                machine: row.get("machine")?,
                probable: row.get("probable")?,
                confirmed: row.get("confirmed")?,
            };
        }
        Ok(counts)
    }

    /// Pauses a campaign that is sending or prepared; `false` when it is neither. From the
    /// moment this returns, no attempt of it begins and no recipient is added.
    pub(crate) async fn pause(&self, portal: u64, id: &str, reason: PauseReason) -> Result<bool> {
        let mut transaction = self.db.begin().await?;
        transaction.close_gate(portal).await?;
        let done = sql("UPDATE campaigns SET state = 'paused', pause_reason = ?
             WHERE portal_id = ? AND id = ? AND state IN ('preparing', 'sending')")
        .bind(to_text(&reason))
        .bind(portal_column(portal))
        .bind(id)
        .execute(&mut transaction)
        .await?;
        transaction.commit().await?;
        Ok(done > 0)
    }

    /// Lets a paused campaign go on at once, with reading its audience where that has not
    /// come to its end; `false` when it is not paused.
    pub(crate) async fn resume(&self, portal: u64, id: &str) -> Result<bool> {
        let mut transaction = self.db.begin().await?;
        let done = sql(
            "UPDATE campaigns SET pause_reason = NULL, prepare_at = 0, prepare_tries = 0,
                state = CASE WHEN prepared_to IS NULL THEN 'sending' ELSE 'preparing' END
             WHERE portal_id = ? AND id = ? AND state = 'paused'",
        )
        .bind(portal_column(portal))
        .bind(id)
        .execute(&mut transaction)
        .await?;
        if done > 0 {
            sql(
                "UPDATE recipients SET not_before = 0, tries = 0 WHERE campaign_id = ? AND state = 'pending' AND tries > 0",
            )
            .bind(id)
            .execute(&mut transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(done > 0)
    }

    /// Stops a campaign for good: whatever has not left never will. The recipients
    /// who get nothing because of that; `None` when it has ended already.
    pub(crate) async fn cancel(
        &self,
        portal: u64,
        id: &str,
        now: Millis,
    ) -> Result<Option<Vec<i64>>> {
        let mut transaction = self.db.begin().await?;
        transaction.close_gate(portal).await?;
        let done = sql(
            "UPDATE campaigns SET state = 'cancelled', pause_reason = NULL, ended_at = ?
             WHERE portal_id = ? AND id = ? AND state IN ('preparing', 'sending', 'paused')",
        )
        .bind(now)
        .bind(portal_column(portal))
        .bind(id)
        .execute(&mut transaction)
        .await?;
        if done == 0 {
            return Ok(None);
        }
        let left_out = cancel_waiting(&mut transaction, id, now).await?;
        transaction.commit().await?;
        Ok(Some(left_out))
    }

    /// Ends a campaign when nothing of it waits any more, paused or not; `true` when this ended it.
    pub(crate) async fn finish_if_done(&self, id: &str) -> Result<bool> {
        // While something waits, whoever sends it must not wait for the lock.
        let waits = sql(
            "SELECT id FROM recipients WHERE campaign_id = ? AND state = 'pending'
             ORDER BY not_before, id LIMIT 1",
        );
        if waits.bind(id).fetch_optional(&self.db).await?.is_some() {
            return Ok(false);
        }
        let mut transaction = self.db.begin_by_index().await?;
        // Locked before its messages are looked at: none of them may begin to wait
        // again in between.
        let open = sql("SELECT id FROM campaigns
             WHERE id = ? AND state IN ('sending', 'paused') AND prepared_to IS NULL");
        let open = open.for_update().bind(id);
        if open.fetch_optional(&mut transaction).await?.is_none() {
            return Ok(false);
        }
        let ended_at = clock(&mut transaction).await?;
        let done = sql(
            "UPDATE campaigns SET state = 'finished', pause_reason = NULL, ended_at = ?
             WHERE id = ? AND NOT EXISTS (
                SELECT 1 FROM recipients WHERE campaign_id = campaigns.id
                AND state IN ('pending', 'claimed', 'attempting'))",
        )
        .bind(ended_at)
        .bind(id)
        .execute(&mut transaction)
        .await?;
        transaction.commit().await?;
        Ok(done > 0)
    }

    /// Campaigns that are said to be under way although nothing of them waits: whoever
    /// settled their last message did not live to end them.
    pub(crate) async fn done_campaigns(&self) -> Result<Vec<String>> {
        let mut transaction = self.db.begin_by_index().await?;
        let done = sql("SELECT id FROM campaigns
             WHERE state IN ('sending', 'paused') AND prepared_to IS NULL AND NOT EXISTS (
                SELECT 1 FROM recipients WHERE campaign_id = campaigns.id
                AND state IN ('pending', 'claimed', 'attempting'))");
        done.scalars(&mut transaction).await
    }
}

/// Adds recipients to a campaign, in this order; a contact who is there already stays as it is.
pub(super) async fn insert_recipients(
    transaction: &mut Tx,
    portal: u64,
    campaign: &str,
    recipients: &[NewRecipient],
    now: Millis,
) -> Result<()> {
    let row = |recipient: &NewRecipient| {
        let state = if recipient.excluded.is_some() {
            "not_sent"
        } else {
            "pending"
        };
        [
            portal_column(portal).value(),
            campaign.value(),
            recipient.contact_id.as_str().value(),
            recipient.name.as_str().value(),
            recipient.phone.as_deref().value(),
            serde_json::json!(recipient.values).to_string().value(),
            state.value(),
            recipient.excluded.as_ref().map(to_text).value(),
            recipient.parts.value(),
            recipient.not_before.value(),
            now.value(),
        ]
    };
    sql("INSERT INTO recipients (portal_id, campaign_id, contact_id, name, phone, contact_values, state,
            reason, parts, not_before, updated_at) ?* ON CONFLICT (campaign_id, contact_id, execution) DO NOTHING")
    .rows(recipients.iter().map(row))
    .execute(&mut *transaction)
    .await?;
    timeline::note_excluded(transaction, campaign, "", recipients).await
}

async fn cancel_waiting(transaction: &mut Tx, campaign: &str, now: Millis) -> Result<Vec<i64>> {
    let left_out: Vec<i64> = sql(
        "UPDATE recipients SET state = 'not_sent', reason = ?, worker = NULL, updated_at = ?
         WHERE campaign_id = ? AND state IN ('pending', 'claimed') RETURNING id",
    )
    .bind(to_text(&NotSentReason::Cancelled))
    .bind(now)
    .bind(campaign)
    .scalars(&mut *transaction)
    .await?;
    timeline::note(transaction, &left_out).await?;
    Ok(left_out)
}

fn state_of(row: &Row) -> Result<CampaignState> {
    Ok(match row.get::<String>("state")?.as_str() {
        "preparing" => {
            let done = row.get("prepared")?;
            CampaignState::Preparing {
                done,
                total: row.get::<u64>("audience")?.max(done),
                stalled: row.get::<u64>("prepare_tries")? >= STALLED,
            }
        }
        "sending" => CampaignState::Sending,
        "paused" => CampaignState::Paused {
            reason: from_text(row.get("pause_reason")?, "pause reason")?,
        },
        "finished" => CampaignState::Finished,
        "cancelled" => CampaignState::Cancelled,
        _ => {
            return Err(StoreError::Unreadable {
                what: "campaign state",
            });
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, draft, on_each_database};

    on_each_database![
        however_often_at_once_one_key_makes_one_campaign,
        another_draft_under_the_same_key_is_refused_and_stores_nothing,
        the_same_key_in_another_portal_is_another_campaign,
        another_portal_sees_nothing,
        creating_a_campaign_forgets_its_draft,
        a_campaign_is_finished_when_nothing_of_it_waits,
        a_paused_campaign_whose_last_message_came_through_is_finished,
        pages_of_campaigns_join_without_gap_or_overlap,
    ];

    async fn however_often_at_once_one_key_makes_one_campaign(on: Database) {
        let store = on.fresh().await;
        let creators = (0..8).map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut new = campaign(&format!("campaign-{number}"), 3);
                new.key = "the one key".into();
                (
                    new.id.clone(),
                    store.create_campaign(&new, 1).await.unwrap(),
                )
            })
        });
        let mut made = Vec::new();
        let mut found = Vec::new();
        for creator in creators.collect::<Vec<_>>() {
            match creator.await.unwrap() {
                (id, Created::New) => made.push(id),
                (_, Created::Before(id)) => found.push(id),
                (_, other) => panic!("it was the same draft: {other:?}"),
            }
        }

        assert_eq!(made.len(), 1);
        assert_eq!(found, vec![made[0].clone(); 7]);
        assert_eq!(store.campaigns(BOOKSHOP, None, 10).await.unwrap().len(), 1);
        let campaign = store.campaign(BOOKSHOP, &made[0]).await.unwrap().unwrap();
        assert_eq!(campaign.counts.total, 3);
    }

    async fn another_draft_under_the_same_key_is_refused_and_stores_nothing(on: Database) {
        let store = on.fresh().await;
        let first = campaign("one", 1);
        assert_eq!(
            store.create_campaign(&first, 1).await.unwrap(),
            Created::New
        );
        let mut second = campaign("two", 1);
        second.key = first.key.clone();
        second.draft = draft("Adeus");
        let created = store.create_campaign(&second, 2).await.unwrap();
        assert_eq!(created, Created::KeyReused);
        assert_eq!(store.campaign(BOOKSHOP, "two").await.unwrap(), None);
    }

    async fn the_same_key_in_another_portal_is_another_campaign(on: Database) {
        let store = on.fresh().await;
        let first = campaign("one", 1);
        store.create_campaign(&first, 1).await.unwrap();
        let mut second = campaign("two", 1);
        second.key = first.key.clone();
        second.portal = CLINIC;
        let created = store.create_campaign(&second, 2).await.unwrap();
        assert_eq!(created, Created::New);
    }

    async fn another_portal_sees_nothing(on: Database) {
        let store = on.fresh().await;
        let new = campaign("one", 1);
        store.create_campaign(&new, 1).await.unwrap();
        store
            .save_draft(BOOKSHOP, "key", &new.draft, 1)
            .await
            .unwrap();

        assert_eq!(store.campaign(CLINIC, "one").await.unwrap(), None);
        assert_eq!(store.campaigns(CLINIC, None, 10).await.unwrap(), []);
        assert_eq!(store.campaign_of_key(CLINIC, &new.key).await.unwrap(), None);
        let recipients = store.recipients(CLINIC, "one", None, 0, 10).await;
        assert_eq!(recipients.unwrap(), []);
        assert_eq!(store.draft(CLINIC, "key").await.unwrap(), None);
        assert_eq!(store.drafts(CLINIC).await.unwrap(), []);
        store.delete_draft(CLINIC, "key").await.unwrap();
        assert!(store.draft(BOOKSHOP, "key").await.unwrap().is_some());
    }

    async fn creating_a_campaign_forgets_its_draft(on: Database) {
        let store = on.fresh().await;
        let new = campaign("one", 1);
        store
            .save_draft(BOOKSHOP, &new.key, &new.draft, 1)
            .await
            .unwrap();
        store.create_campaign(&new, 2).await.unwrap();
        assert_eq!(store.draft(BOOKSHOP, &new.key).await.unwrap(), None);
    }

    async fn a_campaign_is_finished_when_nothing_of_it_waits(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 1), 1).await.unwrap();
        assert!(!store.finish_if_done("one").await.unwrap());
        let worker = store.register().await.unwrap();
        let message = store.claim_all(worker, 1, 10).await.unwrap().pop().unwrap();
        assert!(!store.finish_if_done("one").await.unwrap());
        let reason = NotSentReason::EmptyText;
        store.exclude(&message, reason, 20).await.unwrap();
        assert!(store.finish_if_done("one").await.unwrap());
        assert!(!store.finish_if_done("one").await.unwrap());
        let campaign = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        assert_eq!(campaign.state, CampaignState::Finished);
    }

    async fn a_paused_campaign_whose_last_message_came_through_is_finished(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 1), 1).await.unwrap();
        let worker = store.register().await.unwrap();
        let message = store.claim_all(worker, 1, 10).await.unwrap().pop().unwrap();
        store
            .pause(BOOKSHOP, "one", PauseReason::ByUser)
            .await
            .unwrap();
        assert!(!store.finish_if_done("one").await.unwrap());
        let reason = NotSentReason::EmptyText;
        store.exclude(&message, reason, 20).await.unwrap();
        assert!(store.finish_if_done("one").await.unwrap());
        let campaign = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        assert_eq!(campaign.state, CampaignState::Finished);
    }

    #[tokio::test]
    async fn counting_a_campaign_does_not_read_its_rows() {
        let store = Database::Sqlite.fresh().await;
        let plan = sql(format!("EXPLAIN QUERY PLAN {COUNTS}").leak()).bind("one");
        let plan = plan.fetch_all(&store.db).await.unwrap();
        let steps = plan.iter().map(|step| step.get("detail"));
        let steps: Vec<String> = steps.collect::<Result<_>>().unwrap();
        assert!(
            steps.len() == 1 && steps[0].contains("USING COVERING INDEX"),
            "{steps:?}"
        );
    }

    async fn pages_of_campaigns_join_without_gap_or_overlap(on: Database) {
        let store = on.fresh().await;
        for number in 0..5 {
            // Two of them in the same millisecond.
            let new = campaign(&format!("campaign-{number}"), 0);
            store.create_campaign(&new, number / 2).await.unwrap();
        }
        let mut seen = Vec::new();
        let mut last: Option<(Millis, String)> = None;
        loop {
            let before = last.as_ref().map(|(time, id)| (*time, id.as_str()));
            let page = store.campaigns(BOOKSHOP, before, 2).await.unwrap();
            let Some(end) = page.last() else { break };
            last = Some((end.created_at, end.id.clone()));
            seen.extend(page.into_iter().map(|campaign| campaign.id));
        }
        let newest_first = [4, 3, 2, 1, 0].map(|number| format!("campaign-{number}"));
        assert_eq!(seen, newest_first);
    }
}
