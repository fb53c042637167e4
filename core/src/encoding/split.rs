//! Cutting a text that fits an encoding into parts.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::Encoding;
use super::measure::walk;

/// One part of a message, as the phone joins it to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// Units of its text: septets or UTF-16 units; headers are not counted.
    pub units: usize,
}

/// Cuts a text that fits an encoding.
pub(super) fn parts(text: &str, encoding: Encoding, room: usize, count: usize) -> Vec<Part> {
    let mut parts = Vec::with_capacity(count);
    let mut start = 0;
    let walked = walk(text, encoding, room, |end, units| {
        parts.push(Part {
            text: text[start..end].to_owned(),
            units,
        });
        start = end;
    });
    parts.push(Part {
        text: text[start..].to_owned(),
        // A character that the encoding lacks would have been found before.
        units: walked.map_or(0, |(_, units)| units),
    });
    parts
}
