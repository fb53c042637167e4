//! The short way for counting: JavaScript's encoder writes texts into a buffer here, and
//! one number for each comes back. `core/npm/count.js` is its other end.

use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::encoding::{Encoding, SegmentOptions, count};

/// What stands between texts.
pub(super) const SEPARATOR: char = '\0';
/// In the place of a count, for what cannot be counted.
const UNCOUNTED: f64 = -1.0;

/// Bytes of texts.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug, Default)]
pub struct TextBuffer(Vec<u8>);

#[wasm_bindgen]
impl TextBuffer {
    /// One without room.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Its address once it has room for so many bytes; good until the next call.
    pub fn reserve(&mut self, room: usize) -> usize {
        if self.0.len() < room {
            self.0.resize(room, 0);
        }
        self.0.as_ptr() as usize
    }

    /// Counts the text in so many bytes, in the default alphabet or UCS-2.
    #[wasm_bindgen(js_name = countText)]
    #[must_use]
    pub fn count_text(&self, length: usize) -> f64 {
        packed(self.text(length))
    }

    /// Counts the texts in so many bytes, likewise.
    #[wasm_bindgen(js_name = countTexts)]
    #[must_use]
    pub fn count_texts(&self, length: usize) -> Vec<f64> {
        self.text(length).split(SEPARATOR).map(packed).collect()
    }
}

impl TextBuffer {
    /// The text in so many bytes.
    pub(super) fn text(&self, length: usize) -> &str {
        let bytes = self.0.get(..length).unwrap_or_default();
        // An encoder wrote them.
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// Room left, parts, units and the encoding in one number, from the lowest bits up.
fn packed(text: &str) -> f64 {
    let Ok(counted) = count(text, &SegmentOptions::new()) else {
        return UNCOUNTED;
    };
    let encoding = usize::from(counted.encoding == Encoding::Ucs2);
    let above = counted.units << 1 | encoding;
    // At most 255 parts of 160 units: 33 bits, which a double holds exactly.
    ((above << 8 | counted.parts) as f64) * 256.0 + counted.remaining as f64
}
