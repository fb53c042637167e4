//! Reading the values that the browser's JSON parser made.
//!
//! serde could read them, but its code is compiled anew for every shape and
//! with a sentence for everything that may be wrong; here a shape costs little
//! more than the names of its fields. See `docs/adr/0006-light-page.md`.

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
        value
            .dyn_ref::<Array>()?
            .iter()
            .map(|item| T::read(&item))
            .collect()
    }
}

impl Read for BTreeMap<String, String> {
    fn read(value: &JsValue) -> Option<Self> {
        let entries = Object::entries(value.dyn_ref::<Object>()?);
        let pairs = entries.iter().map(|entry| {
            let entry: Array = entry.unchecked_into();
            Some((String::read(&entry.get(0))?, String::read(&entry.get(1))?))
        });
        pairs.collect()
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
