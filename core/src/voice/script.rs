//! Everything that one contact may hear and get in a call, written before it is placed.
//!
//! A call is placed only where all of it can be written: nobody presses a key for a
//! message that cannot be sent.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Action, Call, Caller, Key, KeyField, Narration, Spoken, Unspoken, Where};
use crate::campaign::Message;
use crate::delivery::NotSentReason;
use crate::phone::PhoneNumber;
use crate::sender::Sender;
use crate::template::LinkWriter;

/// A call as one contact gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub(super) menu: Spoken,
    pub(super) lines: Vec<Line>,
    pub(super) wrong_key: Option<Spoken>,
    pub(super) no_key: Option<Spoken>,
    pub(super) repeats: u8,
    pub(super) timeout_seconds: u8,
}

/// What one key does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The key.
    pub key: Key,
    /// What is heard.
    pub spoken: Spoken,
    /// What happens.
    pub then: Then,
}

/// What happens when a key is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// The menu is heard again.
    Menu,
    /// The call goes on with somebody else.
    Transfer {
        /// With whom.
        to: PhoneNumber,
        /// Who calls, for them.
        caller: Caller,
    },
    /// A message is sent.
    Sms {
        /// From whom.
        sender: Sender,
        /// Its text and parts.
        message: Message,
    },
    /// No more calls.
    Unsubscribe,
}

/// Why a contact is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unready {
    /// What cannot be written.
    pub at: Where,
    /// Why.
    pub why: WhyUnready,
}

/// Why a part of a call cannot be written for a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnready {
    /// There is nothing to hear, or too much.
    Unspoken(Unspoken),
    /// The message would not be sent.
    NotSent(NotSentReason),
}

impl Call {
    /// Writes the call for a contact with these values. Links of its messages are written
    /// too, whether or not a key is pressed for them.
    ///
    /// # Errors
    /// The first part that cannot be written.
    pub fn script(
        &self,
        values: &BTreeMap<String, String>,
        links: &mut dyn LinkWriter,
    ) -> Result<Script, Unready> {
        let spoken = |at, narration: &Narration| {
            let why = |error| Unready {
                at,
                why: WhyUnready::Unspoken(error),
            };
            narration.render(values).map_err(why)
        };
        let other = |at, narration: Option<&Narration>| {
            let spoken = narration.map(|narration| spoken(at, narration));
            spoken.transpose()
        };
        let menu = spoken(Where::Narration, &self.voice().narration)?;
        let mut lines = Vec::with_capacity(self.nodes().len());
        for (index, node) in self.nodes().iter().enumerate() {
            let at = |field| Where::Key { node: index, field };
            let why = |reason| Unready {
                at: at(KeyField::Text),
                why: WhyUnready::NotSent(reason),
            };
            lines.push(Line {
                key: node.key,
                spoken: spoken(at(KeyField::Narration), &node.narration)?,
                then: match &node.action {
                    Action::Play => Then::Menu,
                    Action::Unsubscribe => Then::Unsubscribe,
                    Action::Transfer { to, caller } => Then::Transfer {
                        to: to.clone(),
                        caller: caller.clone(),
                    },
                    Action::SendSms(sms) => Then::Sms {
                        sender: sms.sender.clone(),
                        message: sms.message(values, links).map_err(why)?,
                    },
                },
            });
        }
        Ok(Script {
            menu,
            lines,
            wrong_key: other(Where::WrongKey, self.wrong_key())?,
            no_key: other(Where::NoKey, self.no_key())?,
            repeats: self.repeats(),
            timeout_seconds: self.timeout_seconds(),
        })
    }
}

impl Script {
    /// What is heard first, and again after each message that was played.
    #[must_use]
    pub fn menu(&self) -> &Spoken {
        &self.menu
    }

    /// What the keys do, in the order of the call's nodes.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// What is heard after a key that does nothing.
    #[must_use]
    pub fn wrong_key(&self) -> Option<&Spoken> {
        self.wrong_key.as_ref()
    }

    /// What is heard when no key is pressed.
    #[must_use]
    pub fn no_key(&self) -> Option<&Spoken> {
        self.no_key.as_ref()
    }
}
