//! Campaigns whose audience is being read, page by page.
//!
//! A page and the mark up to which the audience was taken are written together, and only
//! by whoever knows the mark before: however many servers try, and wherever one of them
//! dies, every page is taken once. So that they do not all read the same, whoever reads
//! holds the campaign, again and again for a few seconds.

use septet_core::wire::{LinkShape, Millis, PauseReason, SmsDraft};

use super::campaigns::{NewRecipient, insert_recipients};
use super::clock::clock;
use super::db::{Bind, sql};
use super::{Result, Store, from_json, to_text};

/// How long others leave a campaign alone after a sign of life, in milliseconds.
const HOLD: Millis = 6_000;
/// How an audience that was taken to its end is stored.
const END: &str = "end";

/// How far an audience was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Up to there, in the words of whoever reads it on; empty at the start.
    At(String),
    /// To its end.
    End,
}

impl Default for Mark {
    fn default() -> Self {
        Self::At(String::new())
    }
}

impl Mark {
    pub(super) fn text(&self) -> String {
        match self {
            Self::At(place) => format!("@{place}"),
            Self::End => END.to_owned(),
        }
    }

    fn parse(text: &str) -> Self {
        text.strip_prefix('@')
            .map_or(Self::End, |place| Self::At(place.to_owned()))
    }
}

/// A campaign whose audience is being read.
#[derive(Debug, Clone)]
pub(crate) struct Preparing {
    pub(crate) id: String,
    pub(crate) portal: u64,
    pub(crate) name: String,
    /// `None` where it cannot be read.
    pub(crate) draft: Option<SmsDraft>,
    pub(crate) max_parts: u8,
    pub(crate) links: LinkShape,
    pub(crate) created_at: Millis,
    pub(crate) mark: Mark,
    /// How often in a row reading came to nothing.
    pub(crate) tries: u32,
}

/// A page of an audience, weighed.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) recipients: Vec<NewRecipient>,
    /// Up to where.
    pub(crate) mark: Mark,
    /// How many the audience has, where that is known anew.
    pub(crate) size: Option<u64>,
}

impl Store {
    /// The oldest campaign whose audience is to be read and that nobody holds; it is held
    /// from here on.
    pub(crate) async fn take_unprepared(&self) -> Result<Option<Preparing>> {
        let mut transaction = self.db.begin().await?;
        let now = clock(&mut transaction).await?;
        let row = sql("UPDATE campaigns SET prepare_at = ? WHERE id = (
                SELECT id FROM campaigns WHERE state = 'preparing' AND prepare_at <= ?
                ORDER BY created_at, id LIMIT 1)
             RETURNING *")
        .on_postgres(
            "UPDATE campaigns SET prepare_at = ? WHERE id = (
                SELECT id FROM campaigns WHERE state = 'preparing' AND prepare_at <= ?
                ORDER BY created_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
             RETURNING *",
        )
        .bind(now + HOLD)
        .bind(now)
        .fetch_optional(&mut transaction)
        .await?;
        transaction.commit().await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Preparing {
            id: row.get("id")?,
            portal: row.get("portal_id")?,
            name: row.get("name")?,
            draft: from_json(row.get("draft")?, "draft").ok(),
            max_parts: row.get("max_parts")?,
            links: from_json(row.get("links")?, "links")?,
            created_at: row.get("created_at")?,
            mark: Mark::parse(&row.get::<String>("prepared_to")?),
            tries: row.get("prepare_tries")?,
        }))
    }

    /// Holds a campaign for longer.
    pub(crate) async fn hold_unprepared(&self, campaign: &str) -> Result<()> {
        let held = clock(&self.db).await? + HOLD;
        sql("UPDATE campaigns SET prepare_at = ? WHERE id = ? AND state = 'preparing'")
            .bind(held)
            .bind(campaign)
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// Whoever has held a campaign in a database that belongs to this server alone was
    /// there before it and is no more.
    pub(crate) async fn free_unprepared(&self) -> Result<()> {
        if !self.is_shared() {
            sql("UPDATE campaigns SET prepare_at = 0 WHERE state = 'preparing'")
                .execute(&self.db)
                .await?;
        }
        Ok(())
    }

    /// Messages of a campaign that wait, after the one with id `after`: their ids and numbers.
    pub(crate) async fn waiting_numbers(
        &self,
        campaign: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(i64, String)>> {
        let rows = sql("SELECT id, phone FROM recipients
             WHERE campaign_id = ? AND state = 'pending' AND id > ? ORDER BY id LIMIT ?")
        .bind(campaign)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.db)
        .await?;
        let numbers = rows
            .iter()
            .map(|row| Ok((row.get("id")?, row.get("phone")?)));
        numbers.collect()
    }

    /// Adds a page of recipients; `false` when the campaign was paused or cancelled, or
    /// somebody else has added that page.
    pub(crate) async fn prepare(
        &self,
        campaign: &Preparing,
        taken: &Taken,
        now: Millis,
    ) -> Result<bool> {
        let mut transaction = self.db.begin().await?;
        let ours = sql(
            "UPDATE campaigns SET prepared_to = ?, prepared = prepared + ?, audience = COALESCE(?, audience), prepare_tries = 0
             WHERE id = ? AND state = 'preparing' AND prepared_to = ?",
        )
        .bind(taken.mark.text())
        .bind(number(taken.recipients.len() as u64))
        .bind(taken.size.map(number))
        .bind(&campaign.id)
        .bind(campaign.mark.text())
        .execute(&mut transaction)
        .await?;
        if ours == 0 {
            return Ok(false);
        }
        let (portal, id) = (campaign.portal, &campaign.id);
        insert_recipients(&mut transaction, portal, id, &taken.recipients, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// How many messages of a campaign wait.
    pub(crate) async fn waiting(&self, campaign: &str) -> Result<u64> {
        sql("SELECT COUNT(*) FROM recipients WHERE campaign_id = ? AND state = 'pending'")
            .bind(campaign)
            .scalar(&self.db)
            .await
    }

    /// Says when messages that wait may leave, by their ids.
    pub(crate) async fn set_departures(&self, departures: &[(i64, Millis)]) -> Result<()> {
        let rows = departures.iter().map(|(id, at)| [id.value(), at.value()]);
        let mut transaction = self.db.begin().await?;
        sql("WITH given (id, departure) AS (?*)
             UPDATE recipients SET not_before = given.departure FROM given
             WHERE recipients.id = given.id AND state = 'pending'")
        .rows(rows)
        .execute(&mut transaction)
        .await?;
        transaction.commit().await
    }

    /// Lets a campaign go whose audience was taken to its end; `false` when it is not
    /// there any more.
    pub(crate) async fn end_preparing(&self, campaign: &Preparing) -> Result<bool> {
        let done = sql("UPDATE campaigns SET state = 'sending', prepared_to = NULL
             WHERE id = ? AND state = 'preparing' AND prepared_to = ?")
        .bind(&campaign.id)
        .bind(Mark::End.text())
        .execute(&self.db)
        .await?;
        Ok(done > 0)
    }

    /// Leaves a campaign alone for so many milliseconds, as its audience cannot be read now.
    pub(crate) async fn put_off_preparing(
        &self,
        campaign: &Preparing,
        pause: Millis,
    ) -> Result<()> {
        let now = clock(&self.db).await?;
        sql(
            "UPDATE campaigns SET prepare_at = ?, prepare_tries = prepare_tries + 1
             WHERE id = ? AND state = 'preparing' AND prepared_to = ?",
        )
        .bind(now + pause)
        .bind(&campaign.id)
        .bind(campaign.mark.text())
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Pauses a campaign whose audience cannot be read at all; `false` when somebody else
    /// was faster.
    pub(crate) async fn give_up_preparing(&self, campaign: &Preparing) -> Result<bool> {
        let done = sql("UPDATE campaigns SET state = 'paused', pause_reason = ?
             WHERE id = ? AND state = 'preparing' AND prepared_to = ?")
        .bind(to_text(&PauseReason::AudienceUnreadable))
        .bind(&campaign.id)
        .bind(campaign.mark.text())
        .execute(&self.db)
        .await?;
        Ok(done > 0)
    }
}

#[cfg(test)]
impl Store {
    /// Whoever holds a campaign has died.
    pub(crate) async fn let_go(&self, campaign: &str) {
        sql("UPDATE campaigns SET prepare_at = 0 WHERE id = ?")
            .bind(campaign)
            .execute(&self.db)
            .await
            .unwrap();
    }
}

/// A count as a column takes it.
pub(super) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use septet_core::wire::{CampaignState, CampaignSummary};

    use super::*;
    use crate::testing::{BOOKSHOP, Database, campaign, on_each_database};

    on_each_database![
        a_page_is_written_once_whoever_tries,
        a_contact_who_comes_twice_is_written_once,
        nobody_takes_what_another_holds,
        nothing_is_claimed_before_the_audience_is_at_its_end,
        a_paused_campaign_goes_on_from_where_it_came_to,
        a_cancelled_campaign_takes_nothing_more,
        an_audience_that_cannot_be_read_is_told_apart_from_one_that_has_to_wait,
        messages_get_their_departures_at_the_end,
    ];

    /// A campaign whose audience is to be read, taken by somebody.
    async fn preparing(store: &Store) -> Preparing {
        let mut new = campaign("one", 0);
        new.unread = Some(3);
        store.create_campaign(&new, 1).await.unwrap();
        let at = store.take_unprepared().await.unwrap().unwrap();
        assert_eq!((&at.mark, at.tries), (&Mark::default(), 0));
        at
    }

    /// Contacts with these numbers, up to a mark.
    fn page(contacts: std::ops::Range<usize>, mark: &Mark) -> Taken {
        let mut recipients = campaign("others", contacts.end as u64).recipients;
        recipients.drain(..contacts.start);
        Taken {
            recipients,
            mark: mark.clone(),
            size: Some(3),
        }
    }

    fn after(place: &str) -> Mark {
        Mark::At(place.to_owned())
    }

    async fn summary(store: &Store) -> CampaignSummary {
        let campaign = store.campaign(BOOKSHOP, "one").await.unwrap();
        campaign.unwrap()
    }

    async fn a_page_is_written_once_whoever_tries(on: Database) {
        let store = on.fresh().await;
        let mut at = preparing(&store).await;
        let first = page(0..2, &after("end"));
        let attempts = tokio::join!(store.prepare(&at, &first, 2), store.prepare(&at, &first, 2));
        let attempts = (attempts.0.unwrap(), attempts.1.unwrap());
        assert!(matches!(attempts, (true, false) | (false, true)));
        let state = CampaignState::Preparing {
            done: 2,
            total: 3,
            stalled: false,
        };
        assert_eq!(summary(&store).await.state, state);
        assert!(!store.end_preparing(&at).await.unwrap());
        // Another server goes on from there.
        store.let_go("one").await;
        at = store.take_unprepared().await.unwrap().unwrap();
        assert_eq!(at.mark, after("end"));
        let numbers = store.waiting_numbers("one", 0, 10).await.unwrap();
        assert_eq!(numbers.len(), 2);
        let last = page(2..3, &Mark::End);
        assert!(store.prepare(&at, &last, 2).await.unwrap());
        at.mark = Mark::End;
        assert!(store.end_preparing(&at).await.unwrap());
        assert!(!store.end_preparing(&at).await.unwrap());
        assert_eq!(summary(&store).await.counts.pending, 3);
        store.let_go("one").await;
        assert!(store.take_unprepared().await.unwrap().is_none());
    }

    async fn a_contact_who_comes_twice_is_written_once(on: Database) {
        let store = on.fresh().await;
        let mut at = preparing(&store).await;
        let first = page(0..2, &after("2"));
        assert!(store.prepare(&at, &first, 2).await.unwrap());
        at.mark = after("2");
        let second = page(1..3, &Mark::End);
        assert!(store.prepare(&at, &second, 3).await.unwrap());
        assert_eq!(summary(&store).await.counts.total, 3);
    }

    async fn nobody_takes_what_another_holds(on: Database) {
        let store = on.fresh().await;
        preparing(&store).await;
        assert!(store.take_unprepared().await.unwrap().is_none());
        let mut other = campaign("two", 0);
        other.unread = Some(1);
        store.create_campaign(&other, 2).await.unwrap();
        let takers = tokio::join!(store.take_unprepared(), store.take_unprepared());
        let takers = [takers.0.unwrap(), takers.1.unwrap()];
        let taken = takers.iter().flatten().map(|taken| taken.id.as_str());
        assert_eq!(taken.collect::<Vec<_>>(), ["two"]);
        // Only in a file of its own a server knows that nobody else is there.
        store.let_go("one").await;
        store.hold_unprepared("one").await.unwrap();
        assert!(store.take_unprepared().await.unwrap().is_none());
        store.free_unprepared().await.unwrap();
        let taken = store.take_unprepared().await.unwrap();
        assert_eq!(taken.is_some(), !store.is_shared());
    }

    async fn nothing_is_claimed_before_the_audience_is_at_its_end(on: Database) {
        let store = on.fresh().await;
        let mut at = preparing(&store).await;
        let all = page(0..3, &Mark::End);
        assert!(store.prepare(&at, &all, 2).await.unwrap());
        let worker = store.register().await.unwrap();
        assert_eq!(store.claim_all(worker, 9, 10).await.unwrap().len(), 0);
        assert!(!store.finish_if_done("one").await.unwrap());
        at.mark = Mark::End;
        assert!(store.end_preparing(&at).await.unwrap());
        assert_eq!(store.claim_all(worker, 9, 10).await.unwrap().len(), 3);
    }

    async fn a_paused_campaign_goes_on_from_where_it_came_to(on: Database) {
        let store = on.fresh().await;
        let mut at = preparing(&store).await;
        let reason = PauseReason::ByUser;
        assert!(store.pause(BOOKSHOP, "one", reason).await.unwrap());
        let first = page(0..2, &after("2"));
        assert!(!store.prepare(&at, &first, 3).await.unwrap());
        assert!(store.take_unprepared().await.unwrap().is_none());
        // It is not at its end, although nobody waits.
        assert!(!store.finish_if_done("one").await.unwrap());
        assert_eq!(store.done_campaigns().await.unwrap(), Vec::<String>::new());

        assert!(store.resume(BOOKSHOP, "one").await.unwrap());
        at = store.take_unprepared().await.unwrap().unwrap();
        assert!(store.prepare(&at, &first, 4).await.unwrap());
        at.mark = after("2");
        assert!(store.pause(BOOKSHOP, "one", reason).await.unwrap());
        assert!(store.resume(BOOKSHOP, "one").await.unwrap());
        let worker = store.register().await.unwrap();
        assert_eq!(store.claim_all(worker, 9, 10).await.unwrap().len(), 0);
        assert_eq!(
            store.take_unprepared().await.unwrap().unwrap().mark,
            at.mark
        );
    }

    async fn a_cancelled_campaign_takes_nothing_more(on: Database) {
        let store = on.fresh().await;
        let mut at = preparing(&store).await;
        let first = page(0..2, &after("2"));
        assert!(store.prepare(&at, &first, 3).await.unwrap());
        let left_out = store.cancel(BOOKSHOP, "one", 3).await.unwrap().unwrap();
        assert_eq!(left_out.len(), 2);
        at.mark = after("2");
        let last = page(2..3, &Mark::End);
        assert!(!store.prepare(&at, &last, 4).await.unwrap());
        assert!(!store.give_up_preparing(&at).await.unwrap());
        at.mark = Mark::End;
        assert!(!store.end_preparing(&at).await.unwrap());
        let campaign = summary(&store).await;
        assert_eq!(campaign.state, CampaignState::Cancelled);
        assert_eq!(campaign.counts.total, 2);
    }

    async fn an_audience_that_cannot_be_read_is_told_apart_from_one_that_has_to_wait(on: Database) {
        let store = on.fresh().await;
        let at = preparing(&store).await;
        for _ in 0..3 {
            store.put_off_preparing(&at, 60_000).await.unwrap();
        }
        let waiting = CampaignState::Preparing {
            done: 0,
            total: 3,
            stalled: true,
        };
        assert_eq!(summary(&store).await.state, waiting);
        assert!(store.take_unprepared().await.unwrap().is_none());
        store.put_off_preparing(&at, 0).await.unwrap();
        let again = store.take_unprepared().await.unwrap().unwrap();
        assert_eq!(again.tries, 4);

        assert!(store.give_up_preparing(&again).await.unwrap());
        let reason = PauseReason::AudienceUnreadable;
        let paused = CampaignState::Paused { reason };
        assert_eq!(summary(&store).await.state, paused);
        assert!(store.resume(BOOKSHOP, "one").await.unwrap());
        let resumed = store.take_unprepared().await.unwrap().unwrap();
        assert_eq!((resumed.mark, resumed.tries), (at.mark, 0));
    }

    async fn messages_get_their_departures_at_the_end(on: Database) {
        let store = on.fresh().await;
        let mut at = preparing(&store).await;
        let all = page(0..3, &Mark::End);
        assert!(store.prepare(&at, &all, 2).await.unwrap());
        assert_eq!(store.waiting("one").await.unwrap(), 3);
        let numbers = store.waiting_numbers("one", 0, 10).await.unwrap();
        let departures = numbers.iter().zip([30, 10, 20]);
        let departures: Vec<_> = departures.map(|((id, _), at)| (*id, at)).collect();
        store.set_departures(&departures).await.unwrap();
        at.mark = Mark::End;
        assert!(store.end_preparing(&at).await.unwrap());
        let worker = store.register().await.unwrap();
        let claimed = store.claim_all(worker, 9, 20).await.unwrap();
        let mut claimed: Vec<i64> = claimed.iter().map(|message| message.id).collect();
        claimed.sort_unstable();
        assert_eq!(claimed, [numbers[1].0, numbers[2].0]);
    }
}
