//! What is known of a run from outside the servers: the calls that the sandbox saw, when
//! servers died and when the database was away. All of it by the clock of this process.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::Platforms;
use crate::Result;

/// A call of `POST /sms` for one number, as the sandbox noted it.
#[derive(Debug, Clone, Default)]
pub(super) struct Call {
    /// Which start of which server made it.
    pub(super) caller: String,
    /// Whether the message was accepted.
    pub(super) taken: bool,
    /// What kept the caller from a plain answer; empty: nothing.
    pub(super) how: String,
    /// When the answer had left, if it did.
    pub(super) answered_at: Option<i64>,
    /// Reports that were made of it, and those that the servers took.
    pub(super) reported: Vec<u64>,
    pub(super) heard: Vec<u64>,
}

impl Call {
    fn read(call: &Value) -> Self {
        let codes = |name: &str| {
            let codes = call[name].as_array().into_iter().flatten();
            codes.filter_map(Value::as_u64).collect()
        };
        Self {
            caller: text(call, "caller"),
            taken: call["taken"] == true,
            how: text(call, "how"),
            answered_at: call["answered_at"].as_i64(),
            reported: codes("reported"),
            heard: codes("heard"),
        }
    }

    /// Whether it was turned away in a way that leaves no doubt.
    pub(super) fn is_refused(&self) -> bool {
        self.how.starts_with("too_many")
    }

    /// Whether whoever read the answer knows that the message was accepted.
    pub(super) fn is_plain(&self) -> bool {
        self.taken && self.how.is_empty() && self.answered_at.is_some()
    }

    /// Whether the answer was cut or says nothing about the message.
    pub(super) fn is_unclear(&self) -> bool {
        !self.how.is_empty() && !self.is_refused()
    }
}

/// The calls for each number of a campaign, oldest first.
pub(super) async fn calls(
    platforms: &Platforms,
    campaign: &str,
) -> Result<BTreeMap<String, Vec<Call>>> {
    let noted = platforms
        .ask(&format!("/sandbox/calls?campaign={campaign}"))
        .await?;
    let mut calls: BTreeMap<String, Vec<Call>> = BTreeMap::new();
    for call in noted.as_array().ok_or("no calls")? {
        let of_number = calls.entry(text(call, "to")).or_default();
        of_number.push(Call::read(call));
    }
    Ok(calls)
}

/// When servers died, and when the database was away.
#[derive(Debug, Default)]
pub(super) struct Misfortunes {
    /// By the name of the start, the latest moment at which it can have lived.
    deaths: BTreeMap<String, i64>,
    /// From and to.
    away: Vec<(i64, i64)>,
    /// How many servers there were at most, each with calls of its own under way.
    servers: usize,
}

impl Misfortunes {
    pub(super) fn died(&mut self, caller: &str, at: i64) {
        self.deaths.insert(caller.to_owned(), at);
    }

    pub(super) fn was_away(&mut self, from: i64, to: i64, servers: usize) {
        self.away.push((from, to));
        self.servers = self.servers.max(servers);
    }

    pub(super) fn count(&self) -> usize {
        self.deaths.len() + self.away.len()
    }

    /// When a caller died, if it did.
    pub(super) fn death(&self, caller: &str) -> Option<i64> {
        self.deaths.get(caller).copied()
    }

    /// How many servers can have been interrupted in a time.
    pub(super) fn interrupted(&self, time: &RangeInclusive<i64>) -> usize {
        let died = self.deaths.values().filter(|at| time.contains(at)).count();
        let away = self.away.iter();
        let away = away.filter(|(from, to)| from <= time.end() && to >= time.start());
        died + away.count() * self.servers
    }

    /// Until when something is on disk at the latest that the database was given at a
    /// time, where it takes so long to write and so long to notice that it is back.
    pub(super) fn on_disk(&self, given_at: i64, write: i64, notice: i64) -> i64 {
        let mut until = given_at + write;
        for (from, to) in &self.away {
            if *from <= until && *to >= given_at {
                until = until.max(to + notice + write);
            }
        }
        until
    }
}

pub(super) fn text(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_default().to_owned()
}

/// The time, in milliseconds since the Unix epoch.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
