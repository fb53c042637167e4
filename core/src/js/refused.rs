//! The errors of the text functions, each with its kind and figures.

use alloc::string::ToString;

use super::throw::Thrown;
use crate::campaign::ProblemKind;
use crate::encoding::{OptionsError, SegmentError};
use crate::template::{TemplateError, TemplateErrorKind};

impl From<OptionsError> for Thrown {
    fn from(error: OptionsError) -> Self {
        Self::argument("options:", &error.to_string())
    }
}

impl From<SegmentError> for Thrown {
    fn from(error: SegmentError) -> Self {
        let message = error.to_string();
        match error {
            SegmentError::TooManyParts { parts, max } => Self::new("too_many_parts", &message)
                .with("parts", parts)
                .with("max", max),
            SegmentError::NotEncodable { character, index } => Self::new("not_encodable", &message)
                .with("character", character.encode_utf8(&mut [0; 4]) as &str)
                .with("index", index),
        }
    }
}

impl From<TemplateError> for Thrown {
    fn from(error: TemplateError) -> Self {
        let kind = match error.kind {
            TemplateErrorKind::Unclosed => "unclosed_token",
            TemplateErrorKind::BadName => "bad_token",
            TemplateErrorKind::UnknownFilter => "unknown_filter",
        };
        Self::new(kind, &error.to_string()).with("position", error.position)
    }
}

/// What a sender is refused for.
impl From<ProblemKind> for Thrown {
    fn from(problem: ProblemKind) -> Self {
        match problem {
            ProblemKind::Empty => Self::new("empty", "nothing was entered"),
            ProblemKind::TooLong { max } => {
                Self::new("too_long", "there are too many characters").with("max", max)
            }
            ProblemKind::BadCharacter { character } => {
                Self::new("bad_character", "a character is not allowed")
                    .with("character", character.encode_utf8(&mut [0; 4]) as &str)
            }
            // No sender has any other problem.
            _ => Self::argument("sender", "is refused"),
        }
    }
}
