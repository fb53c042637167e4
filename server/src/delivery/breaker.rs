//! Whether 360nrs is well, judged by what the calls came to.
//!
//! A provider in trouble must not be given message after message: each of them
//! would end in doubt, or knock in vain. After a call without an answer nothing
//! leaves for a pause that doubles each time; then one message tries; its
//! answer ends the trouble. With every answer one more call may be made at the same
//! time, so that a provider that falls silent leaves few messages in doubt that
//! have just begun to leave. Pauses are measured by a clock that nobody can set. After [`PATIENCE`] rounds of trouble the campaign of the
//! message pauses and says why. One 360nrs account serves every portal, so
//! there is one breaker.

use std::sync::{Mutex, MutexGuard, PoisonError};

use septet_core::wire::Millis;

use crate::secrets;

/// Rounds of trouble after which a campaign pauses.
const PATIENCE: u32 = 4;
/// The first pause, in milliseconds; up to as much again is added by chance.
const FIRST_PAUSE: u32 = 500;

/// Calls at the same time before anything is known of the provider.
pub(super) const FIRST_CALLS: u32 = 8;

/// Trouble so far.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    trouble: Mutex<Trouble>,
}

#[derive(Debug, Default)]
struct Trouble {
    rounds: u32,
    quiet_until: Millis,
    /// Answers in a row.
    answers: u32,
}

impl Breaker {
    /// How many messages may be claimed while `under_way` calls have not come back.
    pub(super) fn allowance(&self, free: u32, under_way: u32, now: Millis) -> u32 {
        let trouble = self.lock();
        match trouble.rounds {
            0 => free.min((FIRST_CALLS.saturating_add(trouble.answers)).saturating_sub(under_way)),
            _ if now < trouble.quiet_until || under_way > 0 => 0,
            _ => free.min(1),
        }
    }

    /// 360nrs gave an answer about a message.
    pub(super) fn answered(&self) {
        let mut trouble = self.lock();
        *trouble = Trouble {
            answers: trouble.answers.saturating_add(1),
            ..Trouble::default()
        };
    }

    /// It did not; `true` when patience is at its end.
    pub(super) fn missed(&self, now: Millis) -> bool {
        let mut trouble = self.lock();
        trouble.answers = 0;
        // The other calls of the same round say nothing new.
        if now < trouble.quiet_until {
            return false;
        }
        trouble.rounds += 1;
        if trouble.rounds < PATIENCE {
            trouble.quiet_until = now + pause(trouble.rounds);
            return false;
        }
        // The next campaign, or this one resumed, may try at once and has
        // patience of its own; but one message at a time.
        trouble.rounds = 1;
        true
    }

    /// Rounds of trouble since the last answer.
    pub(super) fn rounds(&self) -> u32 {
        self.lock().rounds
    }

    fn lock(&self) -> MutexGuard<'_, Trouble> {
        // Two numbers cannot be left half-changed.
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The pause after so many rounds, one or more, of trouble.
fn pause(rounds: u32) -> Millis {
    let least = Millis::from(FIRST_PAUSE << (rounds - 1));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a few seconds, in milliseconds"
    )]
    let more = (least as f64 * secrets::jitter()) as Millis;
    least + more
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{World, draft};

    #[test]
    fn after_trouble_nothing_leaves_and_then_one_message_tries() {
        let breaker = Breaker::default();
        assert_eq!(breaker.allowance(8, 0, 0), 8);
        assert!(!breaker.missed(0));
        assert_eq!(breaker.allowance(8, 0, 400), 0);
        assert_eq!(breaker.allowance(8, 0, 1000), 1);
        assert_eq!(breaker.allowance(7, 1, 1000), 0, "one tries already");
        breaker.answered();
        assert_eq!(breaker.allowance(8, 0, 1000), 8);
    }

    #[test]
    fn with_every_answer_one_more_call_may_be_made_until_there_is_trouble() {
        let breaker = Breaker::default();
        assert_eq!(breaker.allowance(64, 0, 0), FIRST_CALLS);
        for _ in 0..100 {
            breaker.answered();
        }
        assert_eq!(breaker.allowance(60, 4, 0), 60);
        breaker.missed(0);
        breaker.answered();
        assert_eq!(breaker.allowance(64, 2, 0), FIRST_CALLS + 1 - 2);
    }

    #[test]
    fn calls_of_one_round_count_once() {
        let breaker = Breaker::default();
        for _ in 0..8 {
            assert!(!breaker.missed(100));
        }
        assert_eq!(breaker.allowance(8, 0, 100 + 1000), 1);
    }

    #[test]
    fn pauses_double_until_patience_ends() {
        let breaker = Breaker::default();
        let mut now = 0;
        for round in 1..PATIENCE {
            assert!(!breaker.missed(now), "{round}");
            let least = Millis::from(FIRST_PAUSE << (round - 1));
            assert_eq!(breaker.allowance(8, 0, now + least - 1), 0, "{round}");
            now += 2 * least;
            assert_eq!(breaker.allowance(8, 0, now), 1, "{round}");
        }
        assert!(breaker.missed(now));
        assert_eq!(breaker.allowance(8, 0, now), 1, "a resumed campaign tries");
        assert!(!breaker.missed(now), "and is not given up at once");
        breaker.answered();
        assert_eq!(breaker.allowance(8, 0, now), 8);
    }

    #[tokio::test]
    async fn a_provider_in_trouble_gets_few_messages_and_the_campaign_pauses() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        world.set_faults(json!({ "sms": "internal_error" })).await;
        let mut many = draft("Olá");
        many.audience = septet_core::wire::Audience::List { id: "12".into() };
        let id = browser.created("key", &many).await;
        let paused = |campaign: &Value| {
            campaign["state"] == json!({ "state": "paused", "reason": "provider_unreachable" })
        };
        let campaign = world.campaign_when(&browser, &id, paused).await;
        let most = u64::from(FIRST_CALLS + PATIENCE - 1);
        let in_doubt = campaign["counts"]["in_doubt"].as_u64().unwrap();
        assert!((1..=most).contains(&in_doubt), "{campaign}");
        assert!(
            campaign["counts"]["pending"].as_u64().unwrap() > 0,
            "{campaign}"
        );
        assert!(world.sends().await <= most);
    }
}
