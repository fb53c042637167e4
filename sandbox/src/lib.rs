//! Stand-ins for 360nrs and HubSpot over real HTTP, and a handset to read messages and take calls.
//!
//! The sandbox exists so that Septet can be tried and tested without an account
//! anywhere: it speaks the two platforms' HTTP as far as Septet uses them, counts
//! every request, shows on a handset page what a phone would have received, and
//! has switches for the ways in which the platforms fail.
//!
//! What it is not: it listens on loopback only, calls nothing but loopback, keeps
//! everything in memory, and knows nothing of Septet's insides. In particular it
//! counts septets with a table of its own, so that the handset is a second witness
//! of what the composer shows, not an echo of it.
//!
//! Besides the platforms' routes under `/nrs` and `/hubspot` and the pages under
//! `/` and `/handset` there is an interface for tests:
//!
//! | call | answer or body |
//! |---|---|
//! | `GET /sandbox/messages?to=` | accepted messages, oldest first: `id`, `to`, `from`, `text` (as on the phone), `requested`, `encoding`, `parts` (`text`, `units`), `campaign_name`, `sending_id`, `received_at` (ms), `state`, `fate`, `notification_url`, `reports` (`state`, `attempts`, `acknowledged`), `read`, `call_id` (of the phone call that sent it, or null) |
//! | `GET /sandbox/communications` | what was written on timelines: `id`, `portal`, `contacts`, `properties`, `created_at` |
//! | `GET /sandbox/requests` | `{"POST /nrs/api/rest/sms": 3, …}` |
//! | `GET`, `PUT /sandbox/faults` | [`Faults`]; a switch that is left out is off |
//! | `GET`, `PUT /sandbox/chances` | [`Chances`] in a thousand that a fault strikes, repeatable by `seed`; one that is left out is none |
//! | `GET /sandbox/tally?numbers=true` | how often messages were accepted: `accepted`, `numbers` (distinct), `doubled`, the same in `campaigns` by name; with `numbers` also `each`: `to`, `campaign`, `accepted`, `last_at` |
//! | `GET /sandbox/calls?campaign=` | every call of the interface for a number in a campaign of that name, oldest first: `to`, `caller` (`{caller}` where it came by `/nrs/by/{caller}/api/rest/sms`, `/voice` or `/ivr`), `at`, `taken` (accepted), `how` (as in [`Chances`]; null: plainly), `answered_at` (when the answer had left; null: it did not), `reported` and `heard` (values of `%d` made of it, and those answered with success) |
//! | `PUT /sandbox/keep` | `{"texts": false}`: messages are counted, and neither they nor calls are kept, for load; `{"texts": false, "calls": true}`: calls are; `{"reports": true}`: reports wait for their release |
//! | `POST /sandbox/release` | `{"states": [8, 4, 1], "at_once": 64}`: makes the reports that wait; answers `made`, `acknowledged`, `milliseconds` at the end |
//! | `GET`, `PUT /sandbox/voice` | `{"voice": true, "ivr": true, "answering": "manual", "second_ms": 20}`: which phone calls the account may make (none), who answers (`auto`: the sandbox, unless a handset page watches the phone), how long a second of a call lasts (a third of the reports' delay); what is left out goes back to that |
//! | `GET /sandbox/voice/calls?to=` | phone calls, oldest first: `id`, `kind` (`voice`, `ivr`), `to`, `from`, `language`, `gender`, `voice`, `campaign_name`, `campaign_id`, `sending_id`, `received_at` (ms), `state` (`waiting`, `ringing`, `speaking`, `listening`, `ended`), `rings_at`, `hears_keys`, `repeats_left`, `ending`, `rings`, `retries_left`, `log` (`at`, `what`, and what belongs to it), `reports`, `notification_url`, `fate`, `read` |
//! | `GET /sandbox/voice/calls/{id}` | one of them |
//! | `POST /sandbox/voice/calls/{id}/answer`, `/decline`, `/hang-up`, `/time-out` | does it to the phone, and answers the call; 409 where it cannot be done. `time-out` brings what the call waits for: it rings, nobody answers, all is said, no key is pressed |
//! | `POST /sandbox/voice/calls/{id}/press` | `{"key": "1"}`: the same for a key (`0` to `9`, `*`, `#`) |
//! | `PUT /sandbox/callback` | `{"url": "http://localhost:…"}`: where 360nrs also tells the account of events, as forms; `null` for nowhere |
//! | `POST /sandbox/answers` | `{"from": "351…", "text": "STOP"}`: the phone answers the last message that it got; 404 where there is none |
//! | `POST /sandbox/crowd` | `{"portal": 24001001, "contacts": 5000}`: a new list of new contacts with distinct numbers; answers its `list` id |
//! | `PUT /sandbox/balance` | `{"balance": 5}`: 360nrs's credit, in parts |
//! | `POST /sandbox/expire` | HubSpot's codes and access tokens are expired, refresh tokens good |
//! | `POST /sandbox/disconnect` | HubSpot forgets every token, as if the app had been uninstalled |
//! | `POST /sandbox/hubspot/fetch` | `{"portal", "method", "url", "body", "signature", "timestamp"}`: a call as `hubspot.fetch` makes it, signed (`both`, `v3`, `v2`, `webhook`, `v1`, `none`); answers `status` and `body` |
//! | `POST /sandbox/hubspot/workflows` | `{"portal", "url", "object_type", "ids", "fields", "properties", "retry_percent", "signature"}`: one action for each record, `[[property]]` in fields replaced; answers how often it was answered how, `changed` (otherwise when asked again), `asked`, `longest_ms` |
//! | `GET /sandbox/hubspot/executions` | actions that were answered with `BLOCK`: `waiting`, `completed`, `twice` (completed although they were), `outputs` |
//! | `GET`, `PUT /sandbox/hubspot/limits` | `{"calls": 110, "interval_ms": 10000, "searches": 5}`: calls that HubSpot takes for an account, null for any number; answers also how many were `refused` |
//! | `POST /sandbox/hubspot/webhooks` | `{"url", "signature", "events"}`: events as HubSpot sends them; answers `status` and `body` |
//! | `POST /sandbox/reset` | everything as at the start, except sign-ins |

#![deny(missing_docs)]

mod chances;
mod control;
mod counting;
mod faults;
mod fold;
mod guard;
mod hubspot;
mod line;
mod nrs;
mod pages;
mod people;
mod sandbox;
mod shared;

pub use chances::Chances;
pub use faults::{CrmFault, Faults, ReportFault, SmsFault};
pub use sandbox::{Options, Sandbox, StartError};

/// User name of the one 360nrs account of the sandbox.
pub const NRS_USERNAME: &str = "sandbox";
/// API password of that account; not a secret, for it opens nothing but the sandbox.
pub const NRS_PASSWORD: &str = "sandbox-password";
/// Client id of the one app that the sandbox's HubSpot knows.
pub const HUBSPOT_CLIENT_ID: &str = "5e97e700-0000-4000-8000-0000000000a1";
/// Client secret of that app; not a secret, for it opens nothing but the sandbox.
pub const HUBSPOT_CLIENT_SECRET: &str = "5e97e700-0000-4000-8000-0000000000b2";
