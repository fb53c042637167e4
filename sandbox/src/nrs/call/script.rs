//! What a phone call says, and what its keys do.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::nrs::fields::Wording;

/// Something to be heard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Narration {
    /// A text for a machine to speak.
    Message(String),
    /// A recording at this address. The sandbox never fetches it.
    AudioUrl(String),
}

/// Who speaks the texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Speaker {
    /// Such as `es_ES`.
    pub(crate) language: Option<String>,
    /// `F` or `M`.
    pub(crate) gender: Option<String>,
    /// The name of a voice.
    pub(crate) voice: Option<String>,
}

/// The whole of a phone call.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// What is said first; with a menu, the menu.
    pub(crate) narration: Narration,
    /// What keys do; without, the call ends when all is said.
    pub(crate) menu: Option<Menu>,
}

/// What keys do.
#[derive(Debug, Clone)]
pub(crate) struct Menu {
    /// Seconds in which a key may be pressed.
    pub(crate) timeout: u8,
    /// How often the menu is said again, for wrong keys and for none together.
    pub(crate) repeats: u8,
    /// Said after a key that does nothing.
    pub(crate) wrong_key: Option<Narration>,
    /// Said when the time is over.
    pub(crate) no_key: Option<Narration>,
    /// What each does.
    pub(crate) keys: BTreeMap<Key, Action>,
}

/// What a key does; all but the first end the call.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// Says something; then the menu again.
    Play(Narration),
    /// Sends a text message to the phone.
    Sms {
        /// Said before.
        narration: Option<Narration>,
        /// The message.
        wording: Wording,
    },
    /// Connects the phone with another.
    Transfer {
        /// Said before.
        narration: Option<Narration>,
        /// Digits of the other's number.
        to: String,
        /// What the other sees as the caller.
        from: Option<String>,
    },
    /// Takes note that no more calls are wanted.
    Unsubscribe {
        /// Said after.
        narration: Option<Narration>,
    },
}

/// A key of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(char);

impl Key {
    /// All that a phone has, row by row.
    pub(crate) const ALL: [Self; 12] = [
        Self('1'),
        Self('2'),
        Self('3'),
        Self('4'),
        Self('5'),
        Self('6'),
        Self('7'),
        Self('8'),
        Self('9'),
        Self('*'),
        Self('0'),
        Self('#'),
    ];

    /// Reads what is printed on it.
    pub(crate) fn parse(printed: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|key| key.0.to_string() == printed)
    }

    /// Whether it can be given something to do.
    pub(crate) fn is_digit(self) -> bool {
        self.0.is_ascii_digit()
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.0)
    }
}
