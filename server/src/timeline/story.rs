//! What is new about a message, in the words of a timeline.

use septet_core::campaign::{Limits, Rules, SmsCampaign};
use septet_core::event::{Channel, EventKind, EventName, history};
use septet_core::template::LinkWriter;
use septet_core::wire::{Audience, LinkShape, Millis, SmsDraft};

use crate::hubspot::{Described, Note};
use crate::store::{Latest, Link, Story, Told, Untold};

/// What is about to be told of a message.
#[derive(Debug)]
pub(super) struct Telling {
    pub(super) untold: Untold,
    /// In order.
    pub(super) notes: Vec<Note>,
    kinds: i64,
    answers: i64,
}

impl Telling {
    /// What has not been told yet.
    pub(super) fn of(untold: Untold, story: &Story) -> Self {
        let (mut kinds, mut answers, mut seen) = (0, untold.answers, 0);
        let mut notes: Vec<Note> = Vec::new();
        let mut last = Millis::MIN;
        for (kind, at) in history(&story.facts) {
            let is_new = if kind == EventKind::Response {
                seen += 1;
                seen > untold.answers
            } else {
                untold.told & bit(kind) == 0
            };
            // Of events in the same millisecond a timeline would not know the order.
            let at = at.max(last + 1);
            last = at;
            if !is_new {
                continue;
            }
            match kind {
                EventKind::Response => answers = seen,
                kind => kinds |= bit(kind),
            }
            notes.push(Note {
                contact_id: story.contact_id.clone(),
                text: text(kind, story),
                at,
            });
        }
        Self {
            untold,
            notes,
            kinds,
            answers,
        }
    }

    /// For the store: message, kinds, answers.
    pub(super) fn asked(&self) -> Option<(i64, i64, i64)> {
        (!self.notes.is_empty()).then_some((self.untold.recipient, self.kinds, self.answers))
    }

    /// What has been told, all of it or nothing.
    pub(super) fn end(&self, kept: bool, again: Option<Millis>) -> Told {
        let Untold {
            recipient,
            news,
            told,
            answers,
            ..
        } = self.untold;
        let (told, answers) = if kept {
            (told, answers)
        } else {
            (told | self.kinds, self.answers)
        };
        Told {
            recipient,
            news,
            told,
            answers,
            again,
        }
    }
}

/// Its place among the kinds.
fn bit(kind: EventKind) -> i64 {
    let place = EventKind::ALL.iter().position(|known| *known == kind);
    1 << place.unwrap_or_default()
}

fn name(kind: EventKind) -> String {
    let channel = Channel::Sms;
    EventName { channel, kind }.to_string()
}

/// What stands there: the connector's name of the event, the campaign and the message's id
/// at 360nrs, for whoever asks its support; and with the first one what was sent.
fn text(kind: EventKind, story: &Story) -> String {
    let mut words = vec![name(kind), story.campaign.clone()];
    if kind == EventKind::NotSent
        && let Some(reason) = story.reason
    {
        words.push(reason.name().to_owned());
    }
    words.extend(story.provider_id.clone().map(|id| format!("ID {id}")));
    let line = words.join(" · ");
    match (kind, sent(story)) {
        (EventKind::Sent, Some(text)) => format!("{text}\n\n{line}"),
        _ => line,
    }
}

/// The text as it was sent: rendered again as it was then, with the very links.
fn sent(story: &Story) -> Option<String> {
    let draft = SmsDraft {
        text: story.text.clone().unwrap_or(story.draft.text.clone()),
        audience: Audience::Contacts {
            ids: vec![story.contact_id.clone()],
        },
        ..story.draft.clone()
    };
    let rules = Rules {
        limits: Limits {
            max_parts: story.max_parts,
        },
        properties: None,
        links: &story.shape,
        default_name: &story.campaign,
    };
    let campaign = SmsCampaign::parse(&draft, &rules).ok()?;
    let mut known = Known {
        shape: &story.shape,
        links: story.links.clone(),
    };
    let message = campaign.message(&story.values, &mut known).ok()?;
    Some(message.text)
}

/// Writes the links that a message has.
struct Known<'a> {
    shape: &'a LinkShape,
    links: Vec<Link>,
}

impl Known<'_> {
    /// Each once: a message may have two links to one place.
    fn take(&mut self, target: Option<&str>) -> String {
        let found = self
            .links
            .iter()
            .position(|link| link.target.as_deref() == target);
        found.map_or_else(String::new, |place| self.links.remove(place).code)
    }
}

impl LinkWriter for Known<'_> {
    fn short(&mut self, target: &str) -> String {
        format!("{}{}", self.shape.short_base, self.take(Some(target)))
    }

    fn unsubscribe(&mut self) -> String {
        format!("{}{}", self.shape.unsubscribe_base, self.take(None))
    }
}

/// The newest event of a contact's newest message.
pub(super) fn described(latest: &Latest) -> Option<Described> {
    let story = &latest.story;
    let (kind, at) = history(&story.facts).pop()?;
    Some(Described {
        contact_id: story.contact_id.clone(),
        event: name(kind),
        at,
        campaign: story.campaign.clone(),
        sender: story.draft.sender.clone(),
        message_id: story.provider_id.clone().unwrap_or_default(),
        clicks: latest.clicks,
        opted_out: latest.opted_out,
        clicked_at: story.facts.clicked_at,
    })
}
