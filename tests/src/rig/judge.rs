//! Holds what the server says of each recipient against what the sandbox saw.
//!
//! The servers are believed nothing: neither their clocks nor what they say of an
//! attempt. What counts is which call came when and from whom, what was answered and
//! when the answer had left, which reports were made, and when whom was killed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde_json::Value;

use super::evidence::{Call, Misfortunes, calls, text};
use super::{Death, Person, Platforms};
use crate::Result;

/// Milliseconds from the last byte of an answer at the sandbox until the outcome must be
/// on disk: the way, one transaction under way and the next one, which have taken some
/// 20 ms here, on a machine that has other work to do.
const WRITE: i64 = 500;
/// Milliseconds until a server notices that the database is back: half a second between
/// two tries, and a connection.
const NOTICE: i64 = 1_000;
/// Calls that one server makes at the same time: as many attempts can be on disk and not
/// made when it dies.
const AT_ONCE: u64 = 64;

/// What is known of a run, and the judgement by it.
#[derive(Debug, Default)]
pub struct Judge(Misfortunes);

/// A promise that was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A number got a campaign's message twice.
    Doubled,
    /// 360nrs was called again for a number after a call that may have been heard.
    Repeated,
    /// The server says that a number has the message, which was never accepted.
    Lost,
    /// A number has the message, as the server says without having been told.
    Invented,
    /// A number has the message although the server says that it was not sent.
    Denied,
    /// A number has no end: neither sent nor in doubt nor left out.
    Open,
    /// A number was left out without a reason.
    Unexplained,
    /// A number is in doubt for no reason.
    Doubted,
    /// A number is in doubt although the server took a report on it.
    Deaf,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Numbers with what is wrong about them; none where the promise was kept.
    pub wrong: BTreeMap<Fault, Vec<String>>,
    /// Recipients by state.
    pub states: BTreeMap<String, u64>,
    /// Messages accepted.
    pub taken: u64,
    /// How many are in doubt because their answer was cut or unclear,
    pub cut: u64,
    /// because the server died between the call and its record,
    pub died: u64,
    /// because it died between writing the attempt down and the call.
    pub uncalled: u64,
    /// The longest time from an answer to the death that explains a doubt, in milliseconds.
    pub slowest: i64,
}

/// A recipient, as the server tells it.
#[derive(Debug, Clone, Default)]
struct Row {
    number: String,
    state: String,
    has_reason: bool,
    /// Whether 360nrs's records, or a person, said that it counts as sent.
    is_decided: bool,
}

impl Row {
    fn read(row: &Value) -> Self {
        Self {
            number: text(row, "phone").trim_start_matches('+').to_owned(),
            state: text(row, "state"),
            has_reason: !row["reason"].is_null(),
            is_decided: row["decided"]["decision"] == "count_as_sent",
        }
    }
}

impl Verdict {
    /// Whether the promise was kept.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Numbers about which this is wrong.
    #[must_use]
    pub fn found(&self, fault: Fault) -> &[String] {
        self.wrong.get(&fault).map_or(&[], Vec::as_slice)
    }

    /// How many recipients are in a state.
    #[must_use]
    pub fn count(&self, state: &str) -> u64 {
        self.states.get(state).copied().unwrap_or_default()
    }

    /// Adds another campaign's.
    pub fn add(&mut self, other: Self) {
        for (fault, numbers) in other.wrong {
            self.wrong.entry(fault).or_default().extend(numbers);
        }
        for (state, count) in other.states {
            *self.states.entry(state).or_default() += count;
        }
        self.taken += other.taken;
        self.cut += other.cut;
        self.died += other.died;
        self.uncalled += other.uncalled;
        self.slowest = self.slowest.max(other.slowest);
    }

    fn find(&mut self, fault: Fault, number: impl Into<String>) {
        self.wrong.entry(fault).or_default().push(number.into());
    }
}

impl Judge {
    /// A server has died.
    pub fn died(&mut self, death: &Death) {
        self.0.died(&death.caller, death.at);
    }

    /// The database was away from one time to another; so many servers felt it.
    pub fn was_away(&mut self, from: i64, to: i64, servers: usize) {
        self.0.was_away(from, to, servers);
    }

    /// How often that happened.
    #[must_use]
    pub fn kills(&self) -> usize {
        self.0.count()
    }

    /// Judges a campaign by its name and id, of which something could be under way only
    /// in a certain time.
    ///
    /// # Errors
    /// When sandbox or server do not answer.
    pub async fn judge(
        &self,
        platforms: &Platforms,
        person: &Person,
        (name, id): (&str, &str),
        time: &RangeInclusive<i64>,
    ) -> Result<Verdict> {
        let calls = calls(platforms, name).await?;
        let rows = person.recipients(id).await?;
        let rows: Vec<Row> = rows.iter().map(Row::read).collect();
        let mut verdict = self.weigh(&rows, &calls);
        let most = AT_ONCE * self.0.interrupted(time) as u64;
        if verdict.uncalled > most {
            let never = verdict.uncalled;
            let one = format!("{name}: {never} were never called, {most} can be at most");
            verdict.find(Fault::Doubted, one);
        }
        Ok(verdict)
    }

    /// Weighs what is said against what was seen.
    fn weigh(&self, rows: &[Row], calls: &BTreeMap<String, Vec<Call>>) -> Verdict {
        let mut verdict = Verdict::default();
        for (number, calls) in calls {
            let taken = calls.iter().filter(|call| call.taken).count();
            verdict.taken += taken as u64;
            if taken > 1 {
                verdict.find(Fault::Doubled, number.as_str());
            }
            let again = calls.iter().rev().skip(1);
            if again.into_iter().any(|earlier| !earlier.is_refused()) {
                verdict.find(Fault::Repeated, number.as_str());
            }
        }
        let mut known = BTreeSet::new();
        for row in rows {
            let calls = calls.get(&row.number).map_or(&[][..], Vec::as_slice);
            self.weigh_one(row, calls, &mut verdict);
            known.insert(row.number.as_str());
            *verdict.states.entry(row.state.clone()).or_default() += 1;
        }
        let strangers = calls
            .keys()
            .filter(|number| !known.contains(number.as_str()));
        for number in strangers {
            verdict.find(Fault::Denied, number.as_str());
        }
        verdict
    }

    fn weigh_one(&self, row: &Row, calls: &[Call], verdict: &mut Verdict) {
        let number = row.number.as_str();
        let is_taken = calls.iter().any(|call| call.taken);
        let is_reported = |codes: &[u64]| {
            let mut reported = calls.iter().flat_map(|call| &call.reported);
            reported.any(|code| codes.contains(code))
        };
        match row.state.as_str() {
            "accepted" | "delivered" | "undelivered" if !is_taken => {
                verdict.find(Fault::Lost, number);
            }
            "accepted" => {
                let is_told = calls.iter().any(Call::is_plain);
                if !is_told && !is_reported(&[1, 2, 4, 8, 16]) && !row.is_decided {
                    verdict.find(Fault::Invented, number);
                }
            }
            "delivered" if !is_reported(&[1]) => verdict.find(Fault::Invented, number),
            "undelivered" if !is_reported(&[2, 16]) => verdict.find(Fault::Invented, number),
            "delivered" | "undelivered" => {}
            "not_sent" => {
                if is_taken {
                    verdict.find(Fault::Denied, number);
                }
                if !row.has_reason {
                    verdict.find(Fault::Unexplained, number);
                }
            }
            "in_doubt" => {
                if calls.iter().any(|call| !call.heard.is_empty()) {
                    verdict.find(Fault::Deaf, number);
                }
                self.weigh_doubt(row, calls.last(), verdict);
            }
            state => verdict.find(Fault::Open, format!("{} {state}", row.number)),
        }
    }

    /// What a doubt comes from, by the last call.
    fn weigh_doubt(&self, row: &Row, last: Option<&Call>, verdict: &mut Verdict) {
        let Some(call) = last else {
            verdict.uncalled += 1;
            return;
        };
        if call.is_unclear() {
            verdict.cut += 1;
            return;
        }
        let death = self.0.death(&call.caller);
        let Some(answered_at) = call.answered_at else {
            // Nobody was there any more to be answered.
            match death {
                Some(_) => verdict.died += 1,
                None => verdict.find(
                    Fault::Doubted,
                    format!("{}: {} lives and was not answered", row.number, call.caller),
                ),
            }
            return;
        };
        let latest = self.0.on_disk(answered_at, WRITE, NOTICE);
        match death {
            Some(death) if death <= latest => {
                verdict.died += 1;
                verdict.slowest = verdict.slowest.max(death - answered_at);
            }
            // It is known that this call came to nothing; there may have been another
            // attempt, which was not made.
            _ if call.is_refused() => verdict.uncalled += 1,
            Some(death) => verdict.find(
                Fault::Doubted,
                format!(
                    "{}: {} died {} ms after it was answered",
                    row.number,
                    call.caller,
                    death - answered_at
                ),
            ),
            None => verdict.find(
                Fault::Doubted,
                format!("{}: {} was answered and lives", row.number, call.caller),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "351910000001";

    fn taken() -> Call {
        Call {
            caller: "a".into(),
            taken: true,
            answered_at: Some(10_000),
            ..Call::default()
        }
    }

    fn cut() -> Call {
        Call {
            how: "cut_taken".into(),
            answered_at: None,
            ..taken()
        }
    }

    fn refused() -> Call {
        Call {
            taken: false,
            how: "too_many".into(),
            ..taken()
        }
    }

    /// What is found about one recipient in this state after these calls.
    fn weighed(judge: &Judge, state: &str, calls: &[Call]) -> Verdict {
        let row = Row {
            number: NUMBER.into(),
            state: state.into(),
            has_reason: true,
            is_decided: false,
        };
        judge.weigh(&[row], &BTreeMap::from([(NUMBER.into(), calls.to_vec())]))
    }

    fn killed_at(at: i64) -> Judge {
        let mut judge = Judge::default();
        judge.0.died("a", at);
        judge
    }

    #[test]
    fn what_was_accepted_once_and_is_said_to_be_is_good() {
        let verdict = weighed(&Judge::default(), "accepted", &[refused(), taken()]);
        assert!(verdict.is_good(), "{verdict:?}");
        assert_eq!((verdict.taken, verdict.count("accepted")), (1, 1));
    }

    #[test]
    fn a_doubled_message_is_found() {
        let verdict = weighed(&killed_at(10_000), "accepted", &[cut(), taken()]);
        assert_eq!(verdict.found(Fault::Doubled), [NUMBER]);
    }

    #[test]
    fn a_call_that_is_repeated_in_doubt_is_found_although_nobody_got_two() {
        let unheard = Call {
            taken: false,
            ..cut()
        };
        let verdict = weighed(&killed_at(10_000), "accepted", &[unheard, taken()]);
        assert_eq!(verdict.found(Fault::Repeated), [NUMBER]);
        assert!(!verdict.is_good() && verdict.found(Fault::Doubled).is_empty());
    }

    #[test]
    fn a_lost_message_is_found() {
        for state in ["accepted", "delivered", "undelivered"] {
            let verdict = weighed(&killed_at(10_000), state, &[refused()]);
            assert_eq!(verdict.found(Fault::Lost), [NUMBER], "{state}");
        }
        for state in ["pending", "claimed", "attempting"] {
            let verdict = weighed(&killed_at(10_000), state, &[]);
            assert_eq!(verdict.found(Fault::Open).len(), 1, "{state}");
        }
        let verdict = weighed(&Judge::default(), "not_sent", &[taken()]);
        assert_eq!(verdict.found(Fault::Denied), [NUMBER]);
        let strangers = BTreeMap::from([(NUMBER.into(), vec![taken()])]);
        let verdict = Judge::default().weigh(&[], &strangers);
        assert_eq!(verdict.found(Fault::Denied), [NUMBER]);
    }

    #[test]
    fn an_acceptance_that_nobody_told_of_is_found() {
        let unanswered = Call {
            answered_at: None,
            ..taken()
        };
        for call in [cut(), unanswered] {
            let verdict = weighed(&killed_at(10_000), "accepted", &[call]);
            assert_eq!(verdict.found(Fault::Invented), [NUMBER]);
        }
        let buffered = Call {
            reported: vec![8],
            ..cut()
        };
        assert!(
            weighed(
                &Judge::default(),
                "accepted",
                std::slice::from_ref(&buffered)
            )
            .is_good()
        );
        for state in ["delivered", "undelivered"] {
            let verdict = weighed(&Judge::default(), state, std::slice::from_ref(&buffered));
            assert_eq!(verdict.found(Fault::Invented), [NUMBER], "{state}");
        }
    }

    #[test]
    fn a_doubt_is_explained_by_a_cut_answer() {
        let verdict = weighed(&Judge::default(), "in_doubt", &[cut()]);
        assert!(verdict.is_good() && verdict.cut == 1, "{verdict:?}");
    }

    #[test]
    fn a_doubt_is_explained_by_the_death_of_the_caller_and_of_nobody_else() {
        let after = 10_000 + WRITE;
        for (judge, explained) in [
            (killed_at(9_000), true),
            (killed_at(after), true),
            (killed_at(after + 1), false),
            (Judge::default(), false),
        ] {
            let verdict = weighed(&judge, "in_doubt", &[taken()]);
            assert_eq!(verdict.is_good(), explained, "{verdict:?}");
            assert_eq!(verdict.found(Fault::Doubted).is_empty(), explained);
        }
        let other = Call {
            caller: "b".into(),
            ..taken()
        };
        let verdict = weighed(&killed_at(10_000), "in_doubt", &[other]);
        assert_eq!(verdict.found(Fault::Doubted).len(), 1);
    }

    #[test]
    fn whoever_lives_and_was_not_answered_has_no_excuse() {
        let unanswered = Call {
            answered_at: None,
            ..taken()
        };
        let verdict = weighed(
            &Judge::default(),
            "in_doubt",
            std::slice::from_ref(&unanswered),
        );
        assert_eq!(verdict.found(Fault::Doubted).len(), 1);
        assert!(weighed(&killed_at(1), "in_doubt", &[unanswered]).is_good());
    }

    #[test]
    fn while_the_database_is_away_nothing_can_be_written_down() {
        let back = 15_000;
        let latest = back + NOTICE + WRITE;
        for (death, explained) in [(latest, true), (latest + 1, false)] {
            let mut judge = killed_at(death);
            judge.0.was_away(10_500, back, 3);
            let verdict = weighed(&judge, "in_doubt", &[taken()]);
            assert_eq!(verdict.is_good(), explained);
        }
        let mut judge = Judge::default();
        judge.0.was_away(10_500, back, 3);
        let verdict = weighed(&judge, "in_doubt", &[taken()]);
        assert_eq!(
            verdict.found(Fault::Doubted).len(),
            1,
            "it was kept in memory"
        );
    }

    #[test]
    fn a_report_that_was_taken_leaves_no_doubt() {
        let heard = Call {
            heard: vec![8],
            ..cut()
        };
        let verdict = weighed(&Judge::default(), "in_doubt", &[heard]);
        assert_eq!(verdict.found(Fault::Deaf), [NUMBER]);
    }

    #[test]
    fn attempts_that_were_never_made_are_counted_against_interruptions() {
        let mut judge = killed_at(10_000);
        judge.0.was_away(20_000, 21_000, 3);
        assert_eq!(weighed(&judge, "in_doubt", &[]).uncalled, 1);
        assert_eq!(weighed(&judge, "in_doubt", &[refused()]).died, 1);
        let late = killed_at(60_000);
        assert_eq!(weighed(&late, "in_doubt", &[refused()]).uncalled, 1);
        for (time, interrupted) in [
            (9_000..=10_000, 1),
            (10_001..=19_000, 0),
            (20_500..=20_600, 3),
            (0..=30_000, 4),
        ] {
            assert_eq!(judge.0.interrupted(&time), interrupted, "{time:?}");
        }
    }
}
