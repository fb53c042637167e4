//! What the card on a record shows: whom it can send to, and what was last sent.

use axum::Json;
use axum::extract::{Query, State};
use septet_core::delivery::{MessageState, NotSentReason};
use septet_core::event::Channel;
use septet_core::phone::PhoneNumber;
use septet_core::wire::{Contact, Millis};
use serde::{Deserialize, Serialize};

use super::signed::Caller;
use super::status::{Standing, standing};
use crate::app::App;
use crate::http::problem::ApiResult;
use crate::hubspot::{Object, is_marketing};

/// Contacts of a company or deal that a card shows.
pub(super) const MOST_CONTACTS: usize = 100;
/// Messages that it shows.
const MESSAGES: u32 = 10;

/// Which record.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Which {
    object_type_id: String,
    object_id: String,
}

#[derive(Serialize)]
pub(super) struct Card {
    state: Standing,
    credit: Option<String>,
    voice: bool,
    contacts: Vec<Person>,
    more_contacts: bool,
    messages: Vec<Shown>,
}

/// A contact, and whether it can be sent to.
#[derive(Serialize)]
struct Person {
    id: String,
    name: String,
    phone: Option<String>,
    opted_out: bool,
    marketing: bool,
    may_send: bool,
    why_not: Option<NotSentReason>,
}

/// A message that was sent, or not.
#[derive(Serialize)]
struct Shown {
    id: String,
    contact_id: String,
    channel: Channel,
    state: MessageState,
    reason: Option<NotSentReason>,
    parts: Option<u8>,
    at: Millis,
    campaign: String,
    clicked: bool,
}

/// `GET /hubspot/card`
pub(super) async fn show(
    caller: Caller,
    State(app): State<App>,
    Query(which): Query<Which>,
) -> ApiResult<Json<Card>> {
    let portal = caller.portal;
    let (state, credit) = standing(&app, portal).await?;
    let choices = app.store.choices(portal).await?;
    let mut card = Card {
        state,
        credit,
        voice: choices.voice,
        contacts: Vec::new(),
        more_contacts: false,
        messages: Vec::new(),
    };
    if state == Standing::Disconnected {
        return Ok(Json(card));
    }
    let object = Object::parse(&which.object_type_id, &which.object_id)?;
    let (ids, more) = app
        .hubspot
        .contacts_of(portal, &object, MOST_CONTACTS)
        .await?;
    let contacts = app.hubspot.contacts(portal, &ids, &[]).await?;
    for contact in contacts {
        let person = person(&app, portal, contact, choices.marketing_only).await?;
        card.contacts.push(person);
    }
    card.more_contacts = more;
    let messages = app.store.latest_to(portal, &ids, MESSAGES).await?;
    card.messages = messages
        .into_iter()
        .map(|(row, campaign)| Shown {
            id: row.id,
            contact_id: row.contact_id,
            channel: Channel::Sms,
            state: row.state,
            reason: row.reason,
            parts: row.parts,
            at: row.updated_at,
            campaign,
            clicked: row.clicked_at.is_some(),
        })
        .collect();
    Ok(Json(card))
}

async fn person(
    app: &App,
    portal: u64,
    contact: Contact,
    marketing_only: bool,
) -> ApiResult<Person> {
    let raw = contact.phone.as_deref().unwrap_or_default();
    let country = app.config.country;
    let number = PhoneNumber::parse(raw, contact.prefix.as_deref(), country).ok();
    let hash = number
        .as_ref()
        .map(|number| app.keys.number_hash(portal, number.digits()));
    let suppressed = app
        .store
        .is_suppressed(portal, hash.as_deref().unwrap_or_default(), &contact.id)
        .await?;
    let opted_out = contact.opted_out || suppressed;
    let marketing = is_marketing(&contact);
    let why_not = if opted_out {
        Some(NotSentReason::OptedOut)
    } else if number.is_none() {
        Some(NotSentReason::NoNumber)
    } else if marketing_only && !marketing {
        Some(NotSentReason::NotMarketing)
    } else {
        None
    };
    Ok(Person {
        phone: number.map(|number| format!("+{}", number.digits())),
        opted_out,
        marketing,
        may_send: why_not.is_none(),
        why_not,
        id: contact.id,
        name: contact.name,
    })
}
