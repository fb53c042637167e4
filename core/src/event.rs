//! What happens to messages and calls, under the names that 360nrs's connector gives it.

use alloc::string::String;

use crate::delivery::Report;
use crate::named::named;

named! {
    /// How somebody was reached.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Channel {
        /// A text message.
        Sms = "SMS",
        /// A call.
        Voice = "VOICE",
    }
}

named! {
    /// What happened.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum EventKind {
        /// It left; nothing below happens before.
        Sent = "SENT",
        /// It never left.
        NotSent = "NOT_SENT",
        /// It arrived.
        Delivered = "DELIVERED",
        /// It will not arrive.
        NotDelivered = "NOT_DELIVERED",
        /// A link was followed.
        Clicked = "CLICKED",
        /// Somebody wants no more.
        Unsubscribed = "UNSUBSCRIBED",
        /// Somebody answered a message.
        Response = "RESPONSE",
        /// Somebody pressed a key during a call.
        KeyPressed = "KEY_PRESSED",
    }
}

/// **Open:** what 360nrs writes in `event` of its account call-back is not public. These
/// are taken, in capitals or not, with or without the channel in front, and with spaces or
/// hyphens for `_`; besides, every name of [`EventKind`].
const OTHER_NAMES: &[(&str, EventKind)] = &[
    ("UNDELIVERED", EventKind::NotDelivered),
    ("REJECTED", EventKind::NotDelivered),
    ("CLICK", EventKind::Clicked),
    ("UNSUBSCRIBE", EventKind::Unsubscribed),
    ("REPLY", EventKind::Response),
];

impl EventKind {
    /// Reads `event` of an account call-back; `None` for one that nobody knows.
    ///
    /// ```
    /// use septet_core::event::EventKind;
    /// for written in ["delivered", "SMS_DELIVERED", " sms-delivered"] {
    ///     assert_eq!(EventKind::from_callback(written), Some(EventKind::Delivered));
    /// }
    /// assert_eq!(EventKind::from_callback("rejected"), Some(EventKind::NotDelivered));
    /// assert_eq!(EventKind::from_callback("SMS_"), None);
    /// ```
    #[must_use]
    pub fn from_callback(written: &str) -> Option<Self> {
        let letter = |letter: char| match letter {
            ' ' | '-' => '_',
            other => other.to_ascii_uppercase(),
        };
        let name: String = written.trim().chars().map(letter).collect();
        let without = |channel: &Channel| name.strip_prefix(channel.name())?.strip_prefix('_');
        let name = Channel::ALL.iter().find_map(without).unwrap_or(&name);
        Self::from_name(name).or_else(|| {
            let other = OTHER_NAMES.iter().find(|(other, _)| *other == name);
            other.map(|(_, kind)| *kind)
        })
    }

    /// What it says about the delivery: at least, that the message has left.
    #[must_use]
    pub fn report(self) -> Report {
        match self {
            Self::Delivered => Report::Delivered,
            Self::NotSent | Self::NotDelivered => Report::Rejected,
            Self::Sent | Self::Clicked | Self::Unsubscribed | Self::Response | Self::KeyPressed => {
                Report::Buffered
            }
        }
    }
}
