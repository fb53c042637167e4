//! What workflows have asked for. HubSpot asks again when it has not heard the answer, for
//! days; so that nobody is sent to twice, an execution is known by its call-back id for good.

use septet_core::delivery::{MessageState, NotSentReason};
use septet_core::wire::{LinkShape, Millis, SmsDraft};

use super::audit;
use super::campaigns::{IGNORED, NewRecipient};
use super::clock::clock;
use super::db::{Bind, Row, Tx, sql};
use super::{Result, Store, from_text, portal_column, timeline, to_text};

/// How long others leave an execution alone that somebody works on, in milliseconds.
const HOLD: Millis = 60_000;

/// An execution as it was first answered.
#[derive(Debug, Clone)]
pub(crate) struct NewExecution {
    pub(crate) portal: u64,
    pub(crate) callback_id: String,
    /// What HubSpot is answered, now and whenever it asks again.
    pub(crate) answer: String,
    /// What completes it.
    pub(crate) complete_when: String,
    /// When it is completed whatever has become of it.
    pub(crate) deadline: Millis,
    pub(crate) what: Asked,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    /// Nothing: the answer says why.
    Nothing,
    /// To find out whom it is for, from what HubSpot has asked.
    Expand(String),
    /// To send.
    Send(Box<Enrolment>),
}

/// Recipients for the campaign that a workflow's messages of one kind belong to.
#[derive(Debug, Clone)]
pub(crate) struct Enrolment {
    /// Should there be none yet.
    pub(crate) id: String,
    /// The same for all of them.
    pub(crate) key: String,
    /// Without a text: each message has its own.
    pub(crate) draft: SmsDraft,
    pub(crate) name: String,
    pub(crate) max_parts: u8,
    pub(crate) links: LinkShape,
    pub(crate) text: String,
    pub(crate) recipients: Vec<NewRecipient>,
    /// Whether HubSpot waits to hear what becomes of them.
    pub(crate) waits: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Enrolled {
    /// It is new; the campaign that has messages to send, if there is one.
    New(Option<String>),
    /// It was taken before, and answered with this.
    Before(String),
    /// Somebody has stopped this campaign for good.
    Cancelled,
}

/// An execution that is to be expanded.
#[derive(Debug, Clone)]
pub(crate) struct Expanding {
    pub(crate) portal: u64,
    pub(crate) callback_id: String,
    pub(crate) request: String,
    pub(crate) complete_when: String,
    pub(crate) deadline: Millis,
    pub(crate) tries: u32,
}

/// A message of an execution that HubSpot waits for.
#[derive(Debug, Clone)]
pub(crate) struct Awaited {
    pub(crate) portal: u64,
    pub(crate) callback_id: String,
    pub(crate) complete_when: String,
    pub(crate) deadline: Millis,
    pub(crate) tries: u32,
    /// `None` where there is nobody.
    pub(crate) message: Option<AwaitedMessage>,
}

#[derive(Debug, Clone)]
pub(crate) struct AwaitedMessage {
    pub(crate) state: MessageState,
    pub(crate) reason: Option<NotSentReason>,
    pub(crate) parts: Option<u8>,
    pub(crate) provider_id: Option<String>,
}

impl Store {
    /// What an execution was answered, if it was.
    pub(crate) async fn answer_of(&self, portal: u64, callback: &str) -> Result<Option<String>> {
        let row = sql("SELECT answer FROM executions WHERE portal_id = ? AND callback_id = ?")
            .bind(portal_column(portal))
            .bind(callback)
            .fetch_optional(&self.db)
            .await?;
        row.map(|row| row.get("answer")).transpose()
    }

    /// Takes an execution with all that it asks for, or finds that it was taken before.
    pub(crate) async fn take_execution(&self, new: &NewExecution) -> Result<Enrolled> {
        let mut tx = self.db.begin().await?;
        let now = clock(&mut tx).await?;
        let (state, request) = match &new.what {
            Asked::Nothing => ("done", None),
            Asked::Expand(request) => ("expanding", Some(request.as_str())),
            Asked::Send(enrolment) if enrolment.waits => ("waiting", None),
            Asked::Send(_) => ("done", None),
        };
        let taken = sql(
            "INSERT INTO executions (portal_id, callback_id, state, answer, request, complete_when, deadline, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (portal_id, callback_id) DO NOTHING",
        )
        .bind(portal_column(new.portal))
        .bind(&new.callback_id)
        .bind(state)
        .bind(&new.answer)
        .bind(request)
        .bind(&new.complete_when)
        .bind(new.deadline)
        .bind(now)
        .execute(&mut tx)
        .await?;
        if taken == 0 {
            drop(tx);
            let answer = self.answer_of(new.portal, &new.callback_id).await?;
            return Ok(Enrolled::Before(answer.unwrap_or_default()));
        }
        let mut campaign = None;
        if let Asked::Send(enrolment) = &new.what {
            match enrol(&mut tx, new.portal, &new.callback_id, enrolment, now).await? {
                Some(id) => campaign = Some(id),
                None => return Ok(Enrolled::Cancelled),
            }
        }
        tx.commit().await?;
        Ok(Enrolled::New(campaign))
    }

    /// Executions to expand, which nobody else works on for a while.
    pub(crate) async fn take_expanding(&self, limit: u32) -> Result<Vec<Expanding>> {
        let mut tx = self.db.begin().await?;
        let now = clock(&mut tx).await?;
        let found = sql(
            "SELECT * FROM executions WHERE state = 'expanding' AND next_at <= ?
             ORDER BY next_at LIMIT ?",
        )
        .on_postgres(
            "SELECT * FROM executions WHERE state = 'expanding' AND next_at <= ?
             ORDER BY next_at LIMIT ? FOR UPDATE SKIP LOCKED",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(&mut tx)
        .await?;
        let mut expanding = Vec::with_capacity(found.len());
        for row in &found {
            expanding.push(Expanding {
                portal: row.get("portal_id")?,
                callback_id: row.get("callback_id")?,
                request: row.get::<Option<String>>("request")?.unwrap_or_default(),
                complete_when: row.get("complete_when")?,
                deadline: row.get("deadline")?,
                tries: row.get("tries")?,
            });
        }
        let keys: Vec<_> = expanding
            .iter()
            .map(|one| (one.portal, one.callback_id.as_str()))
            .collect();
        hold(&mut tx, &keys, now + HOLD).await?;
        tx.commit().await?;
        Ok(expanding)
    }

    /// Works what was found out into an execution that was to be expanded; somebody else may
    /// have done so before.
    pub(crate) async fn expand(
        &self,
        portal: u64,
        callback: &str,
        enrolment: &Enrolment,
    ) -> Result<Enrolled> {
        let mut tx = self.db.begin().await?;
        let now = clock(&mut tx).await?;
        let state = if enrolment.waits { "waiting" } else { "done" };
        let mine = sql(
            "UPDATE executions SET state = ?, request = NULL, next_at = 0, tries = 0
             WHERE portal_id = ? AND callback_id = ? AND state = 'expanding'",
        )
        .bind(state)
        .bind(portal_column(portal))
        .bind(callback)
        .execute(&mut tx)
        .await?;
        if mine == 0 {
            return Ok(Enrolled::Before(String::new()));
        }
        let campaign = enrol(&mut tx, portal, callback, enrolment, now).await?;
        if campaign.is_none() {
            return Ok(Enrolled::Cancelled);
        }
        tx.commit().await?;
        Ok(Enrolled::New(campaign))
    }

    /// Messages of executions that may be complete: those that have changed since a time,
    /// those that are over, and those that HubSpot did not take when it was told.
    pub(crate) async fn awaited(&self, since: Millis) -> Result<Vec<Awaited>> {
        let now = clock(&self.db).await?;
        let rows = sql("SELECT e.*, r.id AS message, r.state AS message_state, r.reason, r.parts, r.provider_id
             FROM executions e
             LEFT JOIN recipients r ON r.portal_id = e.portal_id AND r.execution = e.callback_id
                AND r.execution <> ''
             WHERE e.state = 'waiting' AND e.next_at <= ? AND (e.deadline <= ? OR e.tries > 0
                OR (e.portal_id, e.callback_id) IN (
                    SELECT portal_id, execution FROM recipients
                    WHERE execution <> '' AND updated_at >= ?))
             ORDER BY e.portal_id, e.callback_id, r.id")
        .bind(now)
        .bind(now)
        .bind(since)
        .fetch_all(&self.db)
        .await?;
        rows.iter().map(awaited).collect()
    }

    /// Holds executions that are about to be completed; those that nobody else holds. Should
    /// whoever holds them die, they are found by their tries.
    pub(crate) async fn hold_executions(&self, keys: &[(u64, &str)]) -> Result<Vec<(u64, String)>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let now = clock(&self.db).await?;
        let rows = keys
            .iter()
            .map(|(portal, id)| [portal_column(*portal).value(), id.value()]);
        let held = sql("WITH given (portal, callback) AS (?*)
             UPDATE executions SET next_at = ?, tries = tries + 1 FROM given
             WHERE portal_id = given.portal AND callback_id = given.callback
                AND state = 'waiting' AND next_at <= ?
             RETURNING portal_id, callback_id")
        .rows(rows)
        .bind(now + HOLD)
        .bind(now)
        .fetch_all(&self.db)
        .await?;
        held.iter()
            .map(|row| Ok((row.get("portal_id")?, row.get("callback_id")?)))
            .collect()
    }

    /// Executions that HubSpot has been told of, or that it does not wait for.
    pub(crate) async fn end_executions(&self, keys: &[(u64, &str)]) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let rows = keys
            .iter()
            .map(|(portal, id)| [portal_column(*portal).value(), id.value()]);
        sql("WITH given (portal, callback) AS (?*)
             UPDATE executions SET state = 'done', request = NULL FROM given
             WHERE portal_id = given.portal AND callback_id = given.callback")
        .rows(rows)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Lets executions wait so many milliseconds.
    pub(crate) async fn put_off_executions(
        &self,
        keys: &[(u64, &str)],
        pause: Millis,
    ) -> Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let until = clock(&self.db).await? + pause;
        let rows = keys.iter();
        let rows = rows.map(|(portal, id)| [portal_column(*portal).value(), id.value()]);
        sql("WITH given (portal, callback) AS (?*)
             UPDATE executions SET next_at = ? FROM given
             WHERE portal_id = given.portal AND callback_id = given.callback")
        .rows(rows)
        .bind(until)
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

/// Keeps others from executions for a while, by somebody who tries what they ask for.
async fn hold(tx: &mut Tx, keys: &[(u64, &str)], until: Millis) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let rows = keys
        .iter()
        .map(|(portal, id)| [portal_column(*portal).value(), id.value()]);
    sql("WITH given (portal, callback) AS (?*)
         UPDATE executions SET next_at = ?, tries = tries + 1 FROM given
         WHERE portal_id = given.portal AND callback_id = given.callback")
    .rows(rows)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(())
}

/// Adds messages to the campaign that they belong to, which is made or begun again as
/// needed; `None` when somebody has stopped it.
async fn enrol(
    tx: &mut Tx,
    portal: u64,
    callback: &str,
    enrolment: &Enrolment,
    now: Millis,
) -> Result<Option<String>> {
    let Some(campaign) = standing(tx, portal, enrolment, now).await? else {
        return Ok(None);
    };
    let rows = enrolment.recipients.iter().map(|recipient| {
        let state = match recipient.excluded {
            Some(_) => MessageState::NotSent,
            None => MessageState::Pending,
        };
        [
            portal_column(portal).value(),
            campaign.as_str().value(),
            recipient.contact_id.as_str().value(),
            recipient.name.as_str().value(),
            recipient.phone.as_deref().value(),
            serde_json::json!(recipient.values).to_string().value(),
            to_text(&state).value(),
            recipient.excluded.as_ref().map(to_text).value(),
            recipient.parts.value(),
            recipient.not_before.value(),
            now.value(),
            callback.value(),
            enrolment.text.as_str().value(),
        ]
    });
    sql("INSERT INTO recipients (portal_id, campaign_id, contact_id, name, phone, contact_values, state,
            reason, parts, not_before, updated_at, execution, text) ?*
         ON CONFLICT (campaign_id, contact_id, execution) DO NOTHING")
    .rows(rows)
    .execute(&mut *tx)
    .await?;
    timeline::note_excluded(tx, &campaign, callback, &enrolment.recipients).await?;
    Ok(Some(campaign))
}

/// The campaign that takes messages of this kind; held until the transaction ends, so that
/// it does not end meanwhile.
async fn standing(
    tx: &mut Tx,
    portal: u64,
    enrolment: &Enrolment,
    now: Millis,
) -> Result<Option<String>> {
    tx.lock_draft(portal, &enrolment.key).await?;
    let mut key = enrolment.key.clone();
    for next in 2.. {
        let found =
            sql("SELECT id, state, erased_to FROM campaigns WHERE portal_id = ? AND draft_key = ?")
                .for_update()
                .bind(portal_column(portal))
                .bind(&key)
                .fetch_optional(&mut *tx)
                .await?;
        let Some(found) = found else { break };
        if found.get::<Option<String>>("erased_to")?.is_some() {
            // Nothing leaves from it any more.
            key = format!("{}-{next}", enrolment.key);
            continue;
        }
        let id: String = found.get("id")?;
        match found.get::<String>("state")?.as_str() {
            "cancelled" => return Ok(None),
            "finished" => {
                sql("UPDATE campaigns SET state = 'sending', ended_at = NULL WHERE id = ?")
                    .bind(&id)
                    .execute(tx)
                    .await?;
            }
            _ => {}
        }
        return Ok(Some(id));
    }
    sql("INSERT INTO campaigns (id, portal_id, draft_key, draft, name, max_parts, links, state, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'sending', ?)")
    .bind(&enrolment.id)
    .bind(portal_column(portal))
    .bind(&key)
    .bind(serde_json::json!(enrolment.draft).to_string())
    .bind(&enrolment.name)
    .bind(enrolment.max_parts)
    .bind(serde_json::json!(enrolment.links).to_string())
    .bind(now)
    .execute(&mut *tx)
    .await?;
    if enrolment.draft.ignore_opt_outs {
        audit::note(tx, portal, "HubSpot", IGNORED, &enrolment.id, now).await?;
    }
    Ok(Some(enrolment.id.clone()))
}

fn awaited(row: &Row) -> Result<Awaited> {
    let message: Option<i64> = row.get("message")?;
    let message = match message {
        None => None,
        Some(_) => {
            let reason: Option<String> = row.get("reason")?;
            Some(AwaitedMessage {
                state: from_text(row.get("message_state")?, "message state")?,
                reason: reason
                    .map(|reason| from_text(reason, "reason"))
                    .transpose()?,
                parts: row.get("parts")?,
                provider_id: row.get("provider_id")?,
            })
        }
    };
    Ok(Awaited {
        portal: row.get("portal_id")?,
        callback_id: row.get("callback_id")?,
        complete_when: row.get("complete_when")?,
        deadline: row.get("deadline")?,
        tries: row.get("tries")?,
        message,
    })
}

#[cfg(test)]
mod tests {
    use septet_core::wire::CampaignState;

    use super::*;
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, draft, on_each_database};

    on_each_database![
        an_execution_is_taken_once_in_its_account,
        a_campaign_that_has_finished_goes_on_and_one_that_was_stopped_does_not,
        whoever_expands_second_changes_nothing,
        what_is_over_is_awaited_held_and_ended,
    ];

    fn enrolment(contact: &str) -> Enrolment {
        let mut recipients = campaign("unused", 1).recipients;
        recipients[0].contact_id = contact.into();
        Enrolment {
            id: format!("campaign-{contact}"),
            key: "workflow:a".into(),
            draft: draft(""),
            name: "HUBSPOT_SMS_2026_11".into(),
            max_parts: 5,
            links: crate::testing::links(),
            text: "Olá Inês".into(),
            recipients,
            waits: true,
        }
    }

    fn sending(portal: u64, id: &str, contact: &str) -> NewExecution {
        NewExecution {
            portal,
            callback_id: id.into(),
            answer: format!("answer to {id}"),
            complete_when: "sent".into(),
            deadline: Millis::MAX,
            what: Asked::Send(Box::new(enrolment(contact))),
        }
    }

    async fn an_execution_is_taken_once_in_its_account(on: Database) {
        let store = on.fresh().await;
        let new = sending(BOOKSHOP, "a", "101");
        let first = Some("campaign-101".to_owned());
        assert_eq!(
            store.take_execution(&new).await.unwrap(),
            Enrolled::New(first.clone())
        );
        let before = Enrolled::Before("answer to a".into());
        assert_eq!(store.take_execution(&new).await.unwrap(), before);
        // The same contact again, by another execution.
        let second = sending(BOOKSHOP, "b", "101");
        assert_eq!(
            store.take_execution(&second).await.unwrap(),
            Enrolled::New(first)
        );
        let summary = store
            .campaign(BOOKSHOP, "campaign-101")
            .await
            .unwrap()
            .unwrap();
        assert!(summary.workflow);
        assert_eq!(summary.counts.pending, 2);
        assert_eq!(store.answer_of(CLINIC, "a").await.unwrap(), None);
        let mut other = sending(CLINIC, "a", "201");
        other.what = Asked::Nothing;
        assert_eq!(
            store.take_execution(&other).await.unwrap(),
            Enrolled::New(None)
        );
    }

    async fn a_campaign_that_has_finished_goes_on_and_one_that_was_stopped_does_not(on: Database) {
        let store = on.fresh().await;
        store
            .take_execution(&sending(BOOKSHOP, "a", "101"))
            .await
            .unwrap();
        let worker = store.register().await.unwrap();
        let message = store
            .claim_all(worker, 1, Millis::MAX)
            .await
            .unwrap()
            .pop()
            .unwrap();
        assert_eq!(message.text.as_deref(), Some("Olá Inês"));
        let reason = NotSentReason::EmptyText;
        store.exclude(&message, reason, 20).await.unwrap();
        assert!(store.finish_if_done("campaign-101").await.unwrap());
        store
            .take_execution(&sending(BOOKSHOP, "b", "102"))
            .await
            .unwrap();
        let state = async || {
            let found = store.campaign(BOOKSHOP, "campaign-101").await.unwrap();
            found.unwrap().state
        };
        assert_eq!(state().await, CampaignState::Sending);
        store.cancel(BOOKSHOP, "campaign-101", 5).await.unwrap();
        let third = store.take_execution(&sending(BOOKSHOP, "c", "103")).await;
        assert_eq!(third.unwrap(), Enrolled::Cancelled);
        assert_eq!(store.answer_of(BOOKSHOP, "c").await.unwrap(), None);
        assert_eq!(state().await, CampaignState::Cancelled);
    }

    async fn whoever_expands_second_changes_nothing(on: Database) {
        let store = on.fresh().await;
        let mut new = sending(BOOKSHOP, "a", "101");
        new.what = Asked::Expand("{}".into());
        store.take_execution(&new).await.unwrap();
        let taken = store.take_expanding(10).await.unwrap();
        assert_eq!((taken.len(), taken[0].request.as_str()), (1, "{}"));
        assert!(
            store.take_expanding(10).await.unwrap().is_empty(),
            "it is held"
        );
        let expanded = store
            .expand(BOOKSHOP, "a", &enrolment("101"))
            .await
            .unwrap();
        assert_eq!(expanded, Enrolled::New(Some("campaign-101".into())));
        let again = store
            .expand(BOOKSHOP, "a", &enrolment("102"))
            .await
            .unwrap();
        assert_eq!(again, Enrolled::Before(String::new()));
        let summary = store
            .campaign(BOOKSHOP, "campaign-101")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(summary.counts.total, 1);
    }

    async fn what_is_over_is_awaited_held_and_ended(on: Database) {
        let store = on.fresh().await;
        for (id, contact) in [("a", "101"), ("b", "102")] {
            store
                .take_execution(&sending(BOOKSHOP, id, contact))
                .await
                .unwrap();
        }
        let awaited = async |since| {
            let awaited = store.awaited(since).await.unwrap();
            awaited
                .into_iter()
                .map(|one| one.callback_id)
                .collect::<Vec<_>>()
        };
        assert_eq!(awaited(0).await, ["a", "b"]);
        assert!(
            awaited(Millis::MAX).await.is_empty(),
            "nothing has changed since"
        );
        let keys = [(BOOKSHOP, "a"), (BOOKSHOP, "b"), (CLINIC, "a")];
        let mut held = store.hold_executions(&keys).await.unwrap();
        held.sort();
        assert_eq!(held, [(BOOKSHOP, "a".into()), (BOOKSHOP, "b".into())]);
        assert!(store.hold_executions(&keys).await.unwrap().is_empty());
        assert!(awaited(0).await.is_empty());
        // HubSpot did not hear of one of them; it is told again whatever has changed.
        store.end_executions(&keys[..1]).await.unwrap();
        store.put_off_executions(&keys[1..2], 0).await.unwrap();
        assert_eq!(awaited(Millis::MAX).await, ["b"]);
    }
}
