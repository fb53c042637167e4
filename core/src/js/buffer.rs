//! Where JavaScript's encoder writes texts, with no string made of them on the way.
//! `core/npm/texts.js` is its other end.

use alloc::vec::Vec;

use wasm_bindgen::prelude::wasm_bindgen;

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
}

impl TextBuffer {
    /// The text in so many bytes.
    pub(super) fn text(&self, length: usize) -> &str {
        let bytes = self.0.get(..length).unwrap_or_default();
        // An encoder wrote them.
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}
