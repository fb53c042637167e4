//! Phone calls: `POST /voice` says something, `POST /ivr` listens for keys as well.
//!
//! **Assumed.** Of voice only `to`, `message`, `gender`, `language`, `campaignName` and
//! `retries` are public, of interactive voice nothing. What the sandbox does:
//!
//! - `/voice` takes `to`, `message` or `audioUrl`, `from` (digits), `language` (`es_ES`),
//!   `gender` (`F`, `M`), `voice`, `campaignName`, `retries` (0 to 5, for nothing),
//!   `scheduleDate` and `notificationUrl`; `language` and `gender` may be left out where
//!   nothing but recordings is heard.
//! - `/ivr` takes besides `timeout` (1 to 30 s), `repeats` (0 to 5), `wrongKey` and `noKey`
//!   (each `{"message"}` or `{"audioUrl"}`, or left out) and `keys`: one to nine of the
//!   digits with `{"action":"play"|"sms"|"transfer"|"unsubscribe"}`, each with its narration as
//!   `message` or `audioUrl` (only `play` needs one), `sms` with
//!   `"sms":{"from","message","encoding","parts"}`, `transfer` with `to` and `from`.
//! - Both are off until the account is given them, and refused with status 403 and error 114.
//! - The answer is that of `/sms`, without `parts`. A call costs as much as a part.
//! - `%d` of `notificationUrl`: 8 accepted, 1 answered, 2 neither answered nor accepted by
//!   the phone after all retries, 16 rejected by the network. Each once, but 8 first.
//! - The account's call-back says of the call, with its `id` and `channel=VOICE`: `sent`
//!   (it rings for the first time), `delivered`, `rejected`, `key_pressed` (with `key`, for
//!   keys that do nothing as well), `unsubscribed` and `transferred` (with `key`). A text
//!   message that the call sent is told of as any other, with an `id` of its own,
//!   `channel=SMS`, the call's campaign, and the call's id as `callId`; it has no
//!   `notificationUrl`.
//!
//! The repeats are for wrong keys and silence together. While the menu is said, keys are
//! heard already. How long things take is counted in the sandbox's own seconds
//! ([`Settings`]). Of the chances for reports, all but another order concern calls; reports
//! that are held back are those of messages only.

mod life;
mod phone_call;
mod place;
mod request;
mod routes;
mod script;
mod switchboard;
mod tell;
mod walk;

pub(crate) use life::{Act, act, arm_all};
pub(crate) use phone_call::{Entry, Happening, PhoneCall, Standing};
pub(crate) use place::{ivr, voice};
pub(crate) use request::Kind;
pub(crate) use routes::routes;
pub(crate) use script::{Key, Narration};
pub(crate) use switchboard::{Answering, Settings, Switchboard};
pub(crate) use walk::Ending;
