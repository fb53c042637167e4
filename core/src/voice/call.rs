//! A call with a menu that may be placed.
//!
//! The menu is one level deep, as the provider's connector has it: a message that was
//! played leads back to it, and everything else ends the call. A menu under a key is
//! not to be had there, and so not here.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::caller::{caller, number};
use super::notes::Notes;
use super::{
    ActionDraft, CallDraft, Caller, KeyDraft, KeyField, Narration, TextDraft, VoiceCampaign,
    VoiceProblem, VoiceProblemKind, Where,
};
use crate::campaign::{Field, ProblemKind, Rules, SmsCampaign};
use crate::phone::{Country, PhoneNumber};
use crate::wire::{Audience, SmsDraft};

/// Most keys that do something (the connector's guide: nine of the ten).
pub const MAX_ACTIONS: usize = 9;
/// Most times that a wrong key or none may happen; ours.
pub const MAX_REPEATS: u8 = 5;
/// Longest wait for a key, in seconds; ours.
pub const MAX_TIMEOUT: u8 = 30;

/// A call with a menu that breaks no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    voice: VoiceCampaign,
    nodes: Vec<Node>,
    wrong_key: Option<Narration>,
    no_key: Option<Narration>,
    repeats: u8,
    timeout_seconds: u8,
}

/// A digit of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u8);

impl Key {
    /// The key of a digit, 0 to 9.
    #[must_use]
    pub fn of(digit: u8) -> Option<Self> {
        (digit <= 9).then_some(Self(digit))
    }

    /// Its digit.
    #[must_use]
    pub fn digit(self) -> u8 {
        self.0
    }
}

/// What one key does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The key.
    pub key: Key,
    /// What is heard when it is pressed.
    pub narration: Narration,
    /// What happens.
    pub action: Action,
}

/// What happens when a key is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing but the narration; the menu is heard again.
    Play,
    /// The call goes on with somebody else.
    Transfer {
        /// With whom.
        to: PhoneNumber,
        /// Who calls, for them.
        caller: Caller,
    },
    /// The person gets a message, and the call ends: no second press, no second message.
    SendSms(Box<SmsCampaign>),
    /// The person wants no more calls.
    Unsubscribe,
}

impl Call {
    /// Holds a draft against the rules.
    ///
    /// ```
    /// # use septet_core::campaign::{Limits, Rules};
    /// # use septet_core::wire::LinkShape;
    /// # let links = LinkShape { short_base: "".into(), unsubscribe_base: "".into(), code_length: 10 };
    /// # let limits = Limits { max_parts: 5 };
    /// # let rules = Rules { limits, properties: None, links: &links, default_name: "x" };
    /// use septet_core::voice::{ActionDraft, Call, CallDraft, KeyDraft, NarrationDraft, VoiceDraft};
    /// let say = |text: &str| NarrationDraft { text: text.into(), ..NarrationDraft::default() };
    /// let draft = CallDraft {
    ///     voice: VoiceDraft {
    ///         phone_property: "phone".into(),
    ///         country: "PT".into(),
    ///         narration: say("Para deixar de receber chamadas, prima 9."),
    ///         ..VoiceDraft::default()
    ///     },
    ///     keys: vec![KeyDraft { key: 9, narration: say("Certo."), action: ActionDraft::Unsubscribe }],
    ///     ..CallDraft::default()
    /// };
    /// assert_eq!(Call::parse(&draft, &rules).unwrap().nodes().len(), 1);
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it, place by place. A number is judged once its
    /// country is known.
    pub fn parse(draft: &CallDraft, rules: &Rules<'_>) -> Result<Self, Vec<VoiceProblem>> {
        let mut notes = Notes::default();
        let voice = VoiceCampaign::read(&draft.voice, rules, &mut notes);
        if draft.keys.is_empty() {
            notes.add(Where::Keys, ProblemKind::Empty);
        }
        if draft.keys.len() > MAX_ACTIONS {
            let max = MAX_ACTIONS;
            notes.add(Where::Keys, VoiceProblemKind::TooMany { max });
        }
        let mut reader = NodeReader {
            draft,
            rules,
            voice: voice.as_ref(),
            notes: &mut notes,
        };
        let nodes: Vec<Node> = (0..draft.keys.len())
            .filter_map(|node| reader.read(node))
            .collect();
        let mut other = |at, draft: &Option<_>| {
            let narration = draft.as_ref();
            narration.and_then(|draft| notes.narration(at, draft, rules))
        };
        let wrong_key = other(Where::WrongKey, &draft.wrong_key);
        let no_key = other(Where::NoKey, &draft.no_key);
        let repeats = notes.figure(Where::Repeats, draft.repeats, 0, MAX_REPEATS);
        let timeout_seconds = notes.figure(Where::Timeout, draft.timeout_seconds, 1, MAX_TIMEOUT);
        match voice {
            Some(voice) if notes.0.is_empty() => Ok(Self {
                voice,
                nodes,
                wrong_key,
                no_key,
                repeats,
                timeout_seconds,
            }),
            _ => Err(notes.0),
        }
    }

    /// The call itself; its narration is the menu.
    #[must_use]
    pub fn voice(&self) -> &VoiceCampaign {
        &self.voice
    }

    /// What the keys do, in the order of the draft; one to [`MAX_ACTIONS`], no key twice.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// What is heard after a key that does nothing.
    #[must_use]
    pub fn wrong_key(&self) -> Option<&Narration> {
        self.wrong_key.as_ref()
    }

    /// What is heard when no key is pressed.
    #[must_use]
    pub fn no_key(&self) -> Option<&Narration> {
        self.no_key.as_ref()
    }

    /// How often a wrong key or none may happen, together, and the menu is heard again;
    /// at most [`MAX_REPEATS`].
    #[must_use]
    pub fn repeats(&self) -> u8 {
        self.repeats
    }

    /// How long a key is waited for, in seconds, 1 to [`MAX_TIMEOUT`].
    #[must_use]
    pub fn timeout_seconds(&self) -> u8 {
        self.timeout_seconds
    }
}

/// Reads the nodes of a draft one by one.
struct NodeReader<'a> {
    draft: &'a CallDraft,
    rules: &'a Rules<'a>,
    voice: Option<&'a VoiceCampaign>,
    notes: &'a mut Notes,
}

impl NodeReader<'_> {
    fn read(&mut self, node: usize) -> Option<Node> {
        let (before, here) = self.draft.keys.split_at(node);
        let draft: &KeyDraft = here.first()?;
        let at = |field| Where::Key { node, field };
        let key = Key::of(draft.key);
        if key.is_none() {
            let (min, max) = (0, 9);
            let kind = VoiceProblemKind::OutOfRange { min, max };
            self.notes.add(at(KeyField::Key), kind);
        } else if before.iter().any(|other| other.key == draft.key) {
            self.notes
                .add(at(KeyField::Key), VoiceProblemKind::KeyTwice);
        }
        let narration = at(KeyField::Narration);
        let narration = self
            .notes
            .narration(narration, &draft.narration, self.rules);
        let action = self.action(at, &draft.action);
        Some(Node {
            key: key?,
            narration: narration?,
            action: action?,
        })
    }

    fn action(&mut self, at: impl Fn(KeyField) -> Where, draft: &ActionDraft) -> Option<Action> {
        match draft {
            ActionDraft::Play => Some(Action::Play),
            ActionDraft::Unsubscribe => Some(Action::Unsubscribe),
            ActionDraft::Transfer { to, caller: typed } => {
                let country = Country::from_code(&self.draft.voice.country);
                let to = self.notes.keep(at(KeyField::To), number(to, country));
                let own = self.voice.map(|voice| &voice.caller);
                let caller = caller(typed, country, own);
                let caller = self.notes.keep(at(KeyField::Caller), caller);
                Some(Action::Transfer {
                    to: to??,
                    caller: caller??,
                })
            }
            ActionDraft::SendSms(text) => self.message(at, text).map(Box::new).map(Action::SendSms),
        }
    }

    /// The message, read as one of a campaign to the person who pressed the key.
    fn message(&mut self, at: impl Fn(KeyField) -> Where, text: &TextDraft) -> Option<SmsCampaign> {
        let call = &self.draft.voice;
        let draft = SmsDraft {
            sender: text.sender.clone(),
            text: text.text.clone(),
            encoding: text.encoding,
            transliterate: text.transliterate,
            shorten_links: text.shorten_links,
            utm: text.utm.clone(),
            country: call.country.clone(),
            campaign_name: call.campaign_name.clone(),
            // Whoever is on the phone.
            audience: Audience::Contacts {
                ids: [call.phone_property.clone()].into(),
            },
            ..SmsDraft::default()
        };
        let problems = match SmsCampaign::parse(&draft, self.rules) {
            Ok(message) => return Some(message),
            Err(problems) => problems,
        };
        for problem in problems {
            let field = match problem.field {
                Field::Sender => KeyField::Sender,
                Field::Text => KeyField::Text,
                // The call has these, and they are noted there.
                Field::Country
                | Field::CampaignName
                | Field::Audience
                | Field::Timing
                | Field::Purpose => continue,
            };
            self.notes.add(at(field), problem.kind);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;

    use super::*;
    use crate::voice::fixtures::{call, rules, shape, speech};

    fn parse(draft: &CallDraft) -> Result<Call, Vec<VoiceProblem>> {
        Call::parse(draft, &rules(&shape(), None))
    }

    fn key(key: u8, action: ActionDraft) -> KeyDraft {
        KeyDraft {
            key,
            narration: speech("ok"),
            action,
        }
    }

    fn text(sender: &str, text: &str) -> ActionDraft {
        ActionDraft::SendSms(TextDraft {
            sender: sender.into(),
            text: text.into(),
            ..TextDraft::default()
        })
    }

    fn problems(draft: &CallDraft) -> Vec<(Where, VoiceProblemKind)> {
        let problems = parse(draft).unwrap_err().into_iter();
        problems.map(|problem| (problem.at, problem.kind)).collect()
    }

    fn at(node: usize, field: KeyField) -> Where {
        Where::Key { node, field }
    }

    #[test]
    fn nine_of_the_ten_keys_may_do_something_and_one_must() {
        let keys: Vec<KeyDraft> = (0..10).map(|digit| key(digit, ActionDraft::Play)).collect();
        assert_eq!(parse(&call(&keys[..9])).unwrap().nodes().len(), 9);
        let max = MAX_ACTIONS;
        assert_eq!(
            problems(&call(&keys)),
            [(Where::Keys, VoiceProblemKind::TooMany { max })]
        );
        assert_eq!(
            problems(&call(&[])),
            [(Where::Keys, ProblemKind::Empty.into())]
        );
    }

    #[test]
    fn a_key_is_a_digit_and_stands_once() {
        let keys = [1, 2, 1, 10, 1].map(|digit| key(digit, ActionDraft::Play));
        let range = VoiceProblemKind::OutOfRange { min: 0, max: 9 };
        let expected = [
            (at(2, KeyField::Key), VoiceProblemKind::KeyTwice),
            (at(3, KeyField::Key), range),
            (at(4, KeyField::Key), VoiceProblemKind::KeyTwice),
        ];
        assert_eq!(problems(&call(&keys)), expected);
    }

    #[test]
    fn a_node_tells_everything_that_is_wrong_with_it() {
        let transfer = |to: &str, caller: &str| ActionDraft::Transfer {
            to: to.into(),
            caller: caller.into(),
        };
        let mut draft = call(&[
            key(1, transfer("", "12")),
            key(2, transfer("12", "")),
            key(3, text("", "Olá {{")),
            key(4, text("Septet", &"a".repeat(400))),
            KeyDraft::default(),
        ]);
        draft.wrong_key = Some(speech(" "));
        draft.no_key = Some(speech("{UNSUB_URL}"));
        draft.repeats = 6;
        draft.timeout_seconds = 0;
        let malformed = || VoiceProblemKind::MalformedNumber;
        let empty = || VoiceProblemKind::from(ProblemKind::Empty);
        let unclosed = ProblemKind::UnclosedToken { position: 4 };
        let long = ProblemKind::TooManyParts { max: 2 };
        let range = |min, max| VoiceProblemKind::OutOfRange { min, max };
        let expected = [
            (at(0, KeyField::To), empty()),
            (at(0, KeyField::Caller), malformed()),
            (at(1, KeyField::To), malformed()),
            (at(2, KeyField::Sender), empty()),
            (at(2, KeyField::Text), unclosed.into()),
            (at(3, KeyField::Text), long.into()),
            (at(4, KeyField::Narration), empty()),
            (Where::WrongKey, empty()),
            (Where::NoKey, VoiceProblemKind::UnsubscribeLink),
            (Where::Repeats, range(0, 5)),
            (Where::Timeout, range(1, 30)),
        ];
        assert_eq!(problems(&draft), expected);
    }

    #[test]
    fn what_a_message_shares_with_the_call_is_told_once() {
        let mut draft = call(&[key(1, text("Septet", "Olá"))]);
        draft.voice.country = "XX".into();
        draft.voice.phone_property = String::new();
        draft.voice.campaign_name = "\n.".into();
        draft.voice.caller = "12".into();
        let places: Vec<Where> = problems(&draft).into_iter().map(|(at, _)| at).collect();
        let expected = vec![Where::PhoneProperty, Where::Country];
        assert_eq!(places, expected);
    }

    #[test]
    fn a_transfer_shows_the_calls_own_caller_unless_it_has_one() {
        let transfer = |caller: &str| ActionDraft::Transfer {
            to: "912345678".into(),
            caller: caller.into(),
        };
        let mut draft = call(&[key(1, transfer("")), key(2, transfer("211234567"))]);
        draft.voice.caller = "210123456".into();
        let call = parse(&draft).unwrap();
        let callers: Vec<&Caller> = call
            .nodes()
            .iter()
            .filter_map(|node| match &node.action {
                Action::Transfer { caller, .. } => Some(caller),
                _ => None,
            })
            .collect();
        assert_eq!(callers[0], &call.voice().caller);
        let expected = PhoneNumber::parse("+351211234567", None, call.voice().country).unwrap();
        assert_eq!(callers[1], &Caller::Number(expected));
    }
}
