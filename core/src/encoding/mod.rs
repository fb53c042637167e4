//! Text to parts: which alphabet, how many units, where one part ends.
//!
//! [`segment`] is the one function that decides; the composer's counter, its
//! preview, the server's sender and `septet count` all call it.

mod alphabet;
mod count;
mod explain;
mod json;
mod keep;
mod lanes;
mod language;
mod measure;
mod octets;
mod options;
mod replacements;
mod segment;
mod split;
mod tables;
mod transliterate;
#[cfg(any(test, feature = "wasm-text"))]
mod utf16;

pub use alphabet::Encoding;
pub use count::{Count, count};
pub use explain::{Costly, Edit, Explained, explain};
pub use json::{CountOptions, Counted, OptionsError, TransliterateOption};
pub use keep::{Keep, segment_keeping};
pub use language::Language;
pub use octets::{DecodeError, Place, Received, Reference, UserData, decode};
pub use options::{EncodingChoice, LanguageSet, ReferenceBits, Transliteration};
pub use segment::{Flagged, SegmentError, SegmentOptions, Segmentation, flag, segment};
pub use split::Part;
pub use transliterate::replacement;
#[cfg(feature = "wasm-text")]
pub(crate) use utf16::count_utf16;
