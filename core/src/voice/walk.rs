//! A call as it goes on, key by key: what the page's phone plays, and what the sandbox is
//! held to.
//!
//! Every call ends. A wrong key or none may happen `repeats` times, together; the next
//! one ends the call, once its own narration was heard. Messages may be played
//! [`MAX_PLAYED`] times, the same one or others; after the last the menu does not come
//! again. Every other key ends the call by itself, so that no message is sent twice.
//! A key that is pressed while the menu is heard counts as pressed after it.
//!
//! **Open:** the provider's own rules are not public; these are ours.

use alloc::vec;
use alloc::vec::Vec;

use super::{Caller, Key, Line, Script, Spoken, Then};
use crate::campaign::Message;
use crate::named::named;
use crate::phone::PhoneNumber;
use crate::sender::Sender;

/// Most messages that are played on request in one call.
pub const MAX_PLAYED: u8 = 10;

/// What the person on the phone does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Presses a digit.
    Key(Key),
    /// Presses the star or the hash, which never do anything.
    OtherKey,
    /// Lets the time pass.
    Timeout,
    /// Hangs up.
    HangUp,
}

/// What happens in the call, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// This is heard.
    Say(Spoken),
    /// A key is waited for.
    Wait {
        /// So long.
        seconds: u8,
    },
    /// A message would be sent.
    SmsWouldBeSent {
        /// From whom.
        sender: Sender,
        /// Its text and parts.
        message: Message,
    },
    /// The call goes on with somebody else.
    Transferred {
        /// With whom.
        to: PhoneNumber,
        /// Who calls, for them.
        caller: Caller,
    },
    /// The person wants no more calls.
    Unsubscribed,
    /// It is over; nothing comes after.
    Ended {
        /// Why.
        why: Ending,
    },
}

named! {
    /// Why a call is over.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Ending {
        /// The person hung up.
        HungUp = "hung_up",
        /// It goes on with somebody else.
        Transferred = "transferred",
        /// The message that was asked for is on its way.
        MessageSent = "message_sent",
        /// The person wants no more calls.
        Unsubscribed = "unsubscribed",
        /// A wrong key, once too often.
        WrongKeys = "wrong_keys",
        /// No key, once too often.
        NoKeys = "no_keys",
        /// [`MAX_PLAYED`] messages were played.
        Played = "played",
    }
}

/// A call that goes on.
///
/// ```
/// # use septet_core::campaign::{Limits, Rules};
/// # use septet_core::template::PreviewLinks;
/// # use septet_core::wire::LinkShape;
/// # let links = LinkShape { short_base: "".into(), unsubscribe_base: "".into(), code_length: 10 };
/// # let limits = Limits { max_parts: 5 };
/// # let rules = Rules { limits, properties: None, links: &links, default_name: "x" };
/// # use septet_core::voice::{ActionDraft, Call, CallDraft, KeyDraft, NarrationDraft, VoiceDraft};
/// use septet_core::voice::{Ending, Input, Key, Step, Walk};
/// # let say = |text: &str| NarrationDraft { text: text.into(), ..NarrationDraft::default() };
/// # let draft = CallDraft {
/// #     voice: VoiceDraft {
/// #         phone_property: "phone".into(),
/// #         country: "PT".into(),
/// #         narration: say("Prima 9."),
/// #         ..VoiceDraft::default()
/// #     },
/// #     keys: vec![KeyDraft { key: 9, narration: say("Certo."), action: ActionDraft::Unsubscribe }],
/// #     ..CallDraft::default()
/// # };
/// let call = Call::parse(&draft, &rules).unwrap();
/// let script = call.script(&[].into(), &mut PreviewLinks(&links)).unwrap();
/// let (mut walk, steps) = Walk::start(script);
/// assert!(matches!(steps[..], [Step::Say(_), Step::Wait { seconds: 7 }]));
/// let steps = walk.next(Input::Key(Key::of(9).unwrap()));
/// assert!(matches!(steps[..], [Step::Unsubscribed, Step::Say(_), Step::Ended { .. }]));
/// assert_eq!(walk.ended(), Some(Ending::Unsubscribed));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    script: Script,
    mistakes: u8,
    played: u8,
    ended: Option<Ending>,
}

impl Walk {
    /// Begins a call that was taken, and what happens first.
    #[must_use]
    pub fn start(script: Script) -> (Self, Vec<Step>) {
        let walk = Self {
            script,
            mistakes: 0,
            played: 0,
            ended: None,
        };
        let steps = walk.menu().into();
        (walk, steps)
    }

    /// What happens next; nothing, when the call is over.
    pub fn next(&mut self, input: Input) -> Vec<Step> {
        if self.ended.is_some() {
            return Vec::new();
        }
        match input {
            Input::HangUp => self.end(Vec::new(), Ending::HungUp),
            Input::Timeout => self.mistake(self.script.no_key.clone(), Ending::NoKeys),
            Input::OtherKey => self.mistake(self.script.wrong_key.clone(), Ending::WrongKeys),
            Input::Key(key) => {
                let line = self.script.lines.iter().find(|line| line.key == key);
                match line.cloned() {
                    Some(line) => self.follow(line),
                    None => self.mistake(self.script.wrong_key.clone(), Ending::WrongKeys),
                }
            }
        }
    }

    /// Why the call is over, when it is.
    #[must_use]
    pub fn ended(&self) -> Option<Ending> {
        self.ended
    }

    /// Most inputs that the call takes until it ends, whatever they are.
    #[must_use]
    pub fn most_inputs(&self) -> usize {
        usize::from(self.script.repeats) + usize::from(MAX_PLAYED)
    }

    fn menu(&self) -> [Step; 2] {
        let seconds = self.script.timeout_seconds;
        [Step::Say(self.script.menu.clone()), Step::Wait { seconds }]
    }

    fn mistake(&mut self, heard: Option<Spoken>, why: Ending) -> Vec<Step> {
        let mut steps: Vec<Step> = heard.into_iter().map(Step::Say).collect();
        if self.mistakes >= self.script.repeats {
            return self.end(steps, why);
        }
        self.mistakes += 1;
        steps.extend(self.menu());
        steps
    }

    /// What is done at once comes before what is heard of it: whoever hangs up in between
    /// has asked for it all the same.
    fn follow(&mut self, line: Line) -> Vec<Step> {
        let say = Step::Say(line.spoken);
        match line.then {
            Then::Menu => {
                self.played += 1;
                if self.played >= MAX_PLAYED {
                    return self.end(vec![say], Ending::Played);
                }
                let mut steps = vec![say];
                steps.extend(self.menu());
                steps
            }
            Then::Transfer { to, caller } => {
                let transferred = Step::Transferred { to, caller };
                self.end(vec![say, transferred], Ending::Transferred)
            }
            Then::Sms { sender, message } => {
                let sent = Step::SmsWouldBeSent { sender, message };
                self.end(vec![sent, say], Ending::MessageSent)
            }
            Then::Unsubscribe => self.end(vec![Step::Unsubscribed, say], Ending::Unsubscribed),
        }
    }

    fn end(&mut self, mut steps: Vec<Step>, why: Ending) -> Vec<Step> {
        self.ended = Some(why);
        steps.push(Step::Ended { why });
        steps
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeMap;
    use alloc::string::String;

    use super::*;
    use crate::delivery::NotSentReason;
    use crate::template::PreviewLinks;
    use crate::voice::fixtures::{call, rules, shape, speech};
    use crate::voice::{
        ActionDraft, Call, CallDraft, KeyDraft, KeyField, TextDraft, Unready, Unspoken, Where,
        WhyUnready,
    };

    fn script(draft: &CallDraft, values: &[(&str, &str)]) -> Result<Script, Unready> {
        let shape = shape();
        let call = Call::parse(draft, &rules(&shape, None)).unwrap();
        let values = values.iter();
        let values: BTreeMap<String, String> = values
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        call.script(&values, &mut PreviewLinks(&shape))
    }

    fn every_action() -> CallDraft {
        let actions = [
            ActionDraft::Play,
            ActionDraft::Transfer {
                to: "912345678".into(),
                caller: String::new(),
            },
            ActionDraft::SendSms(TextDraft {
                sender: "Septet".into(),
                text: "Olá {{name}}: https://a.pt/x".into(),
                ..TextDraft::default()
            }),
            ActionDraft::Unsubscribe,
        ];
        let keys = actions.into_iter().zip(1..);
        let keys: Vec<KeyDraft> = keys
            .map(|(action, key)| KeyDraft {
                key,
                narration: speech(
                    ["play", "transfer", "sms {{name}}", "out"][usize::from(key) - 1],
                ),
                action,
            })
            .collect();
        CallDraft {
            wrong_key: Some(speech("wrong")),
            no_key: Some(speech("none")),
            repeats: 1,
            timeout_seconds: 5,
            ..call(&keys)
        }
    }

    /// The steps in a line, for reading.
    fn told(steps: &[Step]) -> String {
        let mut told = String::new();
        for step in steps {
            let word = match step {
                Step::Say(Spoken::Text { text, .. }) => text.as_str(),
                Step::Say(Spoken::Audio(url)) => url.as_str(),
                Step::Wait { .. } => "…",
                Step::SmsWouldBeSent { message, .. } => message.text.as_str(),
                Step::Transferred { to, .. } => to.digits(),
                Step::Unsubscribed => "unsubscribed",
                Step::Ended { why } => why.name(),
            };
            if !told.is_empty() {
                told.push_str(" | ");
            }
            told.push_str(word);
        }
        told
    }

    fn key(digit: u8) -> Input {
        Input::Key(Key::of(digit).unwrap())
    }

    #[test]
    fn each_action_does_what_it_says_and_ends_the_call_unless_it_plays() {
        for (digit, expected) in [
            (1, "play | menu | …"),
            (2, "transfer | 351912345678 | transferred"),
            (
                3,
                "Olá Ana: https://s.pt/l/abcdefghij | sms Ana | message_sent",
            ),
            (4, "unsubscribed | out | unsubscribed"),
            (5, "wrong | menu | …"),
        ] {
            let script = script(&every_action(), &[("name", "Ana")]).unwrap();
            let (mut walk, steps) = Walk::start(script);
            assert_eq!(told(&steps), "menu | …");
            assert_eq!(told(&walk.next(key(digit))), expected);
            let over = walk.ended().is_some();
            assert_eq!(over, (2..=4).contains(&digit));
            assert_eq!(walk.next(key(3)).is_empty(), over, "nothing comes after");
        }
    }

    #[test]
    fn mistakes_of_both_kinds_are_counted_together() {
        let start = || Walk::start(script(&every_action(), &[("name", "Ana")]).unwrap()).0;
        let mut walk = start();
        assert_eq!(told(&walk.next(Input::Timeout)), "none | menu | …");
        assert_eq!(told(&walk.next(key(1))), "play | menu | …");
        assert_eq!(told(&walk.next(Input::OtherKey)), "wrong | wrong_keys");
        let mut walk = start();
        assert_eq!(told(&walk.next(key(9))), "wrong | menu | …");
        assert_eq!(told(&walk.next(Input::Timeout)), "none | no_keys");
        let silent = CallDraft {
            wrong_key: None,
            repeats: 0,
            ..every_action()
        };
        let mut walk = Walk::start(script(&silent, &[("name", "Ana")]).unwrap()).0;
        assert_eq!(told(&walk.next(key(0))), "wrong_keys");
    }

    #[test]
    fn after_the_last_message_the_menu_does_not_come_again() {
        let script = script(&every_action(), &[("name", "Ana")]).unwrap();
        let mut walk = Walk::start(script).0;
        for _ in 1..MAX_PLAYED {
            assert_eq!(told(&walk.next(key(1))), "play | menu | …");
        }
        assert_eq!(told(&walk.next(key(1))), "play | played");
    }

    #[test]
    fn whoever_hangs_up_has_hung_up() {
        let script = script(&every_action(), &[("name", "Ana")]).unwrap();
        let mut walk = Walk::start(script).0;
        assert_eq!(told(&walk.next(Input::HangUp)), "hung_up");
        assert!(walk.next(Input::HangUp).is_empty());
    }

    #[test]
    fn nobody_is_called_for_whom_a_part_cannot_be_written() {
        let mut draft = every_action();
        draft.keys[0].narration = speech("{{city}}");
        let at = |node, field| Where::Key { node, field };
        let unready = |at, why| Err(Unready { at, why });
        assert_eq!(
            script(&draft, &[]),
            unready(
                at(0, KeyField::Narration),
                WhyUnready::Unspoken(Unspoken::Empty)
            )
        );
        let long = "a".repeat(400);
        assert_eq!(
            script(&every_action(), &[("name", &long)]),
            unready(
                at(2, KeyField::Text),
                WhyUnready::NotSent(NotSentReason::TooManyParts)
            )
        );
        draft = every_action();
        draft.no_key = Some(speech("{{city}}"));
        let why = WhyUnready::Unspoken(Unspoken::Empty);
        assert_eq!(script(&draft, &[]), unready(Where::NoKey, why));
    }
}
