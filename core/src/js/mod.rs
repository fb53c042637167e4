//! The JavaScript face: the core's functions for a web page or Node. `cargo xtask package`
//! makes the package of it, with what is in `core/npm`.
//!
//! Nothing is decided here. Arguments are read, the function that the server
//! calls is called, and what it says becomes a plain object; `types.d.ts` tells
//! TypeScript. Positions and indexes count code points, as `for (const c of text)`
//! does, not UTF-16 units. Lone surrogates, which are no characters, are read as
//! U+FFFD. What goes wrong is thrown as an `Error` with a `kind`; nothing panics.
//!
//! It makes three modules, so that who counts texts loads neither forecasts nor numbering
//! plans. The feature `wasm` has the functions of all.

#[cfg(feature = "wasm-messages")]
mod asked;
#[cfg(feature = "wasm-forecast")]
mod buffer;
#[cfg(feature = "wasm-text")]
mod counter;
#[cfg(feature = "wasm-forecast")]
mod forecast;
#[cfg(feature = "wasm-messages")]
mod json;
#[cfg(feature = "wasm-messages")]
mod options;
mod read;
#[cfg(feature = "wasm-messages")]
mod refused;
#[cfg(feature = "wasm-sending")]
mod sending;
#[cfg(feature = "wasm-text")]
mod text;
mod throw;

#[cfg(feature = "wasm-forecast")]
pub use buffer::TextBuffer;
#[cfg(feature = "wasm-text")]
pub use counter::Counter;
#[cfg(feature = "wasm-forecast")]
pub use forecast::Forecaster;
#[cfg(feature = "wasm-sending")]
pub use sending::{campaign_name, countries, normalise_phone, parse_sender};
#[cfg(feature = "wasm-text")]
pub use text::{count, explain, properties, render, replacement, segment};
