//! What HubSpot itself asks: cards and settings through its proxy, workflows, webhooks.
//!
//! Every request is signed (`signed.rs`); whoever else calls learns nothing but 401.

mod card;
mod open;
mod signed;
mod status;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use self::signed::Door;
use crate::app::App;
use crate::hubspot::Fallback;

pub(super) fn routes(app: &App) -> Router<App> {
    let door = |fallback, once| {
        let door = Door {
            app: app.clone(),
            fallback,
            once,
        };
        from_fn_with_state(door, signed::check)
    };
    // What a card asks for comes through `hubspot.fetch`, which signs by version 3.
    let reads = Router::new()
        .route("/hubspot/card", get(card::show))
        .route("/hubspot/settings", get(status::show))
        .layer(door(Fallback::None, false));
    let opens = Router::new()
        .route("/hubspot/session", post(open::page))
        .layer(door(Fallback::None, true));
    reads.merge(opens)
}
