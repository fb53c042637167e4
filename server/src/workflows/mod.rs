//! What HubSpot's workflows ask for: each execution of an action is taken once, sent, and
//! completed when its outcome is known.
//!
//! `request.rs` reads what HubSpot sends, `fields.rs` makes a draft of it, `enrol.rs` takes
//! it, and `complete.rs` tells HubSpot what became of it.

mod complete;
mod enrol;
mod fields;
mod request;
mod say;
#[cfg(test)]
mod tests;

pub(crate) use complete::run;
pub(crate) use enrol::{TakeError, take};
pub(crate) use request::{Action, Execution};
