//! What people see: the overview, HubSpot's authorize page and records, the handset.
//!
//! Drawn on the server, in the visitor's language; a small script keeps the
//! handset up to date, and everything works without it after a reload.

mod assets;
mod authorize;
mod call;
mod conversation;
mod events;
mod handset;
mod index;
mod layout;
mod links;
mod panel;
mod phones;
mod record;
mod texts;
mod visitor;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use maud::html;

use crate::shared::Shared;
use layout::Page;
use visitor::Visitor;

/// All pages.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(index::show))
        .route(
            "/hubspot/oauth/authorize",
            get(authorize::ask).post(authorize::decided),
        )
        .route("/handset", get(handset::all))
        .route("/handset/events", get(events::stream))
        .route("/handset/switches", post(panel::switch))
        .route("/handset/calling", post(panel::calling))
        .route("/handset/calls/{id}/{act}", post(call::act))
        .route("/handset/afresh", post(panel::afresh))
        .route("/handset/{digits}", get(handset::one))
        .route("/handset/{digits}/answer", post(handset::answer))
        .route("/record", get(record::all))
        .route("/record/{portal}/{contact}", get(record::one))
        .route("/record/{portal}/{contact}/open", post(record::open))
        .route("/language", get(visitor::switch_language))
        .route("/assets/{file}", get(assets::file))
}

/// Any address that is not a route.
pub(crate) async fn not_found(visitor: Visitor) -> Response {
    let text = &visitor.texts().common.not_found;
    let page = Page::new(&visitor, text);
    let body = html! { div.sheet { h1 { "404" } p { (text) } } };
    (StatusCode::NOT_FOUND, page.render(&body)).into_response()
}
