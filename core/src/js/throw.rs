//! What the JavaScript face throws: `Error` objects that a program can tell apart.

use alloc::format;
use alloc::string::ToString;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use crate::campaign::ProblemKind;
use crate::encoding::{OptionsError, SegmentError};
use crate::phone::PhoneError;
use crate::template::{TemplateError, TemplateErrorKind};

/// An error on its way to JavaScript.
pub(super) struct Thrown {
    error: js_sys::Error,
}

impl Thrown {
    /// An `Error` with a message for people and a kind for programs.
    pub(super) fn new(kind: &str, message: &str) -> Self {
        let error = js_sys::Error::new(message);
        error.set_name("SeptetError");
        Self { error }.with("kind", kind)
    }

    /// An argument of the wrong type or out of range.
    pub(super) fn argument(message: &str) -> Self {
        Self::new("bad_argument", message)
    }

    fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
        // A new `Error` takes any property, so there is nothing to report.
        Reflect::set(&self.error, &name.into(), &value.into()).ok();
        self
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        thrown.error.into()
    }
}

impl From<OptionsError> for Thrown {
    fn from(error: OptionsError) -> Self {
        Self::argument(&error.to_string())
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
                .with("character", character.to_string())
                .with("index", index),
        }
    }
}

impl From<TemplateError> for Thrown {
    fn from(error: TemplateError) -> Self {
        let kind = match error.kind {
            TemplateErrorKind::Unclosed => "unclosed_token",
            TemplateErrorKind::BadName | TemplateErrorKind::UnknownFilter => "bad_token",
        };
        Self::new(kind, &error.to_string()).with("position", error.position)
    }
}

impl From<ProblemKind> for Thrown {
    fn from(problem: ProblemKind) -> Self {
        match problem {
            ProblemKind::Empty => Self::new("empty", "nothing was entered"),
            ProblemKind::TooLong { max } => {
                Self::new("too_long", &format!("at most {max} characters are allowed"))
                    .with("max", max)
            }
            ProblemKind::BadCharacter { character } => {
                Self::new("bad_character", &format!("{character:?} is not allowed"))
                    .with("character", character.to_string())
            }
            other => Self::new("refused", &format!("{other:?}")),
        }
    }
}

impl From<PhoneError> for Thrown {
    fn from(error: PhoneError) -> Self {
        match error {
            PhoneError::Empty => Self::new("empty", "there is no number"),
            PhoneError::Malformed => {
                Self::new("malformed", "no number of its country looks like this")
            }
        }
    }
}
