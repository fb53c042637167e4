//! Putting a contact's values where the tokens are.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Piece, Token};

const HEX: &[u8; 16] = b"0123456789ABCDEF";

impl Token {
    /// What is written for a value: the value itself, filtered, or the fallback;
    /// `None` where there is neither. `scratch` is what filters write in.
    pub(crate) fn fill<'a>(&'a self, raw: &'a str, scratch: &'a mut String) -> Option<&'a str> {
        let raw = raw.trim();
        if raw.is_empty() {
            return self.fallback.as_deref();
        }
        if self.filters.is_empty() {
            return Some(raw);
        }
        scratch.clear();
        scratch.push_str(raw);
        for filter in &self.filters {
            filter.apply(scratch);
        }
        Some(scratch)
    }
}

/// A contact's values, and which of those that were asked for were not there.
pub(crate) struct Filling<'a> {
    values: &'a dyn Fn(&str) -> Option<&'a str>,
    scratch: String,
    /// Properties without value and without fallback, each once.
    pub(super) missing: Vec<String>,
}

impl<'a> Filling<'a> {
    pub(super) fn new(values: &'a dyn Fn(&str) -> Option<&'a str>) -> Self {
        Self {
            values,
            scratch: String::new(),
            missing: Vec::new(),
        }
    }

    /// What is written for a token.
    pub(super) fn value<'b>(&'b mut self, token: &'b Token) -> &'b str {
        let raw = (self.values)(&token.property).unwrap_or_default();
        let value = token.fill(raw, &mut self.scratch);
        if value.is_none() && !self.missing.contains(&token.property) {
            self.missing.push(token.property.clone());
        }
        value.unwrap_or_default()
    }

    /// Text and tokens as an address: values cannot change where it leads.
    pub(super) fn address(&mut self, pieces: &[Piece]) -> String {
        let mut address = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => address.push_str(text),
                Piece::Token(token) => encode(self.value(token), &mut address),
                Piece::Unsubscribe | Piece::Link(_) => {}
            }
        }
        address
    }
}

/// Whether a byte stands in an address as it is (RFC 3986, 2.3).
pub(crate) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Percent-encodes everything but the unreserved characters.
pub(crate) fn encode(value: &str, address: &mut String) {
    for byte in value.bytes() {
        if is_unreserved(byte) {
            address.push(char::from(byte));
        } else {
            address.extend(escape(byte));
        }
    }
}

/// The three characters that stand for a byte in an address.
pub(crate) fn escape(byte: u8) -> [char; 3] {
    let digit = |nibble: u8| char::from(HEX[usize::from(nibble)]);
    ['%', digit(byte >> 4), digit(byte & 15)]
}
