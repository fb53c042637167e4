//! Holds what the server says of each recipient against what the sandbox has counted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Person, Platforms};
use crate::Result;

/// Milliseconds after a kill in which a call of the dead server may still be accepted;
/// delayed answers add to it.
const UNDER_WAY: i64 = 1_000;
/// Milliseconds that it may take on a busy machine until an answer is written down.
const SLOWEST: i64 = 5_000;

/// What is known of when servers died.
#[derive(Debug, Default)]
pub struct Judge {
    /// From and to, in milliseconds since the Unix epoch.
    kills: Vec<(i64, i64)>,
    /// The longest that an answer was late, in milliseconds.
    late: i64,
}

/// What came out. Every list of numbers is empty when the promise was kept.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Recipients by state.
    pub states: BTreeMap<String, u64>,
    /// Numbers that got a campaign's message twice.
    pub doubled: Vec<String>,
    /// Numbers that the server says have the message, which was never accepted.
    pub lost: Vec<String>,
    /// Numbers that have the message although the server says that it was not sent.
    pub denied: Vec<String>,
    /// Numbers without an end: neither sent nor in doubt nor left out.
    pub open: Vec<String>,
    /// Numbers left out without a reason.
    pub unexplained: Vec<String>,
    /// Numbers in doubt whose answer was neither cut nor under way at a kill.
    pub doubted: Vec<String>,
    /// How many are in doubt whose call 360nrs never saw.
    pub uncalled: u64,
}

impl Verdict {
    /// Whether the promise was kept.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let wrong = [
            &self.doubled,
            &self.lost,
            &self.denied,
            &self.open,
            &self.unexplained,
            &self.doubted,
        ];
        wrong.iter().all(|numbers| numbers.is_empty())
    }

    /// How many recipients are in a state.
    #[must_use]
    pub fn count(&self, state: &str) -> u64 {
        self.states.get(state).copied().unwrap_or_default()
    }

    /// Adds another campaign's.
    pub fn add(&mut self, other: Self) {
        for (state, count) in other.states {
            *self.states.entry(state).or_default() += count;
        }
        self.doubled.extend(other.doubled);
        self.lost.extend(other.lost);
        self.denied.extend(other.denied);
        self.open.extend(other.open);
        self.unexplained.extend(other.unexplained);
        self.doubted.extend(other.doubted);
        self.uncalled += other.uncalled;
    }
}

impl Judge {
    /// With answers late by up to so many milliseconds.
    #[must_use]
    pub fn new(late: i64) -> Self {
        Self {
            kills: Vec::new(),
            late,
        }
    }

    /// A server dies just now.
    pub fn killed(&mut self) {
        self.kills.push((now(), now()));
    }

    /// The database has been away since a time, and is back.
    pub fn was_away(&mut self, since: std::time::SystemTime) {
        self.kills.push((millis(since), now()));
    }

    /// How often that happened.
    #[must_use]
    pub fn kills(&self) -> usize {
        self.kills.len()
    }

    /// Judges a campaign by its name and id.
    ///
    /// # Errors
    /// When sandbox or server do not answer.
    pub async fn judge(
        &self,
        platforms: &Platforms,
        person: &Person,
        name: &str,
        id: &str,
    ) -> Result<Verdict> {
        let tally = platforms.ask("/sandbox/tally?numbers=true").await?;
        let counted: BTreeMap<String, (u64, i64)> = entries(&tally["each"], name)
            .filter_map(|one| {
                let count = (one["accepted"].as_u64()?, one["last_at"].as_i64()?);
                Some((one["to"].as_str()?.to_owned(), count))
            })
            .collect();
        let cut = platforms.ask("/sandbox/cut").await?;
        let cut: BTreeSet<&str> = entries(&cut, name)
            .filter_map(|one| one["to"].as_str())
            .collect();

        let mut verdict = Verdict::default();
        let twice = counted.iter().filter(|(_, (accepted, _))| *accepted > 1);
        verdict.doubled = twice.map(|(number, _)| number.clone()).collect();
        let mut known = BTreeSet::new();
        for row in person.recipients(id).await? {
            let state = row["state"].as_str().unwrap_or("?").to_owned();
            let number = row["phone"].as_str().unwrap_or_default();
            let number = number.trim_start_matches('+').to_owned();
            let accepted = counted.get(&number);
            match state.as_str() {
                "accepted" | "delivered" | "undelivered" => {
                    if accepted.is_none() {
                        verdict.lost.push(number.clone());
                    }
                }
                "not_sent" => {
                    if accepted.is_some() {
                        verdict.denied.push(number.clone());
                    }
                    if row["reason"].is_null() {
                        verdict.unexplained.push(number.clone());
                    }
                }
                "in_doubt" => {
                    let at = accepted.map(|(_, at)| *at);
                    let was_cut = cut.contains(number.as_str());
                    let since = row["updated_at"].as_i64().unwrap_or_default();
                    if !was_cut && !self.was_under_way(at, since) {
                        let distance = self.distance(at, since);
                        verdict.doubted.push(format!("{number} {distance}"));
                    }
                    verdict.uncalled += u64::from(!was_cut && at.is_none());
                }
                _ => verdict.open.push(format!("{number} {state}")),
            }
            known.insert(number);
            *verdict.states.entry(state).or_default() += 1;
        }
        let strangers = counted.keys().filter(|number| !known.contains(*number));
        verdict.denied.extend(strangers.cloned());
        Ok(verdict)
    }

    /// Whether the answer to a call could not be written down because of a kill, before
    /// it came to be in doubt. A call that was never made may have been about to be, at
    /// any kill.
    fn was_under_way(&self, accepted_at: Option<i64>, in_doubt_since: i64) -> bool {
        let Some(at) = accepted_at else {
            return !self.kills.is_empty();
        };
        let last = UNDER_WAY + self.late;
        let mut kills = self.kills.iter();
        kills.any(|(from, to)| *from <= in_doubt_since && at + SLOWEST >= *from && at - last <= *to)
    }

    /// How far the nearest kills are, for whoever looks for the reason.
    fn distance(&self, accepted_at: Option<i64>, in_doubt_since: i64) -> String {
        let Some(at) = accepted_at else {
            return "was never called".into();
        };
        let before = self.kills.iter().map(|(_, to)| at - to);
        let before = before.filter(|time| *time >= 0).min();
        let after = self.kills.iter().map(|(from, _)| from - at);
        let after = after.filter(|time| *time >= 0).min();
        let doubt = in_doubt_since - at;
        format!(
            "was accepted {before:?} ms after a kill, {after:?} ms before one, {doubt} ms before it was in doubt"
        )
    }
}

fn entries<'a>(list: &'a Value, campaign: &'a str) -> impl Iterator<Item = &'a Value> {
    let list = list.as_array().into_iter().flatten();
    list.filter(move |one| one["campaign"] == campaign)
}

fn now() -> i64 {
    millis(std::time::SystemTime::now())
}

fn millis(time: std::time::SystemTime) -> i64 {
    let since = time.duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
}
