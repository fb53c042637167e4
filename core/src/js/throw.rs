//! What the JavaScript face throws: `Error` objects that a program can tell apart.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

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
    pub(super) fn argument(name: &str, what: &str) -> Self {
        Self::new("bad_argument", &[name, " ", what].concat())
    }

    pub(super) fn with(self, name: &str, value: impl Into<JsValue>) -> Self {
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
