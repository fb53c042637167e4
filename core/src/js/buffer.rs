//! The short way for counting: JavaScript's encoder writes texts into a buffer here, and
//! one number for each comes back. `core/npm/count.js` is its other end.

use alloc::vec::Vec;
use core::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::encoding::{Encoding, SegmentOptions, count};

std::thread_local! {
    static TEXTS: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What stands between texts.
const SEPARATOR: u8 = 0;
/// In the place of a count, for what cannot be counted.
const UNCOUNTED: f64 = -1.0;

/// The address of a buffer with room for so many bytes; good until the next call.
#[wasm_bindgen(js_name = textBuffer, skip_typescript)]
#[must_use]
pub fn text_buffer(room: usize) -> usize {
    TEXTS.with_borrow_mut(|texts| {
        if texts.len() < room {
            texts.resize(room, 0);
        }
        texts.as_ptr() as usize
    })
}

/// Counts the text in so many bytes of the buffer, in the default alphabet or UCS-2.
#[wasm_bindgen(js_name = countText, skip_typescript)]
#[must_use]
pub fn count_text(length: usize) -> f64 {
    TEXTS.with_borrow(|texts| packed(texts.get(..length).unwrap_or_default()))
}

/// Counts the texts in so many bytes of the buffer, likewise.
#[wasm_bindgen(js_name = countTexts, skip_typescript)]
#[must_use]
pub fn count_texts(length: usize) -> Vec<f64> {
    TEXTS.with_borrow(|texts| {
        let texts = texts.get(..length).unwrap_or_default();
        texts.split(|byte| *byte == SEPARATOR).map(packed).collect()
    })
}

/// Room left, parts, units and the encoding in one number, from the lowest bits up.
fn packed(text: &[u8]) -> f64 {
    let counted = core::str::from_utf8(text)
        .ok()
        .and_then(|text| count(text, &SegmentOptions::new()).ok());
    let Some(counted) = counted else {
        return UNCOUNTED;
    };
    let encoding = usize::from(counted.encoding == Encoding::Ucs2);
    let above = counted.units << 1 | encoding;
    // At most 255 parts of 160 units: 33 bits, which a double holds exactly.
    ((above << 8 | counted.parts) as f64) * 256.0 + counted.remaining as f64
}
