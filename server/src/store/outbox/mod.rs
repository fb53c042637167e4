//! The messages on their way out: claimed, attempted, settled.
//!
//! A message moves only from the state that the mover believes it to be in, and
//! while it is claimed or attempted only by the worker that holds it; whoever
//! comes too late changes nothing. Locks are taken in one order, that of the
//! portal's gate, campaign, recipient, link, so that nobody waits in a circle.

mod callbacks;
mod claims;
mod doubts;
mod ledger;
#[cfg(test)]
mod tests;
mod workers;

use std::collections::BTreeMap;
use std::sync::Arc;

use septet_core::wire::{LinkShape, Millis, SmsDraft};

use super::{Link, Result, Store};
pub(crate) use callbacks::Callback;
pub(crate) use doubts::{Doubt, Verdict};
pub(crate) use ledger::{Batch, Begin, Entry, Event, Written};
pub(crate) use workers::{Pulse, Worker};

/// A message that this process will try to send.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    /// Who holds it; of no worth to anybody else.
    pub(crate) worker: Worker,
    pub(crate) id: i64,
    pub(crate) portal: u64,
    pub(crate) campaign: Arc<Sendable>,
    pub(crate) contact_id: String,
    /// Digits with calling code.
    pub(crate) phone: String,
    pub(crate) values: BTreeMap<String, String>,
    /// Its own text, where a workflow has filled it in; the campaign's otherwise.
    pub(crate) text: Option<String>,
    /// Calls that provably reached nobody so far.
    pub(crate) tries: u32,
}

/// What the messages of a campaign are made of.
#[derive(Debug, Clone)]
pub(crate) struct Sendable {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) draft: SmsDraft,
    pub(crate) max_parts: u8,
    /// How its links look.
    pub(crate) links: LinkShape,
}

/// What is known after a call to the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The provider has it.
    Accepted {
        /// Its id there.
        provider_id: String,
        /// The id of the call.
        sending_id: Option<String>,
    },
    /// The provider refused this recipient.
    Refused,
    /// Provably not accepted; may be tried again from then on.
    NotReached {
        /// When.
        not_before: Millis,
    },
    /// Nobody knows.
    Unknown,
}
