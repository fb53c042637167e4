//! A phone call on the handset: it rings, it is spoken on, and it stays in the conversation.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::conversation::time;
use super::texts::{Calls, Handset, count, fill};
use crate::nrs::{self, Act, Ending, Entry, Happening, Key, Kind, Narration, PhoneCall, Standing};
use crate::shared::{Shared, lock};

/// What covers the phone while it rings and while somebody speaks; hidden without a call.
pub(super) fn screen(texts: &Calls, call: Option<&PhoneCall>) -> Markup {
    let Some(call) = call else {
        return html! { section.call #call hidden {} };
    };
    let ringing = matches!(call.standing, Standing::Ringing);
    let state = if ringing {
        &texts.incoming
    } else {
        &texts.talking
    };
    let hears = match &call.standing {
        Standing::Talking(walk) => walk.hears(),
        _ => false,
    };
    html! {
        section.call #call data-call=(call.id) data-ringing[ringing] data-hears[hears]
            data-lang=[call.speaker.language.as_ref().map(|language| language.replace('_', "-"))]
            data-gender=[call.speaker.gender.as_deref()]
            aria-labelledby="call-from" {
            header.call-top {
                p.call-state { (state) }
                h2 #call-from { (caller(texts, call)) }
                @if !call.campaign_name.is_empty() { p.soft { (call.campaign_name) } }
            }
            @if ringing {
                span.call-sign aria-hidden="true" { "☎" }
            } @else {
                (transcript(texts, call))
                @if call.kind == Kind::Ivr { (keypad(texts, call, hears)) }
            }
            div.call-ends {
                @if ringing {
                    (order(call, "decline", html! {
                        button.end #call-decline type="submit" { (texts.decline) }
                    }))
                    (order(call, "answer", html! {
                        button.take #call-answer type="submit" { (texts.answer) }
                    }))
                } @else {
                    (order(call, "hang-up", html! {
                        button.end #call-hang-up type="submit" { (texts.hang_up) }
                    }))
                }
            }
        }
    }
}

/// A form that does one thing to a call.
fn order(call: &PhoneCall, act: &str, button: Markup) -> Markup {
    html! {
        form method="post" action={ "/handset/calls/" (call.id) "/" (act) } { (button) }
    }
}

/// All keys; they stay where they are while none is heard.
fn keypad(texts: &Calls, call: &PhoneCall, hears: bool) -> Markup {
    let keys = html! {
        @for key in Key::ALL {
            button type="submit" name="key" value=(key) id={ "key-" (key) }
                aria-label=(fill(&texts.key, &[("key", &key.to_string())]))
                aria-disabled=[(!hears).then_some("true")] { (key) }
        }
    };
    html! {
        div.keypad role="group" aria-label=(texts.keypad) { (order(call, "press", keys)) }
    }
}

/// What was said and done since the call was answered.
fn transcript(texts: &Calls, call: &PhoneCall) -> Markup {
    html! {
        ol.transcript tabindex="0" aria-label=(texts.transcript) {
            @for (number, entry) in call.spoken().iter().enumerate() {
                @if let Some(line) = line(texts, entry) {
                    li id={ "line-" (call.id) "-" (number) } class=(line.class)
                        data-say=[line.say] { (line.shown) }
                }
            }
        }
    }
}

/// A line of the transcript.
#[derive(Debug)]
struct Line<'a> {
    class: &'static str,
    /// What the browser may speak.
    say: Option<&'a str>,
    shown: Markup,
}

fn line<'a>(texts: &Calls, entry: &'a Entry) -> Option<Line<'a>> {
    let plain = |class, text: &str| Line {
        class,
        say: None,
        shown: html! { (text) },
    };
    match &entry.what {
        Happening::Said {
            narration: Narration::Message(text),
        } => Some(Line {
            class: "said",
            say: Some(text),
            shown: html! { (text) },
        }),
        Happening::Said {
            narration: Narration::AudioUrl(url),
        } => Some(Line {
            class: "said",
            say: None,
            shown: html! {
                (texts.recording) ": "
                a href=(url) target="_blank" rel="noopener noreferrer" { (url) }
            },
        }),
        Happening::Pressed { key } => {
            let text = fill(&texts.key, &[("key", &key.to_string())]);
            Some(plain("pressed", &text))
        }
        Happening::NoKey => Some(plain("done", &texts.no_key)),
        Happening::Sms { .. } => Some(plain("done", &texts.sms)),
        Happening::Transferred { to, .. } => {
            let number = format!("+{to}");
            let text = fill(&texts.transferred, &[("number", &number)]);
            Some(plain("done", &text))
        }
        Happening::Unsubscribed => Some(plain("done", &texts.unsubscribed)),
        Happening::Rang
        | Happening::Answered
        | Happening::NotAnswered
        | Happening::Declined
        | Happening::Ended { .. } => None,
    }
}

/// A call in the conversation, after it was over or while it is to ring again.
pub(super) fn entry((texts, calls): (&Handset, &Calls), call: &PhoneCall) -> Markup {
    let from = fill(&calls.from, &[("caller", &caller(calls, call))]);
    let at = call.log.last().map_or(call.received_at, |entry| entry.at);
    html! {
        li {
            article.message.called id={ "called-" (call.id) } data-called=(call.id)
                aria-label=(from) {
                p.sender { (caller(calls, call)) }
                p.bubble { span aria-hidden="true" { "☎ " } (summary(calls, call)) }
                @if matches!(call.standing, Standing::Waiting { .. }) {
                    p.facts { (calls.rings_again) }
                }
                @if !call.spoken().is_empty() {
                    details id={ "transcript-" (call.id) } {
                        summary { (calls.transcript) }
                        (transcript(calls, call))
                    }
                }
                p.facts {
                    (time(at))
                    span { (count(&calls.rings_one, &calls.rings_other, call.rings.into())) }
                }
                @if !call.campaign_name.is_empty() {
                    p.facts { (fill(&texts.campaign, &[("name", &call.campaign_name)])) }
                }
            }
        }
    }
}

/// A call in a few words.
pub(super) fn summary(texts: &Calls, call: &PhoneCall) -> String {
    let kind = match call.kind {
        Kind::Voice => &texts.voice,
        Kind::Ivr => &texts.ivr,
    };
    let endings = &texts.endings;
    let state = match &call.standing {
        Standing::Ringing => return texts.incoming.clone(),
        Standing::Talking(_) => return texts.talking.clone(),
        Standing::Waiting { .. } => &endings.not_answered,
        Standing::Ended(ending) => match ending {
            Ending::Said => &endings.said,
            Ending::Sms => &endings.sms,
            Ending::Transferred => &endings.transferred,
            Ending::Unsubscribed => &endings.unsubscribed,
            Ending::NoKey => &endings.no_key,
            Ending::WrongKey => &endings.wrong_key,
            Ending::HungUp => &endings.hung_up,
            Ending::Declined => &endings.declined,
            // What is rejected is on no phone.
            Ending::NotAnswered | Ending::Rejected => &endings.not_answered,
        },
    };
    format!("{kind}: {state}")
}

/// What the phone shows as the caller.
fn caller(texts: &Calls, call: &PhoneCall) -> String {
    match &call.from {
        Some(digits) => format!("+{digits}"),
        None => texts.withheld.clone(),
    }
}

/// The key, where one is pressed.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed {
    #[serde(default)]
    key: String,
}

/// `POST /handset/calls/{id}/{act}`; what cannot be done any more is not.
pub(super) async fn act(
    State(shared): State<Arc<Shared>>,
    Path((id, name)): Path<(u64, String)>,
    Form(pressed): Form<Pressed>,
) -> Response {
    let act = if name == "press" {
        Key::parse(&pressed.key).map(Act::Press)
    } else {
        Act::parse(&name)
    };
    let Some(act) = act else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let to = lock(&shared.switchboard)
        .call(id)
        .map(|call| call.to.clone());
    let _ = nrs::act(&shared, id, act);
    let back = to.map_or("/handset".to_owned(), |to| format!("/handset/{to}"));
    Redirect::to(&back).into_response()
}
