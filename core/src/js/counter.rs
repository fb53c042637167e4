//! The short way for counting: JavaScript writes the units of texts into a buffer here, and
//! one number for each text comes back. `core/npm/count.js` is its other end.

use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::encoding::{Encoding, SegmentOptions, count_utf16};

/// In the place of a count, for what does not fit into one number.
const UNCOUNTED: u32 = 0;
/// Bits of the units.
const UNITS: u32 = 15;

/// Texts in UTF-16, one after the other.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug, Default)]
pub struct Counter {
    texts: Vec<u16>,
    /// Where each ends; then, what each takes.
    numbers: Vec<u32>,
}

#[wasm_bindgen]
impl Counter {
    /// One without room.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The address of the texts once there is room for so many units; good, as the other,
    /// until either is asked for again.
    pub fn texts(&mut self, room: usize) -> usize {
        if self.texts.len() < room {
            self.texts.resize(room, 0);
        }
        self.texts.as_ptr() as usize
    }

    /// The address of the numbers, likewise.
    pub fn numbers(&mut self, room: usize) -> usize {
        if self.numbers.len() < room {
            self.numbers.resize(room, 0);
        }
        self.numbers.as_ptr() as usize
    }

    /// Counts the text in the first units, in the default alphabet or UCS-2.
    #[must_use]
    pub fn one(&self, units: usize) -> u32 {
        packed(self.texts.get(..units).unwrap_or_default())
    }

    /// Counts as many texts, likewise: each number that said where one ends then says what
    /// it takes.
    pub fn many(&mut self, texts: usize) {
        let mut start = 0;
        for number in self.numbers.iter_mut().take(texts) {
            let end = *number as usize;
            *number = packed(self.texts.get(start..end).unwrap_or_default());
            start = end;
        }
    }
}

/// Room left, parts, the encoding and units in one number, from the lowest bits up.
fn packed(text: &[u16]) -> u32 {
    let counted = count_utf16(text);
    let fits =
        counted.parts <= usize::from(SegmentOptions::new().max_parts) && counted.units < 1 << UNITS;
    if !fits {
        return UNCOUNTED;
    }
    let encoding = u32::from(counted.encoding == Encoding::Ucs2);
    let [units, parts, remaining] =
        [counted.units, counted.parts, counted.remaining].map(|number| number as u32);
    units << 17 | encoding << 16 | parts << 8 | remaining
}
