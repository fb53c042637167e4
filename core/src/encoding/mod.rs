//! Text to parts: which alphabet, how many septets, where one part ends.

mod options;

pub use options::EncodingChoice;
