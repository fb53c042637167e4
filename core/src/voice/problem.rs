//! What may be wrong with a call, and where the person should look.

use serde::{Deserialize, Serialize};

use super::AudioError;
use crate::campaign::ProblemKind;
use crate::named::named;

/// What is wrong with one place of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceProblem {
    /// Where.
    pub at: Where,
    /// What.
    #[serde(flatten)]
    pub kind: VoiceProblemKind,
}

/// A place of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case")]
pub enum Where {
    /// The property with the number.
    PhoneProperty,
    /// The country.
    Country,
    /// Who calls.
    Caller,
    /// What is heard first.
    Narration,
    /// The campaign's name.
    Name,
    /// How often it is tried again.
    Retries,
    /// The keys as a whole.
    Keys,
    /// One key's node.
    Key {
        /// Which, counted from 0 in the draft's list: two nodes may have the same digit.
        node: usize,
        /// Where in the node.
        field: KeyField,
    },
    /// What is heard after a wrong key.
    WrongKey,
    /// What is heard without a key.
    NoKey,
    /// How often a wrong key or none may happen.
    Repeats,
    /// How long a key is waited for.
    Timeout,
}

named! {
    /// A field of a key's node.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum KeyField {
        /// The digit.
        Key = "key",
        /// What is heard.
        Narration = "narration",
        /// To whom the call is transferred.
        To = "to",
        /// Who calls, for the one it is transferred to.
        Caller = "caller",
        /// The message's sender.
        Sender = "sender",
        /// The message.
        Text = "text",
    }
}

/// What is wrong, with the figures that the sentence needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum VoiceProblemKind {
    /// No voice of this language and gender has this name.
    UnknownVoice,
    /// `{UNSUB_URL}` in a text that is spoken: nobody can follow a link by ear.
    UnsubscribeLink,
    /// An address that may not be fetched.
    Audio {
        /// Why.
        error: AudioError,
    },
    /// No number of its country looks like this.
    MalformedNumber,
    /// Another node before it has the same key.
    KeyTwice,
    /// More nodes than `max`.
    TooMany {
        /// Most nodes.
        max: usize,
    },
    /// A figure that is not from `min` to `max`.
    OutOfRange {
        /// The least.
        min: u8,
        /// The most.
        max: u8,
    },
    /// What may be wrong with a message as well; the sentences are the same.
    #[serde(untagged)]
    Common(ProblemKind),
}

impl From<ProblemKind> for VoiceProblemKind {
    fn from(kind: ProblemKind) -> Self {
        Self::Common(kind)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_problem_says_where_and_what() {
        let (node, field) = (2, KeyField::To);
        let number = VoiceProblem {
            at: Where::Key { node, field },
            kind: VoiceProblemKind::MalformedNumber,
        };
        let long = VoiceProblem {
            at: Where::WrongKey,
            kind: ProblemKind::TooLong { max: 4_000 }.into(),
        };
        for (problem, expected) in [
            (
                number,
                json!({"at": {"place": "key", "node": 2, "field": "to"}, "kind": "malformed_number"}),
            ),
            (
                long,
                json!({"at": {"place": "wrong_key"}, "kind": "too_long", "max": 4_000}),
            ),
        ] {
            let written = serde_json::to_value(&problem).unwrap();
            assert_eq!(written, expected);
            let again: VoiceProblem = serde_json::from_value(written).unwrap();
            assert_eq!(again, problem);
        }
    }
}
