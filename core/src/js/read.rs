//! From JavaScript's values to Rust's.

use alloc::string::String;

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::throw::Thrown;

/// A string, or what a caller without TypeScript must be told.
pub(super) fn string(value: &JsValue, name: &str) -> Result<String, Thrown> {
    value
        .as_string()
        .ok_or_else(|| Thrown::argument(name, "must be a string"))
}

/// A whole number from 0 on.
pub(super) fn whole(value: &JsValue) -> Option<u32> {
    let number = value.as_f64()?;
    // What is negative, too large or none at all becomes another number.
    let whole = number as u32;
    (f64::from(whole) == number).then_some(whole)
}

/// A caller's object, read one known field at a time.
///
/// Whatever a getter or a proxy of the caller's throws is caught in JavaScript, and
/// nothing is followed into objects that are not asked for: an exception or a cycle
/// that passed through WASM would leave its stack where it was, and the module broken.
pub(super) struct Fields(pub(super) Option<JsValue>);

impl Fields {
    /// Of an object; of nothing, when it is left out.
    pub(super) fn of(value: &JsValue, name: &str) -> Result<Self, Thrown> {
        match value {
            absent if absent.is_undefined() || absent.is_null() => Ok(Self(None)),
            object if object.is_object() => Ok(Self(Some(object.clone()))),
            _ => Err(Thrown::argument(name, "must be an object")),
        }
    }

    /// A field that is neither `undefined` nor `null`.
    pub(super) fn present(&self, name: &str) -> Result<Option<JsValue>, Thrown> {
        let Some(object) = &self.0 else {
            return Ok(None);
        };
        let value = Reflect::get(object, &name.into())
            .map_err(|_| Thrown::argument(name, "cannot be read"))?;
        Ok(Some(value).filter(|value| !value.is_undefined() && !value.is_null()))
    }

    /// A string.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Thrown> {
        let value = self.present(name)?;
        value.map(|value| string(&value, name)).transpose()
    }

    /// The value of a field that cannot be left out.
    pub(super) fn needed<T>(&self, name: &str, value: Option<T>) -> Result<T, Thrown> {
        value.ok_or_else(|| Thrown::argument(name, "is missing"))
    }
}
