//! The errors of the text functions, each with its kind and figures.
//!
//! The sentences are written here, not those of `Display`: what formats numbers and pads
//! them weighs more than all that is said.

use super::throw::Thrown;
use crate::encoding::{OptionsError, SegmentError};
use crate::template::{TemplateError, TemplateErrorKind};

impl From<OptionsError> for Thrown {
    fn from(error: OptionsError) -> Self {
        match error {
            OptionsError::UnknownLanguage(code) => {
                Self::argument("national", &["has no tables for ", &code].concat())
            }
            OptionsError::ReferenceBits(_) => Self::argument("referenceBits", "must be 8 or 16"),
            OptionsError::MaxParts(_) => {
                Self::argument("maxParts", "must be a whole number from 1 to 255")
            }
        }
    }
}

impl From<SegmentError> for Thrown {
    fn from(error: SegmentError) -> Self {
        match error {
            SegmentError::TooManyParts { parts, max } => {
                Self::new("too_many_parts", "the text takes more parts than allowed")
                    .with("parts", parts)
                    .with("max", max)
            }
            SegmentError::NotEncodable { character, index } => {
                let mut bytes = [0; 4];
                let character: &str = character.encode_utf8(&mut bytes);
                let what = "does not exist in the chosen encoding";
                Self::new("not_encodable", &[character, what].join(" "))
                    .with("character", character)
                    .with("index", index)
            }
        }
    }
}

impl From<TemplateError> for Thrown {
    fn from(error: TemplateError) -> Self {
        let (kind, message) = match error.kind {
            TemplateErrorKind::Unclosed => ("unclosed_token", "a token is not closed by }}"),
            TemplateErrorKind::BadName => ("bad_token", "a token names no property"),
            TemplateErrorKind::UnknownFilter => {
                ("unknown_filter", "a token has a filter that does not exist")
            }
        };
        Self::new(kind, message).with("position", error.position)
    }
}
