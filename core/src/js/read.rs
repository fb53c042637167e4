//! Between JavaScript's values and Rust's.

use alloc::format;
use alloc::string::{String, ToString};
use core::ops::RangeInclusive;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use super::throw::Thrown;

/// A string, or what a caller without TypeScript must be told.
pub(super) fn string(value: &JsValue, name: &str) -> Result<String, Thrown> {
    value
        .as_string()
        .ok_or_else(|| Thrown::argument(&format!("{name} must be a string")))
}

/// Options, all of which may be left out.
pub(super) fn options<T: DeserializeOwned + Default>(value: &JsValue) -> Result<T, Thrown> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    if !value.is_object() {
        return Err(Thrown::argument("options must be an object"));
    }
    serde_wasm_bindgen::from_value(value.clone())
        .map_err(|error| Thrown::argument(&error.to_string()))
}

/// A whole number in a range.
pub(super) fn whole<T: TryFrom<i16>>(value: &JsValue, range: RangeInclusive<i16>) -> Option<T> {
    let number = value.as_f64()?;
    range
        .into_iter()
        .find(|whole| f64::from(*whole) == number)
        .and_then(|whole| T::try_from(whole).ok())
}

/// A plain object, as `JSON.parse` would give it.
pub(super) fn write<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| Thrown::new("internal", &error.to_string()).into())
}
