//! SMS text encoding, templates and campaign rules: the heart of Septet.
//!
//! The browser's composer and the server's sender call the same functions with
//! the same options, so what the preview shows is what the phone receives.
//! With the feature `wasm`, `js` is the same for JavaScript.

#![no_std]
#![deny(missing_docs)]

extern crate alloc;
#[cfg(any(test, not(target_arch = "wasm32")))]
extern crate std;

pub mod campaign;
pub mod delivery;
pub mod encoding;
#[cfg(feature = "wasm")]
pub mod js;
pub mod phone;
pub mod provider;
pub mod sender;
pub mod template;
pub mod wire;

/// Keeps the README's examples true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
