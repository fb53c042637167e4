//! A contact's record as HubSpot shows it: the app's card beside its timeline.
//!
//! The card's own code is React and runs at HubSpot; here its place is taken by what the
//! app answers to it, drawn on the server. What it opens is the app's real page, in a frame.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::layout::Page;
use super::texts::{Record, fill};
use super::visitor::Visitor;
use crate::hubspot::{Account, Communication, proxied};
use crate::shared::{Shared, lock};

/// Contacts that the list shows.
const SHOWN: usize = 12;

/// `GET /record`: some contacts of every account.
pub(super) async fn all(visitor: Visitor, State(shared): State<Arc<Shared>>) -> Response {
    let texts = &visitor.texts().record;
    let accounts = lock(&shared.accounts);
    let body = html! {
        div.sheet.wide {
            h1 { (texts.title) }
            p.lead { (texts.lead) }
            @for account in accounts.all() {
                section.card {
                    h2 { (account.profile.name) }
                    ul.links {
                        @for contact in account.contacts.values().take(SHOWN) {
                            li {
                                a href={ "/record/" (account.profile.id) "/" (contact.id) } { (contact.name()) }
                            }
                        }
                    }
                }
            }
        }
    };
    Page::new(&visitor, &texts.title).render(&body)
}

/// `GET /record/{portal}/{contact}`
pub(super) async fn one(
    visitor: Visitor,
    State(shared): State<Arc<Shared>>,
    Path((portal, contact)): Path<(u64, u64)>,
) -> Response {
    let texts = &visitor.texts().record;
    let found = {
        let accounts = lock(&shared.accounts);
        let account = accounts.account(portal).ok();
        account.and_then(|account| {
            let name = account.contact(contact)?.name();
            Some((name, timeline(account, contact)))
        })
    };
    let Some((name, timeline)) = found else {
        return super::not_found(visitor).await;
    };
    let path = format!("/hubspot/card?objectTypeId=0-1&objectId={contact}");
    let card = proxied(&shared, portal, "GET", &path, None).await;
    let frames = shared.app().unwrap_or_default();
    let open = format!("/record/{portal}/{contact}/open");
    let body = html! {
        div.sheet.wide {
            h1 { (name) }
            section.card data-testid="card" {
                h2 { "Septet" }
                @match &card {
                    Some(card) if card["status"] == 200 => { (drawn(texts, &card["body"])) }
                    Some(_) => { p { (texts.refused) } }
                    None => { p { (texts.no_app) } }
                }
                @if card.is_some() {
                    p {
                        button.button type="button" data-open=(open) data-testid="open-composer" {
                            (texts.send_sms)
                        }
                    }
                    p data-failed hidden { (texts.refused) }
                }
            }
            section.card data-testid="timeline" {
                h2 { (texts.timeline) }
                @if timeline.is_empty() { p { (texts.empty) } }
                ol {
                    @for line in &timeline { li { (line) } }
                }
            }
            dialog.record-frame aria-label=(texts.send_sms) {
                form method="dialog" { button.button { (texts.close) } }
                iframe title=(texts.send_sms) {}
            }
        }
    };
    let page = Page::new(&visitor, &name).framing(frames);
    page.script("record.js").render(&body)
}

/// `POST /record/{portal}/{contact}/open`: the address that the card would open.
pub(super) async fn open(
    visitor: Visitor,
    State(shared): State<Arc<Shared>>,
    Path((portal, contact)): Path<(u64, u64)>,
) -> Response {
    let body = json!({
        "objectTypeId": "0-1",
        "objectIds": [contact.to_string()],
        "locale": visitor.language.code(),
    });
    match proxied(&shared, portal, "POST", "/hubspot/session", Some(body)).await {
        Some(answer) if answer["status"] == 200 => Json(answer["body"].clone()).into_response(),
        _ => StatusCode::BAD_GATEWAY.into_response(),
    }
}

fn drawn(texts: &Record, card: &Value) -> Markup {
    let person = &card["contacts"][0];
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let messages = card["messages"].as_array();
    html! {
        @if card["state"] != "ready" {
            p { (texts.state) " " code { (word(&card["state"])) } }
        }
        p { (word(&person["phone"])) }
        @if person["may_send"] == false {
            p { (texts.why_not) " " code { (word(&person["why_not"])) } }
        }
        @if let Some(credit) = card["credit"].as_str() {
            p { (fill(&texts.credit, &[("credit", credit)])) }
        }
        ul data-testid="card-messages" {
            @for message in messages.into_iter().flatten() {
                li { code { (word(&message["state"])) } " " (word(&message["campaign"])) }
            }
        }
    }
}

/// What was written for a contact, in order.
fn timeline(account: &Account, contact: u64) -> Vec<String> {
    let id = contact.to_string();
    let own = account.communications.iter();
    own.filter(|one| one.is_of(&id))
        .map(Communication::text)
        .collect()
}
