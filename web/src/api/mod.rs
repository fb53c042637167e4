//! The server's routes, one thin function each.
//!
//! Every failure is an [`ApiError`] that the page has a sentence for. A 401 is
//! also told to `session`, which asks the person to sign in again.

mod campaigns;
mod client;
mod contacts;
mod drafts;
mod error;
mod imports;
mod json;
mod opt_outs;
mod session;
mod settings;
mod shapes;

pub(crate) use campaigns::{
    Action, act, campaign, campaigns, check, create_campaign, decide, events_url, exclusions_url,
    history, recipients,
};
pub(crate) use client::text_of;
pub(crate) use contacts::{contact, contacts, found, lists, properties};
pub(crate) use drafts::{LocalDraft, delete_draft, draft, drafts, save_draft};
pub(crate) use error::ApiError;
pub(crate) use imports::{Transfer, bad_rows_url, import, send_file};
pub(crate) use json::{parse, text};
pub(crate) use opt_outs::{add_opt_outs, audit, opt_outs, opt_outs_url, remove_opt_out, replies};
pub(crate) use session::{embed, session, sign_out};
pub(crate) use settings::{
    disconnect, give_credentials, preview_page, save_choices, save_links, save_page, settings,
    take_credentials,
};
