//! Reading and making the values of the browser's own JSON.
//!
//! serde could do it, but its code is compiled anew for every shape and with
//! a sentence for everything that may be wrong; here a shape costs little more
//! than the names of its fields. See `docs/adr/0006-light-page.md`.

use std::collections::BTreeMap;

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Something that can be read from JSON.
pub(crate) trait Read: Sized {
    /// `None` when the value is not of this shape.
    fn read(value: &JsValue) -> Option<Self>;
}

/// Reads a text that should hold a `T`.
pub(crate) fn parse<T: Read>(text: &str) -> Option<T> {
    T::read(&JSON::parse(text).ok()?)
}

/// Something that can be written as JSON.
pub(crate) trait Write {
    fn write(&self) -> JsValue;
}

/// The text of a value.
pub(crate) fn text(value: &impl Write) -> String {
    // Only what refers to itself has no text, and nothing here can.
    JSON::stringify(&value.write()).map_or_else(|_| String::new(), Into::into)
}

/// An object of named fields.
pub(super) fn object(fields: &[(&str, &dyn Write)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), &value.write());
    }
    object.into()
}

impl Write for &str {
    fn write(&self) -> JsValue {
        JsValue::from_str(self)
    }
}

impl Write for String {
    fn write(&self) -> JsValue {
        JsValue::from_str(self)
    }
}

impl Write for bool {
    fn write(&self) -> JsValue {
        JsValue::from_bool(*self)
    }
}

macro_rules! write_numbers {
    ($($number:ty)*) => {
        $(impl Write for $number {
            fn write(&self) -> JsValue {
                JsValue::from_f64(*self as f64)
            }
        })*
    };
}

// Ours are below 2^53, where doubles are exact.
write_numbers! { i64 u16 u64 }

/// As serde writes it.
impl<T: Write> Write for Option<T> {
    fn write(&self) -> JsValue {
        self.as_ref().map_or(JsValue::NULL, Write::write)
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self) -> JsValue {
        self.iter().map(Write::write).collect::<Array>().into()
    }
}

/// A field of an object.
pub(super) fn field<T: Read>(object: &JsValue, name: &str) -> Option<T> {
    T::read(&Reflect::get(object, &JsValue::from_str(name)).ok()?)
}

impl Read for String {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl Read for bool {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_bool()
    }
}

impl Read for char {
    fn read(value: &JsValue) -> Option<Self> {
        let text = value.as_string()?;
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none())
    }
}

/// JSON's numbers are doubles; ours are whole and below 2^53.
impl Read for i64 {
    fn read(value: &JsValue) -> Option<Self> {
        value
            .as_f64()
            .filter(|number| number.fract() == 0.0)
            .map(|number| number as i64)
    }
}

macro_rules! read_narrower {
    ($($number:ty)*) => {
        $(impl Read for $number {
            fn read(value: &JsValue) -> Option<Self> {
                i64::read(value)?.try_into().ok()
            }
        })*
    };
}

read_narrower! { u8 u16 u64 usize }

/// What is missing is the same as what is null.
impl<T: Read> Read for Option<T> {
    fn read(value: &JsValue) -> Option<Self> {
        if value.is_null() || value.is_undefined() {
            Some(None)
        } else {
            T::read(value).map(Some)
        }
    }
}

/// Lists may be left out when they are empty.
impl<T: Read> Read for Vec<T> {
    fn read(value: &JsValue) -> Option<Self> {
        if value.is_undefined() {
            return Some(Self::new());
        }
        let array = value.dyn_ref::<Array>()?;
        let mut items = Self::new();
        for index in 0..array.length() {
            items.push(T::read(&array.get(index))?);
        }
        Some(items)
    }
}

impl Read for BTreeMap<String, String> {
    fn read(value: &JsValue) -> Option<Self> {
        let entries = Object::entries(value.dyn_ref::<Object>()?);
        // `collect` would sort first, which is more code than all of this.
        let mut map = Self::new();
        for entry in entries.iter() {
            let entry: Array = entry.unchecked_into();
            map.insert(String::read(&entry.get(0))?, String::read(&entry.get(1))?);
        }
        Some(map)
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::parse;

    #[wasm_bindgen_test]
    fn numbers_that_are_not_whole_or_do_not_fit_are_refused() {
        assert_eq!(parse::<u8>("255"), Some(255));
        for text in ["256", "-1", "1.5", "null", "\"1\""] {
            assert_eq!(parse::<u8>(text), None, "{text}");
        }
    }

    #[wasm_bindgen_test]
    fn one_wrong_item_makes_the_list_wrong() {
        assert_eq!(parse::<Vec<bool>>("[true,false]"), Some(vec![true, false]));
        assert_eq!(parse::<Vec<bool>>("[true,0]"), None);
    }

    #[wasm_bindgen_test]
    fn a_character_is_one_code_point() {
        assert_eq!(parse::<char>("\"😀\""), Some('😀'));
        assert_eq!(parse::<char>("\"ab\""), None);
    }

    #[wasm_bindgen_test]
    fn what_is_not_json_is_refused() {
        assert_eq!(parse::<String>("<h1>Bad gateway</h1>"), None);
    }
}
