//! What HubSpot itself asks: cards and settings through its proxy, workflows, webhooks.
//!
//! Every request is signed (`signed.rs`); whoever else calls learns nothing but 401.

mod actions;
mod card;
mod open;
mod signed;
mod status;
#[cfg(test)]
mod tests;
mod webhooks;

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
    // Workflows are documented to sign by version 2, and seen to sign by 3 as well. What
    // comes again is known by its call-back id.
    let workflows = Router::new()
        .route("/hubspot/actions/v1/{action}", post(actions::execute))
        .route("/hubspot/options/v1/{field}", post(actions::options))
        .with_state((app.clone(), actions::Gate::default()))
        .layer(door(Fallback::V2, false));
    let webhooks = Router::new()
        .route("/hubspot/webhooks", post(webhooks::receive))
        .layer(door(Fallback::V1, false));
    reads.merge(opens).merge(workflows).merge(webhooks)
}
