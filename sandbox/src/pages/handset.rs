//! The handset: all phones, the messages of one, and the switches beside it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::conversation;
use super::layout::Page;
use super::panel;
use super::phones::{list, phones};
use super::texts::Handset;
use super::visitor::Visitor;
use crate::nrs::Message;
use crate::shared::{Shared, lock, now};

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
    lock(&shared.ledger).mark_read(&digits);
    show(&visitor, &shared, Some(&digits))
}

fn show(visitor: &Visitor, shared: &Shared, open: Option<&str>) -> Response {
    let texts = visitor.texts();
    let panel = panel::panel(&texts.panel, shared);
    let now = now();
    let directory = lock(&shared.accounts).directory();
    let ledger = lock(&shared.ledger);
    let phones = phones(&ledger, &directory, now);
    let screen = match open {
        Some(digits) => {
            let messages: Vec<&Message> = ledger
                .on_phones(now)
                .filter(|message| message.to == digits)
                .collect();
            let name = directory.names(digits);
            conversation::conversation(&texts.handset, digits, &name, &messages)
        }
        None if phones.is_empty() => {
            conversation::empty(&texts.handset.empty_title, &texts.handset.empty_text)
        }
        None => conversation::empty(&texts.handset.choose_title, &texts.handset.choose_text),
    };
    let phones = list(&texts.handset, &phones, open);
    let body = body(&texts.handset, open.is_some(), &phones, &screen, &panel);
    Page::new(visitor, &texts.handset.title)
        .live()
        .render(&body)
}

fn body(
    texts: &Handset,
    reading: bool,
    phones: &Markup,
    screen: &Markup,
    panel: &Markup,
) -> Markup {
    html! {
        h1.visually-hidden { (texts.title) }
        p.visually-hidden #announcement role="status" aria-live="polite" {}
        div.handset data-reading[reading] {
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
                div.phone-frame { (screen) }
            }
            (panel)
        }
    }
}
