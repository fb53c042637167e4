//! Every call of `POST /sms`, `/voice` and `/ivr` as whoever judges a server needs to know it: who made it,
//! what became of it, and when its answer had left.
//!
//! A server that says "I do not know" about a message is held against this: it has an
//! excuse where the answer was cut, or left so late that the server had died before it
//! could write it down.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::fields::Recipients;
use crate::chances::Mishap;
use crate::line::Departure;

/// Calls by campaign, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    campaigns: BTreeMap<Arc<str>, Vec<Call>>,
    /// Where the calls of a send are.
    by_sending: HashMap<u64, Noted>,
}

/// A call for one number.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Call {
    to: String,
    /// The name in the path that it came by, if any.
    caller: Option<String>,
    /// When it came, in milliseconds since the Unix epoch.
    at: i64,
    /// Whether the message was accepted.
    taken: bool,
    /// What kept the caller from a plain answer.
    how: Option<Mishap>,
    /// When the last byte of the answer was handed to the system; `None`: never.
    #[serde(serialize_with = "as_time")]
    answered_at: Departure,
    /// The reports that were made of it since, as values of `%d`.
    reported: Vec<u8>,
    /// Those of them that were taken with success.
    heard: Vec<u8>,
}

/// Where a call is noted.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    campaign: Arc<str>,
    places: Range<usize>,
}

impl Calls {
    /// A call has been read; nothing has become of it.
    pub(crate) fn note(
        &mut self,
        campaign: &str,
        recipients: &Recipients,
        caller: Option<&str>,
        answered_at: &Departure,
        at: i64,
    ) -> Noted {
        let known = self.campaigns.get_key_value(campaign);
        let campaign = known.map_or_else(|| campaign.into(), |(name, _)| name.clone());
        let calls = self.campaigns.entry(campaign.clone()).or_default();
        let first = calls.len();
        let valid = recipients.iter().flatten();
        calls.extend(valid.map(|to| Call {
            to: to.clone(),
            caller: caller.map(str::to_owned),
            at,
            taken: false,
            how: None,
            answered_at: answered_at.clone(),
            reported: Vec::new(),
            heard: Vec::new(),
        }));
        let places = first..calls.len();
        Noted { campaign, places }
    }

    /// Its messages were accepted by this send.
    pub(crate) fn take(&mut self, noted: &Noted, sending: u64) {
        for call in self.at(noted) {
            call.taken = true;
        }
        self.by_sending.insert(sending, noted.clone());
    }

    /// What strikes it.
    pub(crate) fn strike(&mut self, noted: &Noted, how: Mishap) {
        for call in self.at(noted) {
            call.how = Some(how);
        }
    }

    /// A report is about to be made of something that was sent.
    pub(crate) fn report(&mut self, sending: u64, to: &str, state: u8) {
        if let Some(call) = self.find(sending, to) {
            call.reported.push(state);
        }
    }

    /// It was taken with success.
    pub(crate) fn hear(&mut self, sending: u64, to: &str, state: u8) {
        if let Some(call) = self.find(sending, to) {
            call.heard.push(state);
        }
    }

    fn find(&mut self, sending: u64, to: &str) -> Option<&mut Call> {
        let noted = self.by_sending.get(&sending)?.clone();
        self.at(&noted).iter_mut().find(|call| call.to == to)
    }

    /// Those of a campaign.
    pub(crate) fn of(&self, campaign: &str) -> &[Call] {
        self.campaigns.get(campaign).map_or(&[], Vec::as_slice)
    }

    fn at(&mut self, noted: &Noted) -> &mut [Call] {
        let calls = self.campaigns.get_mut(&noted.campaign);
        let found = calls.and_then(|calls| calls.get_mut(noted.places.clone()));
        // There is none where everything was reset meanwhile.
        found.unwrap_or_default()
    }
}

/// Writes the time, or null.
fn as_time<S: Serializer>(departure: &Departure, serializer: S) -> Result<S::Ok, S::Error> {
    departure.at().serialize(serializer)
}
