//! SMS text encoding, templates and campaign rules: the heart of Septet.
//!
//! The browser's composer and the server's sender call the same functions with
//! the same options, so what the preview shows is what the phone receives.
//! With the feature `wasm`, `js` is the same for JavaScript.

#![no_std]
#![deny(missing_docs)]

extern crate alloc;

pub mod campaign;
pub mod delivery;
pub mod encoding;
pub mod event;
pub mod forecast;
#[cfg(any(feature = "wasm-messages", feature = "wasm-sending"))]
pub mod js;
mod named;
pub mod opt_out;
pub mod page;
pub mod phone;
pub mod provider;
pub mod sender;
pub mod template;
pub mod voice;
pub mod wire;

/// Keeps the README's examples true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
