//! What HubSpot is to be told of messages, and what it has been told.
//!
//! Whatever happens to a message leaves a note in the transaction that writes it down, so
//! that nothing is forgotten. Whoever tells HubSpot holds the notes for a while, and says
//! before a call what it is about to tell.

use std::collections::{BTreeMap, BTreeSet};

use septet_core::delivery::NotSentReason;
use septet_core::event::Facts;
use septet_core::wire::{LinkShape, Millis, SmsDraft};

use super::campaigns::NewRecipient;
use super::clock::clock;
use super::db::{Bind, Row, Tx, Value, sql};
use super::links::Link;
use super::{Result, Store, from_json, from_text, portal_column};

/// How long others leave a note alone that somebody works on, in milliseconds.
const HOLD: Millis = 60_000;
/// What happens within this time is told together.
const GATHER: Millis = 1_000;

/// A message of which something is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Untold {
    pub(crate) recipient: i64,
    /// How often something had happened when this was read.
    pub(crate) news: i64,
    /// A bit for each kind of event.
    pub(crate) told: i64,
    /// How many answers of the phone.
    pub(crate) answers: i64,
    pub(crate) tries: u32,
}

/// Notes that somebody works on, and until when others leave them alone. Whoever comes
/// after that has other notes: what the first one writes about those is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) until: Millis,
    pub(crate) untold: Vec<Untold>,
}

/// What has been told of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) recipient: i64,
    pub(crate) news: i64,
    pub(crate) told: i64,
    pub(crate) answers: i64,
    /// When the rest is to be told, in milliseconds from now.
    pub(crate) again: Option<Millis>,
}

/// All that can be told of a message.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) recipient: i64,
    pub(crate) contact_id: String,
    pub(crate) campaign: String,
    pub(crate) draft: SmsDraft,
    pub(crate) max_parts: u8,
    /// How its links look.
    pub(crate) shape: LinkShape,
    /// Its own, where a workflow has filled it in.
    pub(crate) text: Option<String>,
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) links: Vec<Link>,
    pub(crate) provider_id: Option<String>,
    pub(crate) reason: Option<NotSentReason>,
    pub(crate) facts: Facts,
}

/// The newest message of a contact, and all of its clicks.
#[derive(Debug, Clone)]
pub(crate) struct Latest {
    pub(crate) story: Story,
    pub(crate) clicks: i64,
    /// Whether the contact has opted out of text messages.
    pub(crate) opted_out: bool,
}

/// Notes that something has happened to messages of which HubSpot is told. A row of a file
/// is nobody there. (SQLite takes the tables of a CROSS JOIN in the order in which they are
/// written; left to itself, it looks at all recipients for each.)
pub(super) async fn note(tx: &mut Tx, messages: &[i64]) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let due = clock(&mut *tx).await? + GATHER;
    sql("WITH given (id) AS (?*)
         INSERT INTO timeline (recipient_id, portal_id, due)
         SELECT r.id, r.portal_id, CAST(? AS BIGINT) FROM given CROSS JOIN recipients r
         WHERE r.id = given.id AND r.contact_id NOT LIKE 'row-%'
         ON CONFLICT (recipient_id) DO UPDATE SET
            news = timeline.news + 1, due = COALESCE(timeline.due, excluded.due)")
    .rows(messages.iter().map(|id| [id.value()]))
    .bind(due)
    .execute(tx)
    .await?;
    Ok(())
}

/// The same for those of some recipients whom a campaign, or an execution of a workflow,
/// leaves out from the start.
pub(super) async fn note_excluded(
    tx: &mut Tx,
    campaign: &str,
    execution: &str,
    recipients: &[NewRecipient],
) -> Result<()> {
    let excluded = recipients.iter().filter(|one| one.excluded.is_some());
    let excluded = excluded.filter(|one| !one.contact_id.starts_with("row-"));
    let rows: Vec<_> = excluded
        .map(|one| [one.contact_id.as_str().value()])
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let due = clock(&mut *tx).await? + GATHER;
    sql("WITH given (contact) AS (?*)
         INSERT INTO timeline (recipient_id, portal_id, due)
         SELECT r.id, r.portal_id, CAST(? AS BIGINT) FROM given CROSS JOIN recipients r
         WHERE r.campaign_id = ? AND r.contact_id = given.contact AND r.execution = ?
         AND r.state = 'not_sent'
         ON CONFLICT (recipient_id) DO NOTHING")
    .rows(rows)
    .bind(due)
    .bind(campaign)
    .bind(execution)
    .execute(tx)
    .await?;
    Ok(())
}

impl Store {
    /// Accounts of which something is to be told now.
    pub(crate) async fn untold_portals(&self) -> Result<Vec<u64>> {
        let now = clock(&self.db).await?;
        sql("SELECT DISTINCT t.portal_id FROM timeline t JOIN accounts a ON a.portal_id = t.portal_id
             WHERE t.due <= ? AND a.disconnected_at IS NULL ORDER BY t.portal_id")
            .bind(now)
            .scalars(&self.db)
            .await
    }

    /// Takes notes of an account, oldest first. What somebody has begun to tell and did not
    /// live to end counts as told: it may stand there, and does not stand there twice.
    pub(crate) async fn take_untold(&self, portal: u64, limit: u32) -> Result<Held> {
        let mut tx = self.db.begin().await?;
        let now = clock(&mut tx).await?;
        let rows = sql(
            "UPDATE timeline SET due = ?, told = told | asked, asked = 0,
                answers = CASE WHEN asked_answers > answers THEN asked_answers ELSE answers END,
                asked_answers = 0
             WHERE recipient_id IN (
                SELECT recipient_id FROM timeline WHERE portal_id = ? AND due <= ?
                ORDER BY due, recipient_id LIMIT ?)
             RETURNING recipient_id, news, told, answers, tries",
        )
        .on_postgres(
            "UPDATE timeline SET due = ?, told = told | asked, asked = 0,
                answers = CASE WHEN asked_answers > answers THEN asked_answers ELSE answers END,
                asked_answers = 0
             WHERE recipient_id IN (
                SELECT recipient_id FROM timeline WHERE portal_id = ? AND due <= ?
                ORDER BY due, recipient_id LIMIT ? FOR UPDATE SKIP LOCKED)
             RETURNING recipient_id, news, told, answers, tries",
        )
        .bind(now + HOLD)
        .bind(portal_column(portal))
        .bind(now)
        .bind(limit)
        .fetch_all(&mut tx)
        .await?;
        tx.commit().await?;
        let untold = rows.iter().map(|row| {
            Ok(Untold {
                recipient: row.get("recipient_id")?,
                news: row.get("news")?,
                told: row.get("told")?,
                answers: row.get("answers")?,
                tries: row.get("tries")?,
            })
        });
        Ok(Held {
            until: now + HOLD,
            untold: untold.collect::<Result<_>>()?,
        })
    }

    /// Holds notes for longer; those that are still held, and until when.
    pub(crate) async fn hold_on(
        &self,
        messages: &BTreeSet<i64>,
        until: Millis,
    ) -> Result<(BTreeSet<i64>, Millis)> {
        let longer = clock(&self.db).await? + HOLD;
        if messages.is_empty() {
            return Ok((BTreeSet::new(), longer));
        }
        let held = sql("WITH given (id) AS (?*)
             UPDATE timeline SET due = ? FROM given WHERE recipient_id = given.id AND due = ?
             RETURNING recipient_id")
        .rows(messages.iter().map(|id| [id.value()]))
        .bind(longer)
        .bind(until)
        .scalars(&self.db)
        .await?;
        Ok((held.into_iter().collect(), longer))
    }

    /// Says what is about to be told: of each message the kinds, and how many answers then.
    /// Only what this returns may be told; the others are no longer held.
    pub(crate) async fn about_to_tell(
        &self,
        what: &[(i64, i64, i64)],
        until: Millis,
    ) -> Result<BTreeSet<i64>> {
        if what.is_empty() {
            return Ok(BTreeSet::new());
        }
        let rows = what.iter();
        let held = sql("WITH given (id, asked, answers) AS (?*)
             UPDATE timeline SET asked = given.asked, asked_answers = given.answers
             FROM given WHERE recipient_id = given.id AND due = ?
             RETURNING recipient_id")
        .rows(rows.map(|(id, asked, answers)| [id.value(), asked.value(), answers.value()]))
        .bind(until)
        .scalars(&self.db)
        .await?;
        Ok(held.into_iter().collect())
    }

    /// As if whoever holds notes had died long ago.
    #[cfg(test)]
    pub(crate) async fn forget_holds(&self) {
        let due = sql("UPDATE timeline SET due = 0 WHERE due IS NOT NULL");
        due.execute(&self.db).await.unwrap();
    }

    /// Writes down what was told by whoever held the notes until then.
    pub(crate) async fn have_told(&self, told: &[Told], until: Millis) -> Result<()> {
        if told.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let now = clock(&mut tx).await?;
        let rows = told.iter().map(|one| -> [Value; 5] {
            [
                one.recipient.value(),
                one.news.value(),
                one.told.value(),
                one.answers.value(),
                one.again.map_or(-1, |pause| now + pause).value(),
            ]
        });
        // What has happened meanwhile is told at once.
        sql("WITH given (id, news, told, answers, again) AS (?*)
             UPDATE timeline SET told = given.told, answers = given.answers, asked = 0,
                asked_answers = 0,
                tries = CASE WHEN given.again < 0 THEN 0 ELSE tries + 1 END,
                due = CASE WHEN given.again >= 0 THEN given.again
                    WHEN timeline.news = given.news THEN NULL ELSE ? END
             FROM given WHERE recipient_id = given.id AND due = ?")
        .rows(rows)
        .bind(now)
        .bind(until)
        .execute(&mut tx)
        .await?;
        tx.commit().await
    }

    /// All that can be told of messages.
    pub(crate) async fn stories(&self, messages: &[i64]) -> Result<Vec<Story>> {
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let given = || messages.iter().map(|id| [id.value()]);
        let rows = sql("WITH given (id) AS (?*)
             SELECT r.*, c.name AS campaign_name, c.draft, c.max_parts, c.links FROM given
             CROSS JOIN recipients r CROSS JOIN campaigns c
             WHERE r.id = given.id AND c.id = r.campaign_id ORDER BY r.id")
        .rows(given())
        .fetch_all(&self.db)
        .await?;
        let mut stories: BTreeMap<i64, Story> = BTreeMap::new();
        for row in &rows {
            let story = story(row)?;
            stories.insert(story.recipient, story);
        }
        let reports = sql("WITH given (id) AS (?*)
             SELECT p.recipient_id, p.code, p.arrived_at FROM given
             CROSS JOIN reports p WHERE p.recipient_id = given.id ORDER BY p.id")
        .rows(given())
        .fetch_all(&self.db)
        .await?;
        for row in &reports {
            if let Some(story) = stories.get_mut(&row.get("recipient_id")?) {
                let report = (row.get("code")?, row.get("arrived_at")?);
                story.facts.reports.push(report);
            }
        }
        let links = sql("WITH given (id) AS (?*)
             SELECT l.recipient_id, l.code, l.target FROM given
             CROSS JOIN links l WHERE l.recipient_id = given.id")
        .rows(given())
        .fetch_all(&self.db)
        .await?;
        for row in &links {
            if let Some(story) = stories.get_mut(&row.get("recipient_id")?) {
                story.links.push(Link {
                    code: row.get("code")?,
                    target: row.get("target")?,
                });
            }
        }
        Ok(stories.into_values().collect())
    }

    /// The newest message of each contact that has left or will not.
    pub(crate) async fn latest_stories(
        &self,
        portal: u64,
        contacts: &[&str],
    ) -> Result<Vec<Latest>> {
        if contacts.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sql("WITH given (contact) AS (?*)
             SELECT MAX(r.id) AS id, (
                SELECT COALESCE(SUM(l.clicks), 0) FROM recipients o CROSS JOIN links l
                WHERE o.portal_id = ? AND o.contact_id = given.contact
                AND l.recipient_id = o.id AND l.target IS NOT NULL) AS clicks
             FROM given CROSS JOIN recipients r
             WHERE r.portal_id = ? AND r.contact_id = given.contact AND r.state IN ('accepted', 'delivered', 'undelivered', 'not_sent')
             GROUP BY given.contact")
        .on_postgres("WITH given (contact) AS (?*)
             SELECT MAX(r.id) AS id, CAST((
                SELECT COALESCE(SUM(l.clicks), 0) FROM recipients o CROSS JOIN links l
                WHERE o.portal_id = ? AND o.contact_id = given.contact
                AND l.recipient_id = o.id AND l.target IS NOT NULL) AS BIGINT) AS clicks
             FROM given CROSS JOIN recipients r
             WHERE r.portal_id = ? AND r.contact_id = given.contact AND r.state IN ('accepted', 'delivered', 'undelivered', 'not_sent')
             GROUP BY given.contact")
        .rows(contacts.iter().map(|contact| [contact.value()]))
        .bind(portal_column(portal))
        .bind(portal_column(portal))
        .fetch_all(&self.db)
        .await?;
        let mut clicks: BTreeMap<i64, i64> = BTreeMap::new();
        for row in &rows {
            clicks.insert(row.get("id")?, row.get("clicks")?);
        }
        let ids: Vec<i64> = clicks.keys().copied().collect();
        let asked = contacts.iter();
        let asked: Vec<_> = asked
            .map(|contact| (Vec::new(), (*contact).to_owned()))
            .collect();
        let (_, opted_out) = self.suppressed_among(portal, &asked).await?;
        let stories = self.stories(&ids).await?.into_iter();
        Ok(stories
            .map(|story| Latest {
                opted_out: opted_out.contains(&story.contact_id),
                clicks: clicks.get(&story.recipient).copied().unwrap_or_default(),
                story,
            })
            .collect())
    }
}

fn story(row: &Row) -> Result<Story> {
    let reason: Option<String> = row.get("reason")?;
    Ok(Story {
        recipient: row.get("id")?,
        contact_id: row.get("contact_id")?,
        campaign: row.get("campaign_name")?,
        draft: from_json(row.get("draft")?, "draft")?,
        max_parts: row.get("max_parts")?,
        shape: from_json(row.get("links")?, "links")?,
        text: row.get("text")?,
        values: from_json(row.get("contact_values")?, "values")?,
        links: Vec::new(),
        provider_id: row.get("provider_id")?,
        reason: reason
            .map(|reason| from_text(reason, "reason"))
            .transpose()?,
        facts: Facts {
            state: (
                from_text(row.get("state")?, "message state")?,
                row.get("updated_at")?,
            ),
            left_at: row.get("left_at")?,
            reports: Vec::new(),
            clicked_at: row.get("clicked_at")?,
            unsubscribed_at: row.get("unsubscribed_at")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use septet_core::delivery::MessageState;

    use super::*;
    use crate::testing::{BOOKSHOP, Database, Fresh, campaign, on_each_database};

    on_each_database![
        a_note_is_taken_once_and_what_was_begun_counts_as_told,
        what_happens_while_it_is_told_is_told_next,
        whoever_is_too_slow_tells_nothing_that_others_have_taken,
        a_story_has_all_that_can_be_told,
    ];

    /// Two messages that will not be sent.
    async fn cancelled(on: Database) -> Fresh {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 2), 1).await.unwrap();
        store.cancel(BOOKSHOP, "one", 2).await.unwrap();
        store.forget_holds().await;
        store
    }

    async fn take(store: &Store) -> (Vec<Untold>, Millis) {
        let Held { until, mut untold } = store.take_untold(BOOKSHOP, 10).await.unwrap();
        untold.sort_by_key(|one| one.recipient);
        (untold, until)
    }

    async fn a_note_is_taken_once_and_what_was_begun_counts_as_told(on: Database) {
        let store = cancelled(on).await;
        assert_eq!(store.untold_portals().await.unwrap(), [BOOKSHOP]);
        let (first, until) = take(&store).await;
        assert_eq!((first.len(), first[0].told), (2, 0));
        assert!(take(&store).await.0.is_empty());
        let asked = [(first[0].recipient, 5, 1)];
        let held = store.about_to_tell(&asked, until).await.unwrap();
        assert_eq!(held, BTreeSet::from([first[0].recipient]));
        store.forget_holds().await;
        let (again, _) = take(&store).await;
        assert_eq!((again[0].told, again[0].answers), (5, 1));
        assert_eq!((again[1].told, again[1].answers), (0, 0));
    }

    async fn what_happens_while_it_is_told_is_told_next(on: Database) {
        let store = cancelled(on).await;
        let (untold, until) = take(&store).await;
        let [one, two] = &untold[..] else {
            panic!("there are two");
        };
        store.clicked(two.recipient, 3).await.unwrap();
        let told = |untold: &Untold, again| Told {
            recipient: untold.recipient,
            news: untold.news,
            told: 2,
            answers: 0,
            again,
        };
        store
            .have_told(&[told(one, None), told(two, None)], until)
            .await
            .unwrap();
        let (next, until) = take(&store).await;
        assert_eq!(
            (next.len(), next[0].recipient, next[0].told),
            (1, two.recipient, 2)
        );
        // To be told later.
        store
            .have_told(&[told(&next[0], Some(60_000))], until)
            .await
            .unwrap();
        assert!(store.untold_portals().await.unwrap().is_empty());
        store.forget_holds().await;
        assert_eq!(take(&store).await.0[0].tries, 1);
        // A disconnected account hears nothing.
        store.forget_holds().await;
        store.disconnect(BOOKSHOP, 5).await.unwrap();
        assert!(store.untold_portals().await.unwrap().is_empty());
    }

    async fn whoever_is_too_slow_tells_nothing_that_others_have_taken(on: Database) {
        let store = cancelled(on).await;
        let (untold, until) = take(&store).await;
        let ids: BTreeSet<i64> = untold.iter().map(|one| one.recipient).collect();
        let asked: Vec<_> = ids.iter().map(|id| (*id, 2, 0)).collect();
        // Holding on is holding.
        let (held, until) = store.hold_on(&ids, until).await.unwrap();
        assert_eq!(held, ids);
        assert_eq!(store.about_to_tell(&asked, until).await.unwrap(), ids);

        store.forget_holds().await;
        let (others, theirs) = take(&store).await;
        assert_eq!(others.len(), 2);
        let (held, _) = store.hold_on(&ids, until).await.unwrap();
        assert!(held.is_empty());
        let asked = store.about_to_tell(&asked, until).await;
        assert!(asked.unwrap().is_empty());
        let told = others.iter().map(|one| Told {
            recipient: one.recipient,
            news: one.news,
            told: 0,
            answers: 0,
            again: Some(0),
        });
        let told: Vec<Told> = told.collect();
        store.have_told(&told, until).await.unwrap();
        assert!(store.untold_portals().await.unwrap().is_empty());
        store.have_told(&told, theirs).await.unwrap();
        assert_eq!(store.untold_portals().await.unwrap(), [BOOKSHOP]);
    }

    async fn a_story_has_all_that_can_be_told(on: Database) {
        let store = cancelled(on).await;
        let (untold, _) = take(&store).await;
        let stories = store.stories(&[untold[0].recipient]).await.unwrap();
        assert_eq!(stories.len(), 1);
        assert_eq!(stories[0].facts.state.0, MessageState::NotSent);
        assert_eq!(stories[0].reason, Some(NotSentReason::Cancelled));
        assert_eq!(stories[0].campaign, "HUBSPOT_SMS_2026_11");
        let latest = store.latest_stories(BOOKSHOP, &["0", "1", "none"]).await;
        assert_eq!(latest.unwrap().len(), 2);
    }
}
