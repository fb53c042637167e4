//! Answers, written as JSON text that JavaScript's own parser makes objects of: an answer
//! of any size goes over in one piece.

use alloc::string::String;

use js_sys::JSON;
use wasm_bindgen::JsValue;

/// JSON being written.
#[derive(Default)]
pub(super) struct Json(String);

impl Json {
    /// The whole as a plain object.
    pub(super) fn object_of(write: impl FnOnce(&mut Self)) -> JsValue {
        let mut json = Self::default();
        json.object(write);
        json.parse()
    }

    /// The whole as an array of strings.
    pub(super) fn texts_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> JsValue {
        let mut json = Self::default();
        json.array(texts, Self::text);
        json.parse()
    }

    fn parse(&self) -> JsValue {
        // What is written here is well-formed.
        JSON::parse(&self.0).unwrap_or(JsValue::NULL)
    }

    /// An object with the fields that `write` gives it.
    pub(super) fn object(&mut self, write: impl FnOnce(&mut Self)) {
        self.0.push('{');
        write(self);
        self.0.push('}');
    }

    /// The name of a field; its value is to follow.
    pub(super) fn field(&mut self, name: &str) -> &mut Self {
        self.comma();
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self
    }

    pub(super) fn array<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.0.push('[');
        for item in items {
            self.comma();
            write(self, item);
        }
        self.0.push(']');
    }

    /// Between this one and the one before, if there is one.
    fn comma(&mut self) {
        if !matches!(self.0.as_bytes().last(), Some(b'{' | b'[')) {
            self.0.push(',');
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.0.push('"');
        let mut rest = text;
        while let Some(at) = rest.bytes().position(must_be_escaped) {
            let (before, after) = rest.split_at(at);
            self.0.push_str(before);
            self.escape(after.as_bytes()[0]);
            rest = &after[1..];
        }
        self.0.push_str(rest);
        self.0.push('"');
    }

    fn escape(&mut self, byte: u8) {
        let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
        self.0.push_str("\\u00");
        self.0.push(digit(byte >> 4));
        self.0.push(digit(byte & 15));
    }

    #[cfg(feature = "wasm-text")]
    pub(super) fn character(&mut self, character: char) {
        self.text(character.encode_utf8(&mut [0; 4]));
    }

    pub(super) fn number(&mut self, number: usize) {
        if number > 9 {
            self.number(number / 10);
        }
        self.0.push(char::from(b'0' + (number % 10) as u8));
    }

    #[cfg(feature = "wasm-text")]
    pub(super) fn switch(&mut self, on: bool) {
        self.0.push_str(if on { "true" } else { "false" });
    }

    /// A text, or `null`.
    #[cfg(feature = "wasm-text")]
    pub(super) fn text_or_null(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    pub(super) fn null(&mut self) {
        self.0.push_str("null");
    }
}

fn must_be_escaped(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}
