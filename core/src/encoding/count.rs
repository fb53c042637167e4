//! Counting without building: what a text takes, with no part and no text made.

use super::segment::{best, room, settled};
use super::{Encoding, SegmentError, SegmentOptions, Transliteration, segment};

/// What a text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How all parts are carried.
    pub encoding: Encoding,
    /// Units of all parts together; headers and unused room are not counted.
    pub units: usize,
    /// Parts, at least one.
    pub parts: usize,
    /// Units left in the last part.
    pub remaining: usize,
}

/// What [`segment()`] would say of encoding, units, parts and room, without cutting the text.
///
/// Nothing is allocated, unless the text fits no GSM-7 encoding and may be replaced.
///
/// ```
/// use septet_core::encoding::{SegmentOptions, count};
/// let counted = count(&"a".repeat(161), &SegmentOptions::new()).unwrap();
/// assert_eq!((counted.parts, counted.remaining), (2, 145));
/// ```
///
/// # Errors
/// Those of [`segment()`].
pub fn count(text: &str, options: &SegmentOptions) -> Result<Count, SegmentError> {
    let chosen = best(text, options);
    if chosen.is_err() && options.transliterate != Transliteration::Never {
        let segmented = segment(text, options)?;
        return Ok(Count {
            encoding: segmented.encoding,
            units: segmented.units,
            parts: segmented.parts().len(),
            remaining: segmented.remaining,
        });
    }
    let (encoding, measure) = settled(text, chosen, options)?;
    Ok(Count {
        encoding,
        units: measure.units,
        parts: measure.parts,
        remaining: room(encoding, measure, options.reference) - measure.last,
    })
}
