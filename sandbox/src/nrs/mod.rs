//! The stand-in for 360nrs: sends, phone calls, account, reading back, delivery reports.
//!
//! Its behaviour follows what is publicly known of the provider's HTTP interface;
//! where nothing is known, the assumption is named where it is made.

mod account;
mod auth;
mod call;
mod calls;
mod error;
mod fields;
mod ledger;
mod read_back;
mod reports;
mod request;
mod sms;
mod taking;
mod tally;
mod text;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub(crate) use call::{
    Act, Answering, Ending, Entry, Happening, Key, Kind, Narration, PhoneCall, Settings, Standing,
    Switchboard, act, arm_all, routes as phone_routes,
};
pub(crate) use calls::Call;
pub(crate) use ledger::{Ledger, Message, MessageState};
pub(crate) use reports::{Release, Released, answer, release};
pub(crate) use text::WireEncoding;

use crate::shared::Shared;

/// All routes of 360nrs; whoever wants to be told from others comes by a path with a
/// name of their own.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/nrs/by/{caller}/api/rest/sms", post(sms::send))
        .route(
            "/nrs/by/{caller}/api/rest/sendings",
            get(read_back::sendings),
        )
        .route("/nrs/by/{caller}/api/rest/account", get(account::show))
        .route("/nrs/by/{caller}/api/rest/voice", post(call::voice))
        .route("/nrs/by/{caller}/api/rest/ivr", post(call::ivr))
        .route("/nrs/api/rest/sms", post(sms::send))
        .route("/nrs/api/rest/voice", post(call::voice))
        .route("/nrs/api/rest/ivr", post(call::ivr))
        .route("/nrs/api/rest/sms/{id}", get(read_back::sms))
        .route("/nrs/api/rest/sendings", get(read_back::sendings))
        .route("/nrs/api/rest/account", get(account::show))
}
