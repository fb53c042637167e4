//! Cutting a text that fits an encoding into parts.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::{Encoding, ReferenceBits};

/// One part of a message, as the phone joins it to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// Units of its text: septets or UTF-16 units; headers are not counted.
    pub units: usize,
}

/// What a text takes in an encoding, without building its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) units: usize,
    pub(super) parts: usize,
}

/// Measures a text; `Err` is the first character that the encoding does not have, and its index.
pub(super) fn measure(
    text: &str,
    encoding: Encoding,
    reference: ReferenceBits,
) -> Result<Measure, (char, usize)> {
    let each = encoding.each(reference);
    let (mut units, mut parts, mut filled) = (0, 1, 0);
    for (index, character) in text.chars().enumerate() {
        let size = encoding.units_of(character).ok_or((character, index))?;
        units += size;
        // An escape pair or a surrogate pair stays whole: what does not fit
        // opens the next part (TS 23.038, 6.2.1.1; TS 23.040, 9.2.3.24.1).
        if filled + size > each {
            parts += 1;
            filled = 0;
        }
        filled += size;
    }
    if units <= encoding.alone() {
        parts = 1;
    }
    Ok(Measure { units, parts })
}

/// Cuts a text that [`measure`] has passed.
pub(super) fn parts(
    text: &str,
    encoding: Encoding,
    reference: ReferenceBits,
    one: bool,
) -> Vec<Part> {
    let capacity = if one {
        encoding.alone()
    } else {
        encoding.each(reference)
    };
    let mut parts = Vec::new();
    let (mut start, mut filled) = (0, 0);
    for (index, character) in text.char_indices() {
        let size = encoding.units_of(character).unwrap_or_default();
        if filled + size > capacity {
            parts.push(Part {
                text: text[start..index].to_owned(),
                units: filled,
            });
            (start, filled) = (index, 0);
        }
        filled += size;
    }
    parts.push(Part {
        text: text[start..].to_owned(),
        units: filled,
    });
    parts
}
