//! SMS text encoding, templates and campaign rules: the heart of Septet.
//!
//! The browser's composer and the server's sender call the same functions with
//! the same options, so what the preview shows is what the phone receives.
//! With the feature `wasm`, `js` is the same for JavaScript.

#![no_std]
#![deny(missing_docs)]

extern crate alloc;
// The `cdylib` needs an allocator and a panic handler from somewhere; the code uses
// nothing else of the standard library, and has none where there is none.
#[cfg(not(target_os = "none"))]
extern crate std;

pub mod campaign;
pub mod delivery;
pub mod encoding;
pub mod forecast;
#[cfg(feature = "wasm")]
pub mod js;
mod named;
pub mod phone;
pub mod provider;
pub mod sender;
pub mod template;
pub mod wire;

/// Keeps the README's examples true.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
