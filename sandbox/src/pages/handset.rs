//! The handset: all phones, what is on one, and the switches beside it.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::call;
use super::conversation::{self, Item};
use super::layout::Page;
use super::panel;
use super::phones::{list, phones};
use super::texts::Texts;
use super::visitor::Visitor;
use crate::nrs;
use crate::shared::{News, Shared, lock, now};

/// `GET /handset`
pub(super) async fn all(visitor: Visitor, State(shared): State<Arc<Shared>>) -> Response {
    show(&visitor, &shared, None)
}

/// `GET /handset/{digits}`: opening a conversation reads its messages, as on a phone.
pub(super) async fn one(
    visitor: Visitor,
    State(shared): State<Arc<Shared>>,
    Path(digits): Path<String>,
) -> Response {
    let messages = lock(&shared.ledger).mark_read(&digits, now());
    let calls = lock(&shared.switchboard).mark_read(&digits);
    if messages || calls {
        shared.publish(&News::Change);
    }
    show(&visitor, &shared, Some(&digits))
}

/// What somebody writes on the phone.
#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    text: String,
}

/// `POST /handset/{digits}/answer`: to the last message.
pub(super) async fn answer(
    State(shared): State<Arc<Shared>>,
    Path(digits): Path<String>,
    Form(Answer { text }): Form<Answer>,
) -> Redirect {
    let text = text.trim();
    if !text.is_empty() {
        // A phone without a message has nobody to answer.
        let _ = nrs::answer(&shared, &digits, text).await;
    }
    Redirect::to(&format!("/handset/{digits}"))
}

fn show(visitor: &Visitor, shared: &Shared, open: Option<&str>) -> Response {
    let texts = visitor.texts();
    let own = (&texts.handset, &texts.calls);
    let panel = panel::panel(&texts.panel, shared);
    let now = now();
    let directory = lock(&shared.accounts).directory();
    let ledger = lock(&shared.ledger);
    let switchboard = lock(&shared.switchboard);
    let phones = phones(&ledger, &switchboard, &directory, now);
    let live = open.and_then(|digits| {
        let mut calls = switchboard.on_phones();
        calls.find(|call| call.to == digits && call.is_live())
    });
    let screen = match open {
        Some(digits) => {
            let messages = ledger.on_phones(now).filter(|one| one.to == digits);
            let calls = switchboard.on_phones().filter(|one| one.to == digits);
            let calls = calls.filter(|one| !one.is_live());
            let mut items: Vec<Item<'_>> = messages.map(Item::Message).collect();
            items.extend(calls.map(Item::Call));
            items.sort_by_key(Item::order);
            let whose = (digits, &*directory.names(digits));
            conversation::conversation(own, whose, &items, live.is_some())
        }
        None if phones.is_empty() => {
            conversation::empty(&texts.handset.empty_title, &texts.handset.empty_text)
        }
        None => conversation::empty(&texts.handset.choose_title, &texts.handset.choose_text),
    };
    let phones = list(own, &phones, open);
    let call = call::screen(&texts.calls, live);
    let body = body(texts, open, &phones, &(screen, call), &panel);
    Page::new(visitor, &texts.handset.title)
        .live()
        .render(&body)
}

fn body(
    all: &Texts,
    open: Option<&str>,
    phones: &Markup,
    (screen, call): &(Markup, Markup),
    panel: &Markup,
) -> Markup {
    let texts = &all.handset;
    html! {
        h1.visually-hidden { (texts.title) }
        p.visually-hidden #announcement role="status" aria-live="polite" {}
        div.handset data-reading[open.is_some()] data-phone=[open] {
            div.side {
                p.connection #connection hidden data-live=(texts.live) data-lost=(texts.offline) {}
                (phones)
            }
            div.device {
                fieldset.view {
                    legend.visually-hidden { (texts.view) }
                    label { input type="radio" name="view" id="view-joined" checked; span { (texts.joined) } }
                    label { input type="radio" name="view" id="view-parts"; span { (texts.as_parts) } }
                }
                div.phone-frame { (screen) (call) }
                @if let Some(digits) = open {
                    form.answer method="post" action={ "/handset/" (digits) "/answer" } {
                        label.visually-hidden for="answer" { (texts.answer) }
                        input #answer name="text" type="text" maxlength="480" required autocomplete="off"
                            placeholder=(texts.answer);
                        button type="submit" { (texts.send) }
                    }
                }
                label.aloud #aloud hidden {
                    input type="checkbox" checked;
                    span { (all.calls.aloud) }
                }
            }
            (panel)
        }
    }
}
