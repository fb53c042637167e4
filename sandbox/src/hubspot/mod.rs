//! The stand-in for HubSpot: sign-in, contacts, properties, lists, communications, and,
//! as the one who asks, its proxy for cards, its workflows and its webhooks, signed.
//!
//! Only the date-versioned endpoints that Septet uses, each with HubSpot's own
//! shapes and limits. Not imitated: sorting, app events, the webhooks journal, companies and deals themselves, and any delay before a change can be found
//! by a search.

mod account;
mod asking;
mod associations;
mod automation;
mod bearer;
mod communications;
mod contacts;
mod error;
mod limits;
mod lists;
mod oauth;
mod preferences;
mod properties;
mod records;
mod sign;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, patch, post};

pub(crate) use account::{Account, Accounts, Directory, Profile};
pub(crate) use asking::{Executions, proxied};
pub(crate) use communications::Communication;
pub(crate) use error::HubSpotError;
pub(crate) use limits::{Traffic, hold};
pub(crate) use lists::List;
#[cfg(test)]
pub(crate) use oauth::SCOPES;
pub(crate) use oauth::{AuthorizeRefusal, AuthorizeRequest, Grants, decide};
pub(crate) use properties::{Group, Property};
pub(crate) use records::{Contact, Stamp};

use crate::shared::Shared;

/// All routes of HubSpot except the authorize page, which is a page like others.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    let contacts = "/hubspot/crm/objects/2026-09/contacts";
    let properties = "/hubspot/crm/properties/2026-09/contacts";
    let lists = "/hubspot/crm/lists/2026-09";
    let token = "/hubspot/oauth/2026-09/token";
    Router::new()
        .route(token, post(oauth::token))
        .route(&format!("{token}/introspect"), post(oauth::introspect))
        .route(&format!("{token}/revoke"), post(oauth::revoke))
        .route(
            "/hubspot/account-info/2026-09/details",
            get(account::details),
        )
        .route(contacts, get(contacts::list))
        .route(
            &format!("{contacts}/{{id}}"),
            patch(contacts::update).get(contacts::one),
        )
        .route(&format!("{contacts}/search"), post(contacts::search))
        .route(
            &format!("{contacts}/batch/read"),
            post(contacts::batch_read),
        )
        .route(
            &format!("{contacts}/batch/update"),
            post(contacts::batch_update),
        )
        .route(properties, get(properties::list).post(properties::create))
        .route(
            &format!("{properties}/groups"),
            get(properties::groups).post(properties::create_group),
        )
        .route(&format!("{properties}/{{name}}"), get(properties::one))
        .route(&format!("{lists}/search"), post(lists::search))
        .route(
            &format!("{lists}/{{id}}/memberships"),
            get(lists::memberships),
        )
        .route(
            "/hubspot/crm/objects/2026-09/communications",
            post(communications::create),
        )
        .route(
            "/hubspot/crm/objects/2026-09/communications/batch/create",
            post(communications::create_batch),
        )
        .route(
            "/hubspot/crm/associations/2026-09/{kind}/contacts/batch/read",
            post(associations::batch_read),
        )
        .route(
            "/hubspot/automation/actions/callbacks/2026-09/complete",
            post(automation::complete),
        )
        .route(
            "/hubspot/appinstalls/2026-09/external-install",
            delete(oauth::uninstall),
        )
        .route(
            "/hubspot/communication-preferences/2026-09/statuses/{subscriber}",
            post(preferences::write),
        )
        .route("/sandbox/hubspot/preferences", get(preferences::show))
        .route("/sandbox/hubspot/fetch", post(asking::fetch))
        .route("/sandbox/hubspot/workflows", post(asking::run))
        .route("/sandbox/hubspot/executions", get(asking::executions))
        .route("/sandbox/hubspot/webhooks", post(asking::webhooks))
        .route(
            "/sandbox/hubspot/limits",
            get(limits::show).put(limits::set),
        )
}
