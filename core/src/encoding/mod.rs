//! Text to parts: which alphabet, how many units, where one part ends.
//!
//! [`segment`] is the one function that decides; the composer's counter, its
//! preview, the server's sender and `septet count` all call it.

mod alphabet;
mod candidates;
mod json;
mod language;
mod options;
mod replacements;
mod segment;
mod split;
mod tables;
mod transliterate;

pub use alphabet::Encoding;
pub(crate) use candidates::{gsm7_candidates, may_be_ucs2};
pub use json::{CountOptions, OptionsError};
pub use language::Language;
pub use options::{EncodingChoice, LanguageSet, ReferenceBits};
pub use segment::{Flagged, SegmentError, SegmentOptions, Segmentation, flag, segment};
pub use split::Part;
pub use transliterate::replacement;
