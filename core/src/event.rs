//! What happens to messages and calls, under the names that 360nrs's connector gives it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::delivery::{MessageState, Report};
use crate::named::named;
use crate::wire::Millis;

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

/// An event by its name in the connector: `SMS_DELIVERED`.
///
/// ```
/// use septet_core::event::{Channel, EventKind, EventName};
/// let name = EventName { channel: Channel::Voice, kind: EventKind::KeyPressed };
/// assert_eq!(name.to_string(), "VOICE_KEY_PRESSED");
/// assert_eq!(EventName::parse("SMS_KEY_PRESSED"), None, "a text message has no keys");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EventName {
    /// How.
    pub channel: Channel,
    /// What.
    pub kind: EventKind,
}

impl EventName {
    /// Reads a name; `None` for one that the connector does not have.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let (channel, kind) = name.split_once('_')?;
        let channel = Channel::from_name(channel)?;
        let kind = EventKind::from_name(kind)?;
        let there_is = match channel {
            Channel::Sms => kind != EventKind::KeyPressed,
            Channel::Voice => !matches!(kind, EventKind::Clicked | EventKind::Response),
        };
        there_is.then_some(Self { channel, kind })
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}_{}", self.channel.name(), self.kind.name())
    }
}

impl From<EventName> for String {
    fn from(name: EventName) -> Self {
        alloc::format!("{name}")
    }
}

impl TryFrom<String> for EventName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name).ok_or("no event has this name")
    }
}

/// What is stored of a message, as far as its history goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands, and since when.
    pub state: (MessageState, Millis),
    /// When 360nrs was called.
    pub left_at: Option<Millis>,
    /// What was reported, and when, in the order of arrival: a value of `%d`, or an `event`.
    pub reports: Vec<(String, Millis)>,
    /// The first click.
    pub clicked_at: Option<Millis>,
    /// The opt-out.
    pub unsubscribed_at: Option<Millis>,
}

/// What happened to a message, in order: whatever the order in which reports came, it was
/// sent before anything else, and nothing stands twice, except answers.
///
/// ```
/// use septet_core::delivery::MessageState;
/// use septet_core::event::{EventKind, Facts, history};
/// let facts = Facts {
///     state: (MessageState::Delivered, 30),
///     left_at: Some(20),
///     // "Sent" came last.
///     reports: vec![("1".into(), 30), ("8".into(), 40)],
///     clicked_at: Some(50),
///     unsubscribed_at: None,
/// };
/// let expected = [(EventKind::Sent, 20), (EventKind::Delivered, 30), (EventKind::Clicked, 50)];
/// assert_eq!(history(&facts), expected);
/// ```
#[must_use]
pub fn history(facts: &Facts) -> Vec<(EventKind, Millis)> {
    let (state, since) = facts.state;
    let mut happened: Vec<(EventKind, Millis)> = Vec::new();
    let mut reports: Vec<(EventKind, Millis)> = facts
        .reports
        .iter()
        .filter_map(|(code, at)| Some((kind_of(code)?, *at)))
        .collect();
    reports.sort_by_key(|(_, at)| *at);
    for (kind, at) in reports {
        let there = |wanted| happened.iter().any(|(kind, _)| *kind == wanted);
        let news = match kind {
            EventKind::Response | EventKind::KeyPressed => true,
            // "Delivered" is never taken back.
            EventKind::NotDelivered => !there(kind) && !there(EventKind::Delivered),
            EventKind::Delivered => !there(kind),
            EventKind::Sent | EventKind::NotSent | EventKind::Clicked | EventKind::Unsubscribed => {
                false
            }
        };
        if news {
            happened.push((kind, at));
        }
    }
    let settled = match state {
        MessageState::Delivered => Some(EventKind::Delivered),
        MessageState::Undelivered => Some(EventKind::NotDelivered),
        MessageState::NotSent => Some(EventKind::NotSent),
        _ => None,
    };
    if let Some(kind) = settled
        && happened.iter().all(|(known, _)| *known != kind)
    {
        happened.push((kind, since));
    }
    let marks = [
        (EventKind::Clicked, facts.clicked_at),
        (EventKind::Unsubscribed, facts.unsubscribed_at),
    ];
    happened.extend(marks.iter().filter_map(|(kind, at)| Some((*kind, (*at)?))));
    happened.sort_by_key(|(_, at)| *at);
    let has_left = match state {
        MessageState::Accepted | MessageState::Delivered | MessageState::Undelivered => true,
        MessageState::NotSent => false,
        _ => !happened.is_empty(),
    };
    if has_left {
        let first = happened.first().map_or(since, |(_, at)| *at);
        let sent = facts.left_at.map_or(first, |left| left.min(first));
        happened.insert(0, (EventKind::Sent, sent));
    }
    happened
}

/// What a report that was kept says.
fn kind_of(code: &str) -> Option<EventKind> {
    let Ok(state) = code.parse() else {
        return EventKind::from_callback(code);
    };
    Some(match Report::from_code(state)? {
        Report::Delivered => EventKind::Delivered,
        Report::Undeliverable | Report::Rejected => EventKind::NotDelivered,
        Report::Buffered => EventKind::Sent,
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;

    #[test]
    fn the_connectors_events_have_their_names() {
        let names: Vec<String> = Channel::ALL
            .iter()
            .flat_map(|channel| EventKind::ALL.iter().map(|kind| (*channel, *kind)))
            .map(|(channel, kind)| EventName { channel, kind }.to_string())
            .filter(|name| EventName::parse(name).is_some())
            .collect();
        let expected = [
            "SMS_SENT",
            "SMS_NOT_SENT",
            "SMS_DELIVERED",
            "SMS_NOT_DELIVERED",
            "SMS_CLICKED",
            "SMS_UNSUBSCRIBED",
            "SMS_RESPONSE",
            "VOICE_SENT",
            "VOICE_NOT_SENT",
            "VOICE_DELIVERED",
            "VOICE_NOT_DELIVERED",
            "VOICE_UNSUBSCRIBED",
            "VOICE_KEY_PRESSED",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_message_was_sent_before_anything_else_in_whatever_order_reports_came() {
        // Each comes twice.
        for order in [
            ["8", "4", "1"],
            ["1", "4", "8"],
            ["4", "1", "8"],
            ["sent", "1", "delivered"],
        ] {
            let codes = order.iter().chain(&order);
            let reports = codes.zip(10..).map(|(code, at)| (code.to_string(), at));
            let reports: Vec<_> = reports.collect();
            let first = reports.iter().find(|(code, _)| code == "1").unwrap().1;
            for left_at in [None, Some(5), Some(100)] {
                let facts = Facts {
                    state: (MessageState::Delivered, first),
                    left_at,
                    reports: reports.clone(),
                    clicked_at: None,
                    unsubscribed_at: None,
                };
                let history = history(&facts);
                let kinds: Vec<_> = history.iter().map(|(kind, _)| *kind).collect();
                assert_eq!(kinds, [EventKind::Sent, EventKind::Delivered], "{order:?}");
                assert!(history[0].1 <= history[1].1, "{history:?}");
                assert_eq!(history[1].1, first);
            }
        }
    }

    #[test]
    fn delivered_is_never_taken_back_and_what_was_not_sent_was_not_sent() {
        let facts = |state, reports: &[(&str, Millis)]| Facts {
            state: (state, 40),
            left_at: Some(1),
            reports: reports
                .iter()
                .map(|(code, at)| (code.to_string(), *at))
                .collect(),
            clicked_at: None,
            unsubscribed_at: None,
        };
        use EventKind::{Delivered, NotDelivered, NotSent, Response, Sent};
        let back = facts(MessageState::Delivered, &[("2", 10), ("1", 20), ("16", 30)]);
        assert_eq!(
            history(&back),
            [(Sent, 1), (NotDelivered, 10), (Delivered, 20)]
        );
        let answered = facts(
            MessageState::Accepted,
            &[("reply", 10), ("SMS_RESPONSE", 12)],
        );
        assert_eq!(
            history(&answered),
            [(Sent, 1), (Response, 10), (Response, 12)]
        );
        assert_eq!(history(&facts(MessageState::NotSent, &[])), [(NotSent, 40)]);
        assert_eq!(history(&facts(MessageState::InDoubt, &[])), vec![]);
        // Told by something else than a report.
        let told = facts(MessageState::Undelivered, &[("?", 3)]);
        assert_eq!(history(&told), [(Sent, 1), (NotDelivered, 40)]);
    }
}
