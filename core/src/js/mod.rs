//! The JavaScript face: the core's functions for a web page or Node. `cargo xtask package`
//! makes the package of it, with what is in `core/npm`.
//!
//! Nothing is decided here. Arguments are read, the function that the server
//! calls is called, and what it says becomes a plain object; `types.d.ts` tells
//! TypeScript. Positions and indexes count code points, as `for (const c of text)`
//! does, not UTF-16 units. Lone surrogates, which are no characters, are read as
//! U+FFFD. What goes wrong is thrown as an `Error` with a `kind`; nothing panics.
//!
//! It makes two modules, so that who counts texts does not load numbering plans. The
//! feature `wasm` has the functions of both.

#[cfg(feature = "wasm-text")]
mod buffer;
#[cfg(feature = "wasm-text")]
mod json;
#[cfg(feature = "wasm-text")]
mod options;
#[cfg(feature = "wasm-phone")]
mod phone;
mod read;
#[cfg(feature = "wasm-text")]
mod refused;
#[cfg(feature = "wasm-text")]
mod text;
mod throw;

#[cfg(feature = "wasm-text")]
pub use buffer::TextBuffer;
#[cfg(feature = "wasm-phone")]
pub use phone::{countries, normalise_phone};
#[cfg(feature = "wasm-text")]
pub use text::{
    campaign_name, count, explain, parse_sender, properties, render, replacement, segment,
};
