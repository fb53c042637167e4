//! Stand-ins for 360nrs and HubSpot over real HTTP, and a handset to read messages.
//!
//! The sandbox exists so that Septet can be tried and tested without an account
//! anywhere: it speaks the two platforms' HTTP as far as Septet uses them, counts
//! every request, shows on a handset page what a phone would have received, and
//! has switches for the ways in which the platforms fail.
//!
//! What it is not: it listens on loopback only, calls nothing but loopback, keeps
//! everything in memory, and knows nothing of Septet's insides. In particular it
//! counts septets with a table of its own ([`nrs`](crate) text check), so that it is a
//! second witness of what the composer shows, not an echo of it.

#![deny(missing_docs)]

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
