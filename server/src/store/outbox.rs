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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use septet_core::delivery::MessageState::{
        Accepted, Attempting, Claimed as ClaimedState, Delivered, InDoubt, NotSent, Pending,
        Undelivered,
    };
    use septet_core::wire::{PauseReason, RecipientRow};

    use super::*;
    use crate::testing::{BOOKSHOP, CLINIC, campaign, store};

    const HASH: &[u8] = b"hash of a number";

    async fn with_campaign(recipients: u64) -> Store {
        let store = store().await;
        let new = campaign("one", recipients);
        store.create_campaign(&new, 1).await.unwrap();
        store
    }

    async fn claim_one(store: &Store) -> Claimed {
        store.claim(1, 10).await.unwrap().pop().unwrap()
    }

    async fn begin(store: &Store, message: &Claimed, links: &[Link]) -> Option<i64> {
        let begun = store.begin_attempt(message, HASH, 1, links, 20).await;
        begun.unwrap()
    }

    /// A store whose one message is being attempted.
    async fn attempting() -> (Store, Claimed, i64) {
        let store = with_campaign(1).await;
        let message = claim_one(&store).await;
        let attempt = begin(&store, &message, &[]).await.unwrap();
        (store, message, attempt)
    }

    async fn end(store: &Store, message: &Claimed, attempt: i64, outcome: Outcome) {
        let ended = store.end_attempt(message.id, attempt, &outcome, 30).await;
        ended.unwrap();
    }

    async fn report(store: &Store, message: &Claimed, code: u8) -> bool {
        let report = Report::from_code(code);
        let text = code.to_string();
        let changed = store.report(BOOKSHOP, message.id, &text, report, 40).await;
        changed.unwrap()
    }

    async fn row(store: &Store, id: i64) -> RecipientRow {
        store.recipient(id).await.unwrap().unwrap().1
    }

    async fn kept_reports(store: &Store) -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM reports")
            .fetch_one(&store.pool)
            .await
            .unwrap()
    }

    fn accepted() -> Outcome {
        Outcome::Accepted {
            provider_id: "77".into(),
        }
    }

    #[tokio::test]
    async fn a_crashed_attempt_is_in_doubt_not_pending() {
        let (store, message, _) = attempting().await;
        assert_eq!(store.recover(50).await.unwrap(), (0, 1));
        assert_eq!(row(&store, message.id).await.state, InDoubt);
        assert!(store.claim(8, 60).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_was_claimed_and_not_attempted_goes_back_after_a_crash() {
        let store = with_campaign(1).await;
        let message = claim_one(&store).await;
        assert_eq!(row(&store, message.id).await.state, ClaimedState);
        assert_eq!(store.recover(50).await.unwrap(), (1, 0));
        assert_eq!(row(&store, message.id).await.state, Pending);
        assert_eq!(claim_one(&store).await.id, message.id);
    }

    #[tokio::test]
    async fn what_could_not_be_handled_waits_if_it_was_not_attempted_and_is_in_doubt_if_it_was() {
        let store = with_campaign(1).await;
        let message = claim_one(&store).await;
        store.set_back(message.id, 5000, 20).await.unwrap();
        assert_eq!(row(&store, message.id).await.state, Pending);
        assert!(store.claim(1, 4999).await.unwrap().is_empty());

        let message = store.claim(1, 5000).await.unwrap().pop().unwrap();
        let attempt = begin(&store, &message, &[]).await.unwrap();
        store.set_back(message.id, 0, 5001).await.unwrap();
        assert_eq!(row(&store, message.id).await.state, InDoubt);
        // And what has been settled is left alone.
        end(&store, &message, attempt, accepted()).await;
        report(&store, &message, 1).await;
        store.set_back(message.id, 0, 5002).await.unwrap();
        assert_eq!(row(&store, message.id).await.state, Delivered);
    }

    #[tokio::test]
    async fn a_report_that_is_quicker_than_the_answer_is_not_overwritten_by_it() {
        for (outcome, code, expected) in [
            (accepted(), 1, Delivered),
            (accepted(), 2, Undelivered),
            (Outcome::Unknown, 1, Delivered),
            (Outcome::Refused, 1, Delivered),
            (Outcome::NotReached { not_before: 0 }, 1, Delivered),
        ] {
            let (store, message, attempt) = attempting().await;
            assert!(report(&store, &message, code).await);
            end(&store, &message, attempt, outcome.clone()).await;
            let row = row(&store, message.id).await;
            assert_eq!((row.state, row.reason), (expected, None), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn the_links_of_a_message_that_was_reported_stay_whatever_the_answer_says() {
        let store = with_campaign(1).await;
        let message = claim_one(&store).await;
        let attempt = begin(&store, &message, &[link("abc")]).await.unwrap();
        report(&store, &message, 1).await;
        end(
            &store,
            &message,
            attempt,
            Outcome::NotReached { not_before: 0 },
        )
        .await;
        assert!(store.target("abc").await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_report_settles_a_message_in_doubt() {
        let (store, message, attempt) = attempting().await;
        end(&store, &message, attempt, Outcome::Unknown).await;
        assert_eq!(row(&store, message.id).await.state, InDoubt);
        assert!(report(&store, &message, 8).await);
        assert_eq!(row(&store, message.id).await.state, Accepted);
        assert!(report(&store, &message, 1).await);
        assert_eq!(row(&store, message.id).await.state, Delivered);
    }

    #[tokio::test]
    async fn a_report_of_an_unknown_code_is_kept_and_changes_nothing() {
        let (store, message, attempt) = attempting().await;
        end(&store, &message, attempt, accepted()).await;
        let before = row(&store, message.id).await;
        assert!(!report(&store, &message, 99).await);
        assert_eq!(row(&store, message.id).await, before);
        assert_eq!(kept_reports(&store).await, 1);
    }

    #[tokio::test]
    async fn a_report_that_comes_twice_changes_nothing_the_second_time() {
        let (store, message, attempt) = attempting().await;
        end(&store, &message, attempt, accepted()).await;
        assert!(report(&store, &message, 1).await);
        let before = row(&store, message.id).await;
        assert!(!report(&store, &message, 1).await);
        assert!(!report(&store, &message, 2).await);
        assert_eq!(row(&store, message.id).await, before);
    }

    #[tokio::test]
    async fn a_report_under_another_portals_secret_is_not_ours() {
        let (store, message, attempt) = attempting().await;
        end(&store, &message, attempt, accepted()).await;
        let delivered = Some(Report::Delivered);
        let changed = store.report(CLINIC, message.id, "1", delivered, 40).await;
        assert!(!changed.unwrap());
        assert_eq!(row(&store, message.id).await.state, Accepted);
        assert_eq!(kept_reports(&store).await, 0);
    }

    #[tokio::test]
    async fn two_claimers_never_get_the_same_message() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("septet.db")).await.unwrap();
        crate::testing::accounts(&store).await;
        let new = campaign("one", 40);
        store.create_campaign(&new, 1).await.unwrap();

        let claimers = (0..4).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let claimed = store.claim(3, 10).await.unwrap();
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed.into_iter().map(|message| message.id));
                }
            })
        });
        let mut all = Vec::new();
        for claimer in claimers.collect::<Vec<_>>() {
            all.extend(claimer.await.unwrap());
        }

        assert_eq!(all.len(), 40);
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 40);
    }

    #[tokio::test]
    async fn campaigns_take_turns() {
        let store = with_campaign(20).await;
        store.create_campaign(&campaign("two", 2), 2).await.unwrap();
        let claimed = store.claim(4, 10).await.unwrap();
        let of = |id| claimed.iter().filter(|one| one.campaign == id).count();
        assert_eq!((of("one"), of("two")), (2, 2));
    }

    #[tokio::test]
    async fn a_campaign_that_is_not_sending_gives_nothing() {
        let store = with_campaign(2).await;
        let paused = store.pause(BOOKSHOP, "one", PauseReason::ByUser).await;
        assert!(paused.unwrap());
        assert!(store.claim(8, 10).await.unwrap().is_empty());
        assert!(store.resume(BOOKSHOP, "one").await.unwrap());
        assert_eq!(store.claim(1, 10).await.unwrap().len(), 1);
        assert!(store.cancel(BOOKSHOP, "one", 20).await.unwrap());
        assert!(store.claim(8, 30).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_was_claimed_before_a_pause_waits_and_before_a_cancellation_never_leaves() {
        let store = with_campaign(1).await;
        let message = claim_one(&store).await;
        store
            .pause(BOOKSHOP, "one", PauseReason::ByUser)
            .await
            .unwrap();
        assert_eq!(begin(&store, &message, &[]).await, None);
        assert_eq!(row(&store, message.id).await.state, Pending);

        store.resume(BOOKSHOP, "one").await.unwrap();
        let message = claim_one(&store).await;
        store.cancel(BOOKSHOP, "one", 20).await.unwrap();
        assert_eq!(begin(&store, &message, &[]).await, None);
        let row = row(&store, message.id).await;
        assert_eq!(
            (row.state, row.reason),
            (NotSent, Some(NotSentReason::Cancelled))
        );
    }

    #[tokio::test]
    async fn nobody_else_can_pause_resume_or_cancel() {
        let store = with_campaign(1).await;
        let message = claim_one(&store).await;
        let attempt = begin(&store, &message, &[]).await.unwrap();
        let later = Outcome::NotReached { not_before: 5000 };
        end(&store, &message, attempt, later).await;
        let pause = store.pause(CLINIC, "one", PauseReason::ByUser).await;
        assert!(!pause.unwrap());
        assert!(!store.cancel(CLINIC, "one", 20).await.unwrap());
        assert!(!store.resume(CLINIC, "one").await.unwrap());
        // Not even what waits for its time is hurried.
        assert!(store.claim(1, 4999).await.unwrap().is_empty());
        assert_eq!(store.claim(1, 5000).await.unwrap()[0].tries, 1);
    }

    #[tokio::test]
    async fn an_opt_out_between_claim_and_attempt_is_respected() {
        let store = with_campaign(3).await;
        let claimed = store.claim(3, 10).await.unwrap();
        let attempt = begin(&store, &claimed[0], &[unsubscribe("abc")]).await;
        end(&store, &claimed[0], attempt.unwrap(), accepted()).await;
        let person = store.unsubscriber("abc").await.unwrap().unwrap();
        store.suppress(&person, HASH, 25).await.unwrap();

        // The same number, under whichever contact.
        assert_eq!(begin(&store, &claimed[1], &[link("def")]).await, None);
        let other = row(&store, claimed[1].id).await;
        assert_eq!(
            (other.state, other.reason),
            (NotSent, Some(NotSentReason::OptedOut))
        );
        assert_eq!(store.target("def").await.unwrap(), None);
        // Another person's message leaves.
        let begun = store
            .begin_attempt(&claimed[2], b"another", 1, &[], 30)
            .await;
        assert!(begun.unwrap().is_some());
    }

    #[tokio::test]
    async fn an_opt_out_holds_for_the_contact_even_with_another_number() {
        let store = with_campaign(1).await;
        store.create_campaign(&campaign("two", 1), 2).await.unwrap();
        let claimed = store.claim(2, 10).await.unwrap();
        assert_eq!(claimed[0].contact_id, claimed[1].contact_id);
        begin(&store, &claimed[0], &[unsubscribe("abc")]).await;
        let person = store.unsubscriber("abc").await.unwrap().unwrap();
        store.suppress(&person, HASH, 25).await.unwrap();
        let begun = store
            .begin_attempt(&claimed[1], b"another", 1, &[], 30)
            .await;
        assert_eq!(begun.unwrap(), None);
    }

    #[tokio::test]
    async fn a_message_that_reached_nobody_waits_without_its_links() {
        let store = with_campaign(1).await;
        let message = claim_one(&store).await;
        let attempt = begin(&store, &message, &[link("abc")]).await.unwrap();
        assert!(store.target("abc").await.unwrap().is_some());

        let later = Outcome::NotReached { not_before: 5000 };
        end(&store, &message, attempt, later).await;

        assert_eq!(row(&store, message.id).await.state, Pending);
        assert_eq!(store.target("abc").await.unwrap(), None);
        assert!(store.claim(1, 4999).await.unwrap().is_empty());
        assert_eq!(store.claim(1, 5000).await.unwrap()[0].tries, 1);
    }

    #[tokio::test]
    async fn a_message_that_reached_nobody_goes_with_its_cancelled_campaign() {
        let (store, message, attempt) = attempting().await;
        store.cancel(BOOKSHOP, "one", 25).await.unwrap();
        assert_eq!(row(&store, message.id).await.state, Attempting);
        let later = Outcome::NotReached { not_before: 0 };
        end(&store, &message, attempt, later).await;
        let row = row(&store, message.id).await;
        assert_eq!(
            (row.state, row.reason),
            (NotSent, Some(NotSentReason::Cancelled))
        );
    }

    #[tokio::test]
    async fn a_message_that_was_taken_stays_taken_when_its_campaign_is_cancelled() {
        let (store, message, attempt) = attempting().await;
        store.cancel(BOOKSHOP, "one", 25).await.unwrap();
        end(&store, &message, attempt, accepted()).await;
        assert_eq!(row(&store, message.id).await.state, Accepted);
    }

    #[tokio::test]
    async fn one_unreadable_campaign_does_not_hold_up_the_others() {
        let store = with_campaign(1).await;
        store.create_campaign(&campaign("two", 1), 2).await.unwrap();
        sqlx::query("UPDATE campaigns SET draft = '{' WHERE id = 'one'")
            .execute(&store.pool)
            .await
            .unwrap();
        let claimed = store.claim(8, 10).await.unwrap();
        assert_eq!(claimed.len(), 1);
        assert_eq!(claimed[0].campaign, "two");
    }

    fn link(code: &str) -> Link {
        Link {
            code: code.into(),
            target: Some("https://example.com/".into()),
        }
    }

    fn unsubscribe(code: &str) -> Link {
        Link {
            code: code.into(),
            target: None,
        }
    }
}
