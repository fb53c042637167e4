//! The way through a phone call from the moment it is answered: what is said, what a key
//! does, what follows when none is pressed, and how it ends.
//!
//! Pure: it knows no time, no network and no other call. Whoever drives it says when a
//! narration is over and when somebody waited too long, and carries out the steps.

use std::sync::Arc;

use serde::Serialize;

use super::script::{Action, Key, Narration, Script};
use crate::nrs::fields::Wording;

/// A call that was answered.
#[derive(Debug, Clone)]
pub(crate) struct Walk {
    script: Arc<Script>,
    stage: Stage,
    repeats_left: u8,
}

/// Where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Something is being said.
    Speaking {
        /// What comes after.
        then: Then,
    },
    /// It waits for a key.
    Listening,
    /// It is over.
    Over(Ending),
}

/// What follows what is being said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// A key may be pressed, even before all is said.
    Listen,
    /// The end.
    End(Ending),
}

/// How a phone call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// All was said.
    Said,
    /// A text message was sent.
    Sms,
    /// The phone was connected with another.
    Transferred,
    /// No more calls are wanted.
    Unsubscribed,
    /// No key was pressed, the last time too.
    NoKey,
    /// A key was pressed that does nothing, the last time too.
    WrongKey,
    /// The phone hung up.
    HungUp,
    /// Nobody answered, the last time too.
    NotAnswered,
    /// It was declined, the last time too.
    Declined,
    /// The network refused it; it never rang.
    Rejected,
}

/// Something that happens on the way, in order.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A key was pressed.
    Pressed(Key),
    /// Something is said.
    Say(Narration),
    /// A text message is sent to the phone.
    Send(Wording),
    /// The phone is connected with another.
    Transfer {
        /// Digits of the other's number.
        to: String,
        /// What the other sees as the caller.
        from: Option<String>,
    },
    /// No more calls are wanted.
    Unsubscribe,
}

impl Walk {
    /// The call is answered.
    pub(crate) fn start(script: Arc<Script>) -> (Self, Vec<Step>) {
        let then = match script.menu {
            Some(_) => Then::Listen,
            None => Then::End(Ending::Said),
        };
        let steps = vec![Step::Say(script.narration.clone())];
        let walk = Self {
            repeats_left: script.menu.as_ref().map_or(0, |menu| menu.repeats),
            stage: Stage::Speaking { then },
            script,
        };
        (walk, steps)
    }

    /// Where it is.
    pub(crate) fn stage(&self) -> Stage {
        self.stage
    }

    /// How often the menu can be said again.
    pub(crate) fn repeats_left(&self) -> u8 {
        self.repeats_left
    }

    /// Whether a key would be heard.
    pub(crate) fn hears(&self) -> bool {
        matches!(
            self.stage,
            Stage::Listening | Stage::Speaking { then: Then::Listen }
        )
    }

    /// A key is pressed; `None` when none is heard.
    pub(crate) fn press(&mut self, key: Key) -> Option<Vec<Step>> {
        let script = self.script.clone();
        let menu = script.menu.as_ref().filter(|_| self.hears())?;
        let mut steps = vec![Step::Pressed(key)];
        let ending = match menu.keys.get(&key) {
            Some(Action::Play(narration)) => {
                steps.push(Step::Say(narration.clone()));
                self.say_menu(&mut steps);
                return Some(steps);
            }
            None => {
                self.repeat(menu.wrong_key.as_ref(), Ending::WrongKey, &mut steps);
                return Some(steps);
            }
            Some(Action::Sms { narration, wording }) => {
                steps.extend(said(narration.as_ref()));
                steps.push(Step::Send(wording.clone()));
                Ending::Sms
            }
            Some(Action::Transfer {
                narration,
                to,
                from,
            }) => {
                steps.extend(said(narration.as_ref()));
                steps.push(Step::Transfer {
                    to: to.clone(),
                    from: from.clone(),
                });
                Ending::Transferred
            }
            Some(Action::Unsubscribe { narration }) => {
                steps.push(Step::Unsubscribe);
                steps.extend(said(narration.as_ref()));
                Ending::Unsubscribed
            }
        };
        self.end_after(&steps, ending);
        Some(steps)
    }

    /// Nobody pressed a key in time; `None` when none was waited for.
    pub(crate) fn silence(&mut self) -> Option<Vec<Step>> {
        let script = self.script.clone();
        let listens = self.stage == Stage::Listening;
        let menu = script.menu.as_ref().filter(|_| listens)?;
        let mut steps = Vec::new();
        self.repeat(menu.no_key.as_ref(), Ending::NoKey, &mut steps);
        Some(steps)
    }

    /// Everything was said; says whether anything was being said.
    pub(crate) fn spoken(&mut self) -> bool {
        let Stage::Speaking { then } = self.stage else {
            return false;
        };
        self.stage = match then {
            Then::Listen => Stage::Listening,
            Then::End(ending) => Stage::Over(ending),
        };
        true
    }

    /// The phone hangs up. What was decided before it did stays decided.
    pub(crate) fn hang_up(&mut self) {
        self.stage = match self.stage {
            Stage::Over(ending)
            | Stage::Speaking {
                then: Then::End(ending @ (Ending::Sms | Ending::Transferred | Ending::Unsubscribed)),
            } => Stage::Over(ending),
            Stage::Speaking { .. } | Stage::Listening => Stage::Over(Ending::HungUp),
        };
    }

    /// The menu again as long as it may be, else the end; what is to be said before either.
    fn repeat(&mut self, first: Option<&Narration>, ending: Ending, steps: &mut Vec<Step>) {
        steps.extend(said(first));
        match self.repeats_left.checked_sub(1) {
            Some(left) => {
                self.repeats_left = left;
                self.say_menu(steps);
            }
            None => self.end_after(steps, ending),
        }
    }

    fn say_menu(&mut self, steps: &mut Vec<Step>) {
        steps.push(Step::Say(self.script.narration.clone()));
        self.stage = Stage::Speaking { then: Then::Listen };
    }

    /// The end follows what is said, or comes at once where nothing is.
    fn end_after(&mut self, steps: &[Step], ending: Ending) {
        let speaks = steps.iter().any(|step| matches!(step, Step::Say(_)));
        self.stage = if speaks {
            Stage::Speaking {
                then: Then::End(ending),
            }
        } else {
            Stage::Over(ending)
        };
    }
}

fn said(narration: Option<&Narration>) -> Option<Step> {
    narration.cloned().map(Step::Say)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::{Ending, Stage, Step, Then, Walk};
    use crate::nrs::call::request::{Kind, Order};
    use crate::nrs::call::script::{Key, Narration, Script};

    /// A menu with an action of each kind.
    fn script(repeats: u8) -> Arc<Script> {
        let body = json!({
            "to": ["351912000001"], "message": "menu", "language": "pt_PT", "gender": "F",
            "timeout": 5, "repeats": repeats,
            "wrongKey": {"message": "wrong"}, "noKey": {"message": "none"},
            "keys": {
                "1": {"action": "play", "message": "hours"},
                "2": {"action": "sms", "message": "sending",
                      "sms": {"from": "Septet", "message": "Hola"}},
                "3": {"action": "transfer", "message": "wait", "to": "351210000001"},
                "4": {"action": "transfer", "to": "351210000001"},
                "9": {"action": "unsubscribe", "message": "bye"},
            },
        });
        Order::read(Kind::Ivr, body.to_string().as_bytes())
            .expect("a valid body")
            .script
    }

    fn key(printed: &str) -> Key {
        Key::parse(printed).expect("a key")
    }

    /// The steps in short.
    fn short(steps: &[Step]) -> Vec<String> {
        let one = |step: &Step| match step {
            Step::Pressed(key) => key.to_string(),
            Step::Say(Narration::Message(text) | Narration::AudioUrl(text)) => text.clone(),
            Step::Send(wording) => format!("sms {}", wording.received),
            Step::Transfer { to, .. } => format!("to {to}"),
            Step::Unsubscribe => "unsubscribed".to_owned(),
        };
        steps.iter().map(one).collect()
    }

    fn press(walk: &mut Walk, printed: &str) -> Vec<String> {
        short(&walk.press(key(printed)).expect("heard"))
    }

    #[test]
    fn a_call_without_keys_is_over_when_all_is_said() {
        let script = Script {
            narration: Narration::Message("Olá".into()),
            menu: None,
        };
        let (mut walk, steps) = Walk::start(script.into());
        assert_eq!(short(&steps), ["Olá"]);
        assert!(walk.press(key("1")).is_none());
        assert!(walk.silence().is_none());
        assert!(walk.spoken());
        assert_eq!(walk.stage(), Stage::Over(Ending::Said));
        assert!(!walk.spoken());
    }

    #[test]
    fn a_key_is_heard_while_the_menu_is_said_and_after() {
        let (mut walk, steps) = Walk::start(script(0));
        assert_eq!(short(&steps), ["menu"]);
        assert_eq!(press(&mut walk, "1"), ["1", "hours", "menu"]);
        walk.spoken();
        assert_eq!(walk.stage(), Stage::Listening);
        assert_eq!(press(&mut walk, "1"), ["1", "hours", "menu"]);
        assert!(walk.hears(), "playing takes no repeat");
    }

    #[test]
    fn every_other_action_ends_the_call_after_its_narration() {
        for (printed, expected, ending) in [
            ("2", vec!["2", "sending", "sms Hola"], Ending::Sms),
            (
                "3",
                vec!["3", "wait", "to 351210000001"],
                Ending::Transferred,
            ),
            ("9", vec!["9", "unsubscribed", "bye"], Ending::Unsubscribed),
        ] {
            let (mut walk, _) = Walk::start(script(2));
            assert_eq!(press(&mut walk, printed), expected);
            let then = Then::End(ending);
            assert_eq!(walk.stage(), Stage::Speaking { then });
            assert!(walk.press(key("1")).is_none(), "{printed} was the last");
            walk.spoken();
            assert_eq!(walk.stage(), Stage::Over(ending));
        }
    }

    #[test]
    fn an_action_without_a_narration_ends_the_call_at_once() {
        let (mut walk, _) = Walk::start(script(2));
        assert_eq!(press(&mut walk, "4"), ["4", "to 351210000001"]);
        assert_eq!(walk.stage(), Stage::Over(Ending::Transferred));
    }

    #[test]
    fn wrong_keys_and_silence_share_the_repeats() {
        let (mut walk, _) = Walk::start(script(2));
        assert_eq!(press(&mut walk, "7"), ["7", "wrong", "menu"]);
        assert!(walk.silence().is_none(), "the menu is still being said");
        walk.spoken();
        assert_eq!(
            short(&walk.silence().expect("it listens")),
            ["none", "menu"]
        );
        assert_eq!(walk.repeats_left(), 0);
        assert_eq!(press(&mut walk, "#"), ["#", "wrong"]);
        walk.spoken();
        assert_eq!(walk.stage(), Stage::Over(Ending::WrongKey));
    }

    #[test]
    fn without_repeats_the_first_silence_ends_the_call() {
        let (mut walk, _) = Walk::start(script(0));
        walk.spoken();
        assert_eq!(short(&walk.silence().expect("it listens")), ["none"]);
        walk.spoken();
        assert_eq!(walk.stage(), Stage::Over(Ending::NoKey));
    }

    #[test]
    fn hanging_up_undoes_nothing_that_was_decided() {
        let (mut walk, _) = Walk::start(script(0));
        press(&mut walk, "9");
        walk.hang_up();
        assert_eq!(walk.stage(), Stage::Over(Ending::Unsubscribed));
        let (mut walk, _) = Walk::start(script(0));
        walk.hang_up();
        assert_eq!(walk.stage(), Stage::Over(Ending::HungUp));
    }
}
