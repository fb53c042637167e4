//! The messages and calls of one phone, as it shows them.

use jiff::Timestamp;
use maud::{Markup, html};

use super::call;
use super::links::linked;
use super::phones::avatar;
use super::texts::{Calls, Handset, count, fill};
use crate::nrs::{Message, MessageState, PhoneCall, WireEncoding};

/// Something that a phone shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'a> {
    /// A message.
    Message(&'a Message),
    /// A call.
    Call(&'a PhoneCall),
}

impl Item<'_> {
    /// Whether the phone rings with it, or somebody speaks.
    pub(super) fn is_live(&self) -> bool {
        matches!(self, Self::Call(call) if call.is_live())
    }

    /// When it came or last changed, and its id.
    pub(super) fn order(&self) -> (i64, u64) {
        match self {
            Self::Message(message) => (message.received_at, message.id),
            Self::Call(call) => {
                let last = call.log.last();
                (last.map_or(call.received_at, |entry| entry.at), call.id)
            }
        }
    }
}

/// The open conversation, oldest first; out of reach while a call covers it.
pub(super) fn conversation(
    (texts, calls): (&Handset, &Calls),
    (digits, name): (&str, &str),
    items: &[Item<'_>],
    covered: bool,
) -> Markup {
    let shown = if name.is_empty() {
        &texts.unknown_name
    } else {
        name
    };
    html! {
        section.screen #conversation aria-labelledby="conversation-name" inert[covered] {
            header.screen-top {
                a.back href="/handset" aria-label=(texts.back) { span aria-hidden="true" { "‹" } }
                (avatar(name))
                div {
                    h2 #conversation-name { (shown) }
                    p.soft { "+" (digits) }
                }
            }
            @if items.is_empty() {
                (notice(&texts.nothing_title, &texts.nothing_text))
            } @else {
                ol.messages #messages tabindex="0" aria-labelledby="conversation-name" {
                    @for item in items {
                        @match item {
                            Item::Message(message) => (bubble(texts, message)),
                            Item::Call(call) => (call::entry((texts, calls), call)),
                        }
                    }
                }
            }
        }
    }
}

/// The screen when there is no conversation to show.
pub(super) fn empty(title: &str, text: &str) -> Markup {
    html! { section.screen #conversation { (notice(title, text)) } }
}

fn notice(title: &str, text: &str) -> Markup {
    html! {
        div.notice {
            span.notice-sign aria-hidden="true" {}
            h2 { (title) }
            p { (text) }
        }
    }
}

fn bubble(texts: &Handset, message: &Message) -> Markup {
    let parts = message.parts.len();
    let state = match message.state {
        MessageState::Delivered => &texts.delivered,
        MessageState::Accepted | MessageState::Undelivered => &texts.on_its_way,
    };
    let garbled = message.encoding != WireEncoding::Utf16
        && message.text.matches('?').count() > message.requested.matches('?').count();
    html! {
        li {
            article.message id={ "message-" (message.id) } data-message=(message.id)
                aria-label=(fill(&texts.from, &[("sender", &message.from)])) {
                p.sender { (message.from) }
                p.bubble.joined { (linked(&message.text)) }
                div.parts { (split(texts, message)) }
                @for (text, at) in &message.answers {
                    p.bubble.answered { (text) " " (time(*at)) }
                }
                @if garbled { p.warning { (texts.garbled) } }
                p.facts {
                    (time(message.received_at))
                    span { (message.encoding.label()) }
                    span { (count(&texts.parts_one, &texts.parts_other, parts)) }
                    span { (state) }
                }
                @if !message.campaign_name.is_empty() {
                    p.facts { (fill(&texts.campaign, &[("name", &message.campaign_name)])) }
                }
            }
        }
    }
}

/// Every part in a bubble of its own, with what it holds of what fits.
fn split(texts: &Handset, message: &Message) -> Markup {
    let count = message.parts.len();
    let capacity = message.encoding.capacity(count);
    let measure = match message.encoding {
        WireEncoding::Utf16 => &texts.units,
        WireEncoding::Gsm | WireEncoding::GsmPt => &texts.septets,
    };
    html! {
        @for (part, number) in message.parts.iter().zip(1..) {
            @let label = fill(&texts.part, &[
                ("number", &i32::to_string(&number)),
                ("count", &count.to_string()),
            ]);
            @let held = fill(measure, &[
                ("units", &part.units.to_string()),
                ("capacity", &capacity.to_string()),
            ]);
            div.part {
                p.bubble { (part.text) }
                p.facts { span { (label) } span { (held) } }
                progress max=(capacity) value=(part.units) aria-hidden="true" {}
            }
        }
    }
}

/// A time in UTC; the script writes it in the visitor's own zone.
pub(super) fn time(millis: i64) -> Markup {
    let moment = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    html! {
        time datetime=(moment.strftime("%Y-%m-%dT%H:%M:%SZ")) {
            (moment.strftime("%H:%M UTC"))
        }
    }
}
