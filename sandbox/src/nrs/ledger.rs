//! What 360nrs remembers: messages, sends, credit.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::calls::{Call, Calls, Noted};
use super::error::NrsError;
use super::fields::{Recipients, Wording};
use super::request::Send;
use super::tally::Tally;
use super::text::{Part, WireEncoding};
use crate::chances::Mishap;
use crate::faults::ReportFault;
use crate::line::Departure;

/// Credit of a fresh sandbox, in parts.
const FIRST_BALANCE: u64 = 10_000;
/// Ids start high, so that a mix-up with an index shows.
const FIRST_ID: u64 = 7_000_001;

/// The account's books.
#[derive(Debug)]
pub(crate) struct Ledger {
    balance: u64,
    next_id: u64,
    /// Whether messages are kept; without, only counts and sends are.
    texts: bool,
    messages: Vec<Message>,
    sendings: Vec<Sending>,
    campaigns: BTreeMap<Arc<str>, u64>,
    tally: Tally,
    calls: Calls,
    /// Whether calls are noted.
    notes: bool,
    /// Messages whose reports wait to be released.
    held: Vec<Message>,
}

/// One message to one phone.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Message {
    /// 360nrs's id; text on the wire, as in its answers.
    #[serde(serialize_with = "as_text")]
    pub(crate) id: u64,
    /// Digits of the number, country prefix included.
    pub(crate) to: String,
    /// Sender.
    pub(crate) from: String,
    /// The text as the phone shows it.
    pub(crate) text: String,
    /// The text as it was asked for.
    pub(crate) requested: String,
    /// Its encoding.
    pub(crate) encoding: WireEncoding,
    /// Its parts, in order.
    pub(crate) parts: Vec<Part>,
    /// The campaign's name, possibly empty.
    pub(crate) campaign_name: String,
    /// The send that it belongs to.
    pub(crate) sending_id: u64,
    /// When the phone has it, in milliseconds since the Unix epoch.
    pub(crate) received_at: i64,
    /// Where it stands.
    pub(crate) state: MessageState,
    /// What becomes of it, decided by the switches when it was accepted.
    pub(crate) fate: ReportFault,
    /// Where reports go, placeholders unfilled.
    pub(crate) notification_url: Option<String>,
    /// The reports made so far, oldest first.
    pub(crate) reports: Vec<Report>,
    /// What the phone has answered, with the time.
    pub(crate) answers: Vec<(String, i64)>,
    /// Whether somebody opened the conversation since it came.
    pub(crate) read: bool,
    /// The phone call in which a key asked for it, if it came that way.
    #[serde(serialize_with = "as_text_or_null")]
    pub(crate) call_id: Option<u64>,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageState {
    /// Taken, on its way.
    Accepted,
    /// On the phone.
    Delivered,
    /// The phone will not get it.
    Undelivered,
}

/// A delivery report that was made.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    /// The value of `%d`.
    pub(crate) state: u8,
    /// Calls that it took.
    pub(crate) attempts: u32,
    /// Whether one of them was answered with success.
    pub(crate) acknowledged: bool,
}

impl Report {
    /// One that nobody asked for.
    pub(crate) fn unasked(state: u8) -> Self {
        Self {
            state,
            attempts: 0,
            acknowledged: false,
        }
    }
}

/// One call of `POST /sms`, `/voice` or `/ivr`.
#[derive(Debug, Clone)]
pub(crate) struct Sending {
    /// Its id.
    pub(crate) id: u64,
    /// The campaign that it belongs to.
    pub(crate) campaign_id: u64,
    /// That campaign's name.
    pub(crate) campaign_name: Arc<str>,
    /// When it came, in milliseconds since the Unix epoch.
    pub(crate) created_at: i64,
    /// When it leaves, if later.
    pub(crate) scheduled_at: Option<i64>,
    /// Messages or phone calls accepted.
    pub(crate) messages: u32,
    /// Of these, on the phone or answered.
    pub(crate) delivered: u32,
    /// Of these, those that the phone will not get, or that nobody answered.
    pub(crate) undelivered: u32,
}

/// What became of one recipient of a send.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// There is a message.
    Accepted(Box<Message>),
    /// What was given is not a number.
    Refused(String),
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            balance: FIRST_BALANCE,
            next_id: FIRST_ID,
            texts: true,
            messages: Vec::new(),
            sendings: Vec::new(),
            campaigns: BTreeMap::new(),
            tally: Tally::default(),
            calls: Calls::default(),
            notes: true,
            held: Vec::new(),
        }
    }
}

impl Ledger {
    /// A phone answers the last message that it got: that message.
    pub(crate) fn answer(&mut self, from: &str, text: &str, now: i64) -> Option<Message> {
        let message = self
            .messages
            .iter_mut()
            .rev()
            .find(|message| message.to == from && message.received_at <= now)?;
        message.answers.push((text.to_owned(), now));
        Some(message.clone())
    }

    /// Credit left, in parts.
    pub(crate) fn balance(&self) -> u64 {
        self.balance
    }

    /// Sets the credit, for tests of an account that runs dry.
    pub(crate) fn set_balance(&mut self, parts: u64) {
        self.balance = parts;
    }

    /// Books a send: all valid recipients, or nobody when the credit is too small.
    pub(crate) fn book(
        &mut self,
        send: &Send,
        fate: ReportFault,
        now: i64,
    ) -> Result<(Sending, Vec<Outcome>), NrsError> {
        let (recipients, each) = (&send.recipients, send.wording.parts.len());
        let (name, leaves) = (&send.campaign_name, send.scheduled_at);
        let sending = self.open(name, recipients, each, leaves, now)?;
        let outcomes = recipients
            .iter()
            .map(|recipient| match recipient {
                Ok(digits) => {
                    let mut message = self.message_of(&sending, digits, &send.wording, fate);
                    message.notification_url.clone_from(&send.notification_url);
                    self.tally.add(&message.campaign_name, &message.to, now);
                    if self.texts {
                        self.messages.push(message.clone());
                    }
                    Outcome::Accepted(Box::new(message))
                }
                Err(given) => Outcome::Refused(given.clone()),
            })
            .collect();
        Ok((sending, outcomes))
    }

    /// Books phone calls: the id of each in the order of its number, `None` for what is no
    /// number. Assumed: a phone call costs as much as a part.
    pub(crate) fn book_calls(
        &mut self,
        campaign: &str,
        recipients: &Recipients,
        leaves: Option<i64>,
        now: i64,
    ) -> Result<(Sending, Vec<Option<u64>>), NrsError> {
        let sending = self.open(campaign, recipients, 1, leaves, now)?;
        let ids = recipients
            .iter()
            .map(|recipient| {
                let digits = recipient.as_ref().ok()?;
                self.tally.add(campaign, digits, now);
                Some(self.fresh_id())
            })
            .collect();
        Ok((sending, ids))
    }

    /// Books the message that a key asked for in a phone call: it belongs to the call's
    /// send and is none of its own, and in no tally. `None` without credit or send.
    pub(crate) fn book_in_call(
        &mut self,
        (call, sending): (u64, u64),
        to: &str,
        wording: &Wording,
        fate: ReportFault,
        now: i64,
    ) -> Option<Message> {
        let mut sending = self.sending(sending)?.clone();
        sending.created_at = now;
        sending.scheduled_at = None;
        let cost = u64::try_from(wording.parts.len()).unwrap_or(u64::MAX);
        self.balance = self.balance.checked_sub(cost)?;
        let mut message = self.message_of(&sending, to, wording, fate);
        message.call_id = Some(call);
        if self.texts {
            self.messages.push(message.clone());
        }
        Some(message)
    }

    /// A new send, paid for.
    fn open(
        &mut self,
        campaign: &str,
        recipients: &Recipients,
        each: usize,
        leaves: Option<i64>,
        now: i64,
    ) -> Result<Sending, NrsError> {
        let valid = recipients.iter().filter(|to| to.is_ok()).count();
        let cost = u64::try_from(valid * each).unwrap_or(u64::MAX);
        self.balance = self.balance.checked_sub(cost).ok_or(NrsError::NoCredit)?;
        let id = self.fresh_id();
        let (campaign_id, campaign_name) = self.campaign(campaign);
        let sending = Sending {
            id,
            campaign_id,
            campaign_name,
            created_at: now,
            scheduled_at: leaves.filter(|at| *at > now),
            messages: u32::try_from(valid).unwrap_or(u32::MAX),
            delivered: 0,
            undelivered: 0,
        };
        self.sendings.push(sending.clone());
        Ok(sending)
    }

    fn message_of(
        &mut self,
        sending: &Sending,
        to: &str,
        wording: &Wording,
        fate: ReportFault,
    ) -> Message {
        Message {
            id: self.fresh_id(),
            to: to.to_owned(),
            from: wording.from.clone(),
            text: wording.received.clone(),
            requested: wording.requested.clone(),
            encoding: wording.encoding,
            parts: wording.parts.clone(),
            campaign_name: sending.campaign_name.to_string(),
            sending_id: sending.id,
            received_at: sending.scheduled_at.unwrap_or(sending.created_at),
            state: MessageState::Accepted,
            fate,
            notification_url: None,
            reports: Vec::new(),
            answers: Vec::new(),
            read: false,
            call_id: None,
        }
    }

    /// All messages, oldest first.
    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// What phones show at the time `now`: not what is undeliverable or yet to leave.
    pub(crate) fn on_phones(&self, now: i64) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(move |message| {
            message.fate != ReportFault::Undeliverable && message.received_at <= now
        })
    }

    /// All sends, oldest first.
    pub(crate) fn sendings(&self) -> &[Sending] {
        &self.sendings
    }

    /// One send.
    pub(crate) fn sending(&self, id: u64) -> Option<&Sending> {
        let place = self
            .sendings
            .binary_search_by_key(&id, |sending| sending.id);
        self.sendings.get(place.ok()?)
    }

    /// One message.
    pub(crate) fn message(&self, id: u64) -> Option<&Message> {
        let place = self
            .messages
            .binary_search_by_key(&id, |message| message.id);
        self.messages.get(place.ok()?)
    }

    /// How often each number was sent to.
    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// From now on messages are kept, or only counted; and so are calls.
    pub(crate) fn keep(&mut self, texts: bool, calls: bool) {
        self.texts = texts;
        self.notes = calls;
    }

    /// A call was read; where it is noted, if it is.
    pub(crate) fn note(
        &mut self,
        (campaign, recipients): (&str, &Recipients),
        caller: Option<&str>,
        answered_at: &Departure,
        now: i64,
    ) -> Option<Noted> {
        self.notes.then(|| {
            self.calls
                .note(campaign, recipients, caller, answered_at, now)
        })
    }

    /// The messages of a noted call were accepted by this send.
    pub(crate) fn take(&mut self, noted: Option<&Noted>, sending: &Sending) {
        if let Some(noted) = noted {
            self.calls.take(noted, sending.id);
        }
    }

    /// What keeps the caller from a plain answer to a noted call.
    pub(crate) fn strike(&mut self, noted: Option<&Noted>, how: Mishap) {
        if let Some(noted) = noted {
            self.calls.strike(noted, how);
        }
    }

    /// The noted calls of a campaign, oldest first.
    pub(crate) fn calls(&self, campaign: &str) -> &[Call] {
        self.calls.of(campaign)
    }

    /// Keeps a message until its reports are released.
    pub(crate) fn hold(&mut self, message: Message) {
        self.held.push(message);
    }

    /// The messages whose reports were held back.
    pub(crate) fn release(&mut self) -> Vec<Message> {
        std::mem::take(&mut self.held)
    }

    /// A report is about to be made, which may be heard although nobody learns of it: a
    /// caller who is gone takes with it what is done for it before its answer.
    pub(crate) fn announce(&mut self, sending: u64, to: &str, state: u8) {
        self.calls.report(sending, to, state);
    }

    /// Notes a report for the send that it belongs to; a second one counts no send twice.
    pub(crate) fn count(&mut self, sending: u64, to: &str, report: &Report, first: bool) {
        if first {
            let place = self.sendings.binary_search_by_key(&sending, |one| one.id);
            if let Some(sending) = place.ok().and_then(|place| self.sendings.get_mut(place)) {
                match report.state {
                    1 => sending.delivered += 1,
                    2 | 16 => sending.undelivered += 1,
                    _ => {}
                }
            }
        }
        if report.acknowledged {
            self.calls.hear(sending, to, report.state);
        }
    }

    /// Notes a report, and what it says about the message.
    pub(crate) fn record(&mut self, message: &Message, report: Report, first: bool) {
        // What a call sent is none of the messages of its send.
        if message.call_id.is_none() {
            self.count(message.sending_id, &message.to, &report, first);
        }
        let place = self
            .messages
            .binary_search_by_key(&message.id, |one| one.id);
        if let Some(message) = place.ok().and_then(|place| self.messages.get_mut(place)) {
            message.state = match report.state {
                1 => MessageState::Delivered,
                2 => MessageState::Undelivered,
                _ => message.state,
            };
            message.reports.push(report);
        }
    }

    /// The conversation with a number was opened at the time `now`; says whether that was news.
    pub(crate) fn mark_read(&mut self, to: &str, now: i64) -> bool {
        let mut news = false;
        for message in &mut self.messages {
            if message.to == to && message.received_at <= now && !message.read {
                message.read = true;
                news = true;
            }
        }
        news
    }

    fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Sends of the same name are one campaign.
    fn campaign(&mut self, name: &str) -> (u64, Arc<str>) {
        if let Some((name, id)) = self.campaigns.get_key_value(name) {
            return (*id, name.clone());
        }
        let id = self.fresh_id();
        let name: Arc<str> = name.into();
        self.campaigns.insert(name.clone(), id);
        (id, name)
    }
}

/// Writes an id as text.
fn as_text<S: Serializer>(id: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

/// Writes an id as text, or null.
fn as_text_or_null<S: Serializer>(id: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    id.map(|id| id.to_string()).serialize(serializer)
}
