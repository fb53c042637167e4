//! Opening our page inside HubSpot's: a signed request becomes a ticket in an address.
//!
//! HubSpot signs no page that it shows in a frame. What it does sign is what the card asks
//! through it; so the card asks for an address, and the ticket in it is worth one session
//! of the person who is named in that request.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use septet_core::event::Channel;
use septet_core::wire::{ErrorCode, Millis, Opening};
use serde::{Deserialize, Serialize};

use super::card::MOST_CONTACTS;
use super::signed::Caller;
use crate::app::App;
use crate::clock;
use crate::http::problem::{ApiError, ApiResult};
use crate::hubspot::Object;
use crate::secrets;
use crate::store::Admission;

/// How long a ticket is good for, in milliseconds.
const GOOD_FOR: Millis = 60_000;
/// Contacts that can be picked by hand; more are a list.
const MOST_PICKED: usize = 500;
const CONTACT: &str = "0-1";

/// What a card asks for. What stands here is the person's word; only the account and the
/// person themselves are HubSpot's.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Wanted {
    object_type_id: String,
    object_ids: Vec<String>,
    locale: String,
    channel: Channel,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            object_type_id: String::new(),
            object_ids: Vec::new(),
            locale: String::new(),
            channel: Channel::Sms,
        }
    }
}

#[derive(Serialize)]
pub(super) struct Page {
    url: String,
    expires_at: Millis,
}

/// `POST /hubspot/session`
pub(super) async fn page(
    caller: Caller,
    State(app): State<App>,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> ApiResult<Json<Page>> {
    let Json(wanted) = wanted?;
    let portal = caller.portal;
    let account = app.store.account(portal).await?;
    let account = account
        .filter(|account| !account.disconnected)
        .ok_or(ErrorCode::CrmDisconnected)?;
    let contacts = contacts(&app, portal, &wanted).await?;
    let ticket = secrets::token()?;
    let expires_at = clock::now() + GOOD_FOR;
    let admission = Admission {
        portal,
        user: caller.user,
        opening: Opening {
            channel: wanted.channel,
            contacts,
            locale: wanted.locale.chars().take(35).collect(),
            parent: parent(&app, &account.ui_domain),
        },
    };
    app.store
        .issue_ticket(&secrets::token_hash(&ticket), &admission, expires_at)
        .await?;
    Ok(Json(Page {
        url: format!("{}/embed#ticket={ticket}", app.config.public_url),
        expires_at,
    }))
}

/// The origin of HubSpot's pages for an account; in the sandbox they are where people sign in.
fn parent(app: &App, ui_domain: &str) -> String {
    if app.config.handset_url.is_some() {
        let authorize = app.config.hubspot.authorize_url.origin();
        return authorize.ascii_serialization();
    }
    format!("https://{ui_domain}")
}

/// Those that HubSpot knows in this account, whatever the person says.
async fn contacts(app: &App, portal: u64, wanted: &Wanted) -> ApiResult<Vec<String>> {
    if wanted.object_ids.is_empty() || wanted.object_ids.len() > MOST_PICKED {
        return Err(ErrorCode::BadRequest.into());
    }
    let mut ids = Vec::new();
    if wanted.object_type_id == CONTACT {
        for id in &wanted.object_ids {
            Object::parse(CONTACT, id)?;
            ids.push(id.clone());
        }
    } else {
        for id in &wanted.object_ids {
            let object = Object::parse(&wanted.object_type_id, id)?;
            let (of, _) = app
                .hubspot
                .contacts_of(portal, &object, MOST_CONTACTS)
                .await?;
            ids.extend(of);
        }
    }
    let known = app.hubspot.contacts(portal, &ids, &[]).await?;
    if known.is_empty() {
        return Err(ApiError::from(ErrorCode::NotFound));
    }
    let mut known: Vec<String> = known.into_iter().map(|contact| contact.id).collect();
    known.sort_by_key(|id| ids.iter().position(|wanted| wanted == id));
    Ok(known)
}
