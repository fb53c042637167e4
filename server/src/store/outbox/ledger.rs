//! What happens to messages, written down for many of them at once.
//!
//! A commit waits for the disk, for one message as long as for hundreds. One transaction
//! therefore reads the rows that a batch of [`Entry`]s is about, decides for one entry
//! after the other, and writes what has changed. Every decision is made here, on rows
//! that nobody else can change meanwhile.

use std::collections::{BTreeMap, BTreeSet};

use septet_core::delivery::{MessageState, NotSentReason, Report};
use septet_core::wire::Millis;

use super::{Claimed, Link, Outcome, Result, Store, Worker};
use crate::store::db::{Bind, Row, Tx, Value, sql};
use crate::store::{from_text, portal_column, timeline, to_text};

/// The same words again within so many milliseconds are the same answer told twice.
const SAME: Millis = 5 * 60 * 1000;
/// Milliseconds of a day.
const DAY: Millis = 24 * 60 * 60 * 1000;

/// Something that happens to a message.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) message: i64,
    /// Who is at work on it; nobody has to be where 360nrs reports.
    pub(crate) worker: Option<Worker>,
    pub(crate) event: Event,
}

impl Entry {
    /// What happens to a claimed message.
    pub(crate) fn of(message: &Claimed, event: Event) -> Self {
        Self {
            message: message.id,
            worker: Some(message.worker),
            event,
        }
    }
}

/// What happens.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// 360nrs is about to be called for a claimed message.
    Begin(Begin),
    /// A claimed message will not leave.
    Exclude(NotSentReason),
    /// A claimed message leaves later.
    Defer(Millis),
    /// A message could not be handled: claimed, it waits; attempted, it is in doubt.
    SetBack(Millis),
    /// What a call came to.
    End {
        /// The attempt that it was made for.
        attempt: u32,
        outcome: Outcome,
    },
    /// 360nrs reported.
    Report {
        /// Whose secret the report came with.
        portal: u64,
        code: String,
        /// `None`: a code that nobody knows.
        report: Option<Report>,
    },
    /// Somebody has answered, as 360nrs tells.
    Answer {
        /// Whose secret it came with.
        portal: u64,
        code: String,
        /// Empty where 360nrs did not say.
        said: String,
        /// Whether it asks for no more messages.
        stops: bool,
    },
}

/// A message as it will leave.
#[derive(Debug, Clone)]
pub(crate) struct Begin {
    pub(crate) portal: u64,
    pub(crate) number_hash: Vec<u8>,
    pub(crate) parts: u8,
    pub(crate) links: Vec<Link>,
    /// The number must not have been sent to by another campaign for so many days; 0: it may.
    pub(crate) days_apart: u16,
    /// Parts that the account may send in a day (UTC); 0: any number.
    pub(crate) daily_parts: u64,
    /// Whether it also goes to people who have opted out.
    pub(crate) ignores_opt_outs: bool,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// The message is as it was.
    Nothing,
    /// It is not.
    Changed,
    /// The attempt is on disk: 360nrs may be called.
    Begun { attempt: u32 },
    /// It waits, because the day's parts have been sent.
    OverLimit,
}

/// What became of a batch.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Of each entry.
    pub(crate) written: Vec<Written>,
    /// The messages that changed, by campaign.
    pub(crate) changed: BTreeMap<String, Vec<i64>>,
}

impl Store {
    /// Writes down what happens to messages, in order.
    ///
    /// An opt-out that was confirmed before this is respected here, and so is a pause or a
    /// cancellation: both wait for this to end, or this for them.
    pub(crate) async fn write(&self, entries: &[Entry], now: Millis) -> Result<Batch> {
        if entries.is_empty() {
            return Ok(Batch::default());
        }
        let mut tx = self.db.begin().await?;
        let mut ledger = Ledger::open(&mut tx, entries, now).await?;
        let written = entries.iter().map(|entry| ledger.enter(entry)).collect();
        let changed = ledger.changed();
        ledger.close(&mut tx).await?;
        tx.commit().await?;
        Ok(Batch { written, changed })
    }
}

/// The rows that a batch is about, and what is to be written besides.
struct Ledger {
    now: Millis,
    /// States of their campaigns.
    campaigns: BTreeMap<String, String>,
    messages: BTreeMap<i64, Message>,
    suppressed: BTreeSet<i64>,
    too_soon: BTreeSet<i64>,
    /// Parts that each account has sent today.
    spent: BTreeMap<u64, u64>,
    links: Vec<[Value; 4]>,
    unlinked: Vec<i64>,
    /// Campaigns that had ended, and have something to send again.
    reopened: BTreeSet<String>,
    reports: Vec<[Value; 3]>,
    /// Messages that somebody has answered.
    answered: Vec<i64>,
    /// What was answered lately, and what is now.
    known_answers: BTreeSet<(i64, String)>,
    answers: Vec<[Value; 5]>,
}

/// What changes of a row.
struct Message {
    portal: u64,
    campaign: String,
    state: MessageState,
    worker: Option<i64>,
    reason: Option<NotSentReason>,
    parts: Option<u8>,
    provider_id: Option<String>,
    sending_id: Option<String>,
    attempt: u32,
    tries: u32,
    not_before: Millis,
    left_at: Option<Millis>,
    changed: bool,
}

impl Ledger {
    async fn open(tx: &mut Tx, entries: &[Entry], now: Millis) -> Result<Self> {
        let mut ledger = Self {
            now,
            campaigns: BTreeMap::new(),
            messages: BTreeMap::new(),
            suppressed: BTreeSet::new(),
            too_soon: BTreeSet::new(),
            spent: BTreeMap::new(),
            links: Vec::new(),
            unlinked: Vec::new(),
            reopened: BTreeSet::new(),
            reports: Vec::new(),
            answered: Vec::new(),
            known_answers: BTreeSet::new(),
            answers: Vec::new(),
        };
        let begins: Vec<(i64, &Begin)> = entries
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::Begin(begin) => Some((entry.message, begin)),
                _ => None,
            })
            .collect();
        let gates: BTreeSet<u64> = begins.iter().map(|(_, begin)| begin.portal).collect();
        for portal in gates {
            tx.pass_gate(portal).await?;
        }
        let ids: BTreeSet<i64> = entries.iter().map(|entry| entry.message).collect();
        let given = || ids.iter().map(|id| [id.value()]);
        // Nothing of an erased campaign can leave again, whatever its state.
        let campaigns = sql("WITH given (id) AS (?*)
             SELECT id, CASE WHEN erased_to IS NULL THEN state ELSE 'cancelled' END AS state
             FROM campaigns WHERE id IN (
                SELECT r.campaign_id FROM recipients r JOIN given ON given.id = r.id)")
        .on_postgres(
            "WITH given (id) AS (?*)
             SELECT id, CASE WHEN erased_to IS NULL THEN state ELSE 'cancelled' END AS state
             FROM campaigns WHERE id IN (
                SELECT r.campaign_id FROM recipients r JOIN given ON given.id = r.id)
             ORDER BY id FOR SHARE",
        );
        for row in campaigns.rows(given()).fetch_all(&mut *tx).await? {
            ledger.campaigns.insert(row.get("id")?, row.get("state")?);
        }
        let messages = sql("WITH given (id) AS (?*)
             SELECT r.* FROM recipients r JOIN given ON given.id = r.id")
        .on_postgres(
            "WITH given (id) AS (?*)
             SELECT r.* FROM recipients r JOIN given ON given.id = r.id
             ORDER BY r.id FOR UPDATE OF r",
        );
        for row in messages.rows(given()).fetch_all(&mut *tx).await? {
            ledger.messages.insert(row.get("id")?, Message::read(&row)?);
        }
        if !begins.is_empty() {
            ledger.look_up(tx, &begins).await?;
        }
        let is_answer = |entry: &&Entry| matches!(entry.event, Event::Answer { .. });
        let answered: Vec<_> = entries.iter().filter(is_answer).collect();
        if !answered.is_empty() {
            let known = sql("WITH given (id) AS (?*)
                 SELECT p.recipient_id, COALESCE(p.said, '') AS said FROM given
                 CROSS JOIN replies p WHERE p.recipient_id = given.id AND p.at > ?")
            .rows(answered.iter().map(|entry| [entry.message.value()]))
            .bind(now - SAME)
            .fetch_all(&mut *tx)
            .await?;
            for row in known {
                let answer = (row.get("recipient_id")?, row.get("said")?);
                ledger.known_answers.insert(answer);
            }
        }
        Ok(ledger)
    }

    /// Everything that may keep a message from leaving.
    async fn look_up(&mut self, tx: &mut Tx, begins: &[(i64, &Begin)]) -> Result<()> {
        let held = begins.iter().filter(|(_, begin)| !begin.ignores_opt_outs);
        let rows = held.filter_map(|(id, begin)| {
            let portal = self.messages.get(id)?.portal;
            let hash = begin.number_hash.as_slice();
            Some([id.value(), portal_column(portal).value(), hash.value()])
        });
        let suppressed: Vec<i64> = sql("WITH given (id, portal, hash) AS (?*)
             SELECT given.id FROM given JOIN recipients r ON r.id = given.id
             WHERE EXISTS (SELECT 1 FROM suppressions s WHERE s.portal_id = given.portal
                AND s.number_hash = given.hash AND s.scope IN ('sms', 'all'))
             OR EXISTS (SELECT 1 FROM suppressions s WHERE s.portal_id = given.portal
                AND s.contact_id = r.contact_id AND s.scope IN ('sms', 'all'))")
        .rows(rows)
        .scalars(&mut *tx)
        .await?;
        self.suppressed.extend(suppressed);

        let rows: Vec<_> = begins
            .iter()
            .filter(|(_, begin)| begin.days_apart > 0)
            .map(|(id, begin)| {
                [
                    id.value(),
                    (self.now - Millis::from(begin.days_apart) * DAY).value(),
                ]
            })
            .collect();
        if !rows.is_empty() {
            let too_soon: Vec<i64> = sql("WITH given (id, since) AS (?*)
                 SELECT given.id FROM given JOIN recipients r ON r.id = given.id
                 WHERE EXISTS (SELECT 1 FROM recipients o WHERE o.portal_id = r.portal_id
                    AND o.phone = r.phone AND o.left_at > given.since AND o.campaign_id <> r.campaign_id)")
            .rows(rows)
            .scalars(&mut *tx)
            .await?;
            self.too_soon.extend(too_soon);
        }

        let limited: BTreeSet<u64> = begins
            .iter()
            .filter(|(_, begin)| begin.daily_parts > 0)
            .filter_map(|(id, _)| Some(self.messages.get(id)?.portal))
            .collect();
        for portal in limited {
            let spent = sql(
                "INSERT INTO spending (portal_id, day, parts) VALUES (?, ?, 0)
                 ON CONFLICT (portal_id, day) DO UPDATE SET parts = spending.parts RETURNING parts",
            )
            .bind(portal_column(portal))
            .bind(self.now / DAY)
            .scalar(&mut *tx)
            .await?;
            self.spent.insert(portal, spent);
        }
        Ok(())
    }

    fn enter(&mut self, entry: &Entry) -> Written {
        let Some(message) = self.messages.get_mut(&entry.message) else {
            return Written::Nothing;
        };
        let mine = entry
            .worker
            .is_some_and(|worker| message.worker == Some(worker.0));
        let claimed = mine && message.state == MessageState::Claimed;
        match &entry.event {
            Event::Begin(begin) if claimed => self.begin(entry.message, begin),
            Event::Exclude(reason) if claimed => message.exclude(*reason),
            Event::Defer(not_before) if claimed => {
                message.tries = 0;
                message.wait(*not_before)
            }
            Event::SetBack(not_before) if claimed => message.wait(*not_before),
            Event::SetBack(_) if mine && message.state == MessageState::Attempting => {
                message.becomes(MessageState::InDoubt)
            }
            Event::End { attempt, outcome } => self.end(entry.message, *attempt, outcome),
            Event::Report {
                portal,
                code,
                report,
            } if message.portal == *portal => {
                self.reports
                    .push([entry.message.value(), code.value(), self.now.value()]);
                message.report(*report)
            }
            Event::Answer {
                portal,
                code,
                said,
                stops,
            } if message.portal == *portal => {
                let id = entry.message;
                if !self.known_answers.insert((id, said.clone())) {
                    return Written::Nothing;
                }
                self.reports
                    .push([id.value(), code.value(), self.now.value()]);
                let words = Some(said.as_str()).filter(|said| !said.is_empty());
                self.answers.push([
                    portal_column(*portal).value(),
                    id.value(),
                    words.value(),
                    i64::from(*stops).value(),
                    self.now.value(),
                ]);
                self.answered.push(id);
                // It has left, or nobody could answer it.
                message.report(Some(Report::Buffered));
                Written::Changed
            }
            Event::Begin(_)
            | Event::Exclude(_)
            | Event::Defer(_)
            | Event::SetBack(_)
            | Event::Report { .. }
            | Event::Answer { .. } => Written::Nothing,
        }
    }

    fn begin(&mut self, id: i64, begin: &Begin) -> Written {
        let Some(message) = self.messages.get_mut(&id) else {
            return Written::Nothing;
        };
        if self.suppressed.contains(&id) {
            return message.exclude(NotSentReason::OptedOut);
        }
        if self.too_soon.contains(&id) {
            return message.exclude(NotSentReason::TooSoon);
        }
        match self.campaigns.get(&message.campaign).map(String::as_str) {
            Some("sending") => {}
            Some("cancelled") => return message.exclude(NotSentReason::Cancelled),
            _ => return message.wait(message.not_before),
        }
        if let Some(spent) = self.spent.get_mut(&message.portal) {
            if *spent + u64::from(begin.parts) > begin.daily_parts {
                message.wait(message.not_before);
                return Written::OverLimit;
            }
            *spent += u64::from(begin.parts);
        }
        message.attempt += 1;
        message.parts = Some(begin.parts);
        message.left_at = Some(self.now);
        message.becomes(MessageState::Attempting);
        self.links.extend(begin.links.iter().map(|link| {
            [
                link.code.as_str().value(),
                portal_column(message.portal).value(),
                id.value(),
                link.target.as_deref().value(),
            ]
        }));
        Written::Begun {
            attempt: message.attempt,
        }
    }

    /// A report that was quicker than the answer has settled the message; it stays settled.
    /// A worker that was given up for dead still knows what its call came to, as long as
    /// nobody has decided otherwise since.
    fn end(&mut self, id: i64, attempt: u32, outcome: &Outcome) -> Written {
        let Some(message) = self.messages.get_mut(&id) else {
            return Written::Nothing;
        };
        if message.attempt != attempt {
            return Written::Nothing;
        }
        if let Outcome::Accepted {
            provider_id,
            sending_id,
        } = outcome
        {
            message.provider_id = Some(provider_id.clone());
            message.sending_id.clone_from(sending_id);
            message.changed = true;
        }
        match (message.state, outcome) {
            (MessageState::Attempting | MessageState::InDoubt, _) => {}
            // A person wanted it sent again, which there is no need for any more.
            (MessageState::Pending | MessageState::Claimed, Outcome::Accepted { .. }) => {}
            _ => return Written::Nothing,
        }
        match outcome {
            Outcome::Accepted { .. } => message.becomes(MessageState::Accepted),
            Outcome::Unknown => message.becomes(MessageState::InDoubt),
            Outcome::Refused => {
                message.left_at = None;
                message.exclude(NotSentReason::Refused)
            }
            Outcome::NotReached { not_before } => {
                // Its links were never seen by anybody, and the next attempt makes its own.
                self.unlinked.push(id);
                message.left_at = None;
                message.tries += 1;
                match self.campaigns.get(&message.campaign).map(String::as_str) {
                    // It takes its messages with it.
                    Some("cancelled") => message.exclude(NotSentReason::Cancelled),
                    state => {
                        if state == Some("finished") {
                            self.reopened.insert(message.campaign.clone());
                        }
                        message.wait(*not_before)
                    }
                }
            }
        }
    }

    fn changed(&self) -> BTreeMap<String, Vec<i64>> {
        let mut changed: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for (id, message) in self.messages.iter().filter(|(_, message)| message.changed) {
            match changed.get_mut(&message.campaign) {
                Some(ids) => ids.push(*id),
                None => drop(changed.insert(message.campaign.clone(), vec![*id])),
            }
        }
        changed
    }

    async fn close(self, tx: &mut Tx) -> Result<()> {
        let changed = || self.messages.iter().filter(|(_, message)| message.changed);
        let rows: Vec<_> = changed().map(|(id, message)| message.row(*id)).collect();
        let told = changed().filter(|(_, message)| message.is_told());
        let told = told.map(|(id, _)| *id);
        let news: BTreeSet<i64> = told.chain(self.answered.iter().copied()).collect();
        let news: Vec<i64> = news.into_iter().collect();
        if !rows.is_empty() {
            sql("WITH given (id, state, worker, reason, parts, provider_id, sending_id, attempts, tries, not_before, left_at) AS (?*)
                 UPDATE recipients SET state = given.state, worker = given.worker, reason = given.reason,
                    parts = given.parts, provider_id = given.provider_id, sending_id = given.sending_id,
                    attempts = given.attempts, tries = given.tries, not_before = given.not_before,
                    left_at = given.left_at, updated_at = ?
                 FROM given WHERE recipients.id = given.id")
            .rows(rows)
            .bind(self.now)
            .execute(&mut *tx)
            .await?;
        }
        timeline::note(tx, &news).await?;
        if !self.unlinked.is_empty() {
            sql("WITH given (id) AS (?*) DELETE FROM links WHERE recipient_id IN (SELECT id FROM given)")
                .rows(self.unlinked.iter().map(|id| [id.value()]))
                .execute(&mut *tx)
                .await?;
        }
        if !self.reopened.is_empty() {
            sql("WITH given (id) AS (?*)
                 UPDATE campaigns SET state = 'sending', ended_at = NULL
                 WHERE state = 'finished' AND id IN (SELECT id FROM given)")
            .rows(self.reopened.iter().map(|id| [id.as_str().value()]))
            .execute(&mut *tx)
            .await?;
        }
        if !self.links.is_empty() {
            sql("INSERT INTO links (code, portal_id, recipient_id, target) ?*")
                .rows(self.links)
                .execute(&mut *tx)
                .await?;
        }
        if !self.reports.is_empty() {
            sql("INSERT INTO reports (recipient_id, code, arrived_at) ?*")
                .rows(self.reports)
                .execute(&mut *tx)
                .await?;
        }
        if !self.answers.is_empty() {
            sql("INSERT INTO replies (portal_id, recipient_id, said, stops, at) ?*")
                .rows(self.answers)
                .execute(&mut *tx)
                .await?;
            sql("WITH given (id) AS (?*)
                 UPDATE recipients SET replied_at = ?
                 WHERE replied_at IS NULL AND id IN (SELECT id FROM given)")
            .rows(self.answered.iter().map(|id| [id.value()]))
            .bind(self.now)
            .execute(&mut *tx)
            .await?;
        }
        for (portal, parts) in self.spent {
            sql("UPDATE spending SET parts = ? WHERE portal_id = ? AND day = ?")
                .bind(i64::try_from(parts).unwrap_or(i64::MAX))
                .bind(portal_column(portal))
                .bind(self.now / DAY)
                .execute(&mut *tx)
                .await?;
        }
        Ok(())
    }
}

impl Message {
    fn read(row: &Row) -> Result<Self> {
        let reason: Option<String> = row.get("reason")?;
        Ok(Self {
            portal: row.get("portal_id")?,
            campaign: row.get("campaign_id")?,
            state: from_text(row.get("state")?, "message state")?,
            worker: row.get("worker")?,
            reason: reason
                .map(|reason| from_text(reason, "reason"))
                .transpose()?,
            parts: row.get("parts")?,
            provider_id: row.get("provider_id")?,
            sending_id: row.get("sending_id")?,
            attempt: row.get("attempts")?,
            tries: row.get("tries")?,
            not_before: row.get("not_before")?,
            left_at: row.get("left_at")?,
            changed: false,
        })
    }

    fn row(&self, id: i64) -> [Value; 11] {
        [
            id.value(),
            to_text(&self.state).value(),
            self.worker.value(),
            self.reason.as_ref().map(to_text).value(),
            self.parts.value(),
            self.provider_id.as_deref().value(),
            self.sending_id.as_deref().value(),
            self.attempt.value(),
            self.tries.value(),
            self.not_before.value(),
            self.left_at.value(),
        ]
    }

    /// Whether HubSpot is told of where it stands.
    fn is_told(&self) -> bool {
        self.state == MessageState::Accepted || self.state.is_final()
    }

    fn becomes(&mut self, state: MessageState) -> Written {
        self.state = state;
        if !matches!(state, MessageState::Claimed | MessageState::Attempting) {
            self.worker = None;
        }
        self.changed = true;
        Written::Changed
    }

    fn wait(&mut self, not_before: Millis) -> Written {
        self.not_before = not_before;
        self.becomes(MessageState::Pending)
    }

    fn exclude(&mut self, reason: NotSentReason) -> Written {
        self.reason = Some(reason);
        self.becomes(MessageState::NotSent)
    }

    fn report(&mut self, report: Option<Report>) -> Written {
        // What a person wanted sent again may have left the first time.
        let waits = matches!(self.state, MessageState::Pending | MessageState::Claimed);
        let before = if waits && self.left_at.is_some() {
            MessageState::InDoubt
        } else {
            self.state
        };
        match report.map(|report| before.after(report)) {
            Some(after) if after != self.state => self.becomes(after),
            _ => Written::Nothing,
        }
    }
}
