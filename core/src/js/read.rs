//! Between JavaScript's values and Rust's.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use js_sys::{Map, Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};

use super::throw::Thrown;

/// A string, or what a caller without TypeScript must be told.
pub(super) fn string(value: &JsValue, name: &str) -> Result<String, Thrown> {
    value
        .as_string()
        .ok_or_else(|| Thrown::argument(&format!("{name} must be a string")))
}

/// A caller's object, read one known field at a time.
///
/// Whatever a getter or a proxy of the caller's throws is caught in JavaScript, and
/// nothing is followed into objects that are not asked for: an exception or a cycle
/// that passed through WASM would leave its stack where it was, and the module broken.
pub(super) struct Fields(Option<JsValue>);

impl Fields {
    /// Of an object; of nothing, when it is left out.
    pub(super) fn of(value: &JsValue, name: &str) -> Result<Self, Thrown> {
        match value {
            absent if absent.is_undefined() || absent.is_null() => Ok(Self(None)),
            object if object.is_object() => Ok(Self(Some(object.clone()))),
            _ => Err(Thrown::argument(&format!("{name} must be an object"))),
        }
    }

    /// A field that is neither `undefined` nor `null`.
    fn present(&self, name: &str) -> Result<Option<JsValue>, Thrown> {
        let Some(object) = &self.0 else {
            return Ok(None);
        };
        let value = Reflect::get(object, &name.into())
            .map_err(|_| Thrown::argument(&format!("{name} cannot be read")))?;
        Ok(Some(value).filter(|value| !value.is_undefined() && !value.is_null()))
    }

    /// A string, a number or a switch.
    pub(super) fn plain<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Thrown> {
        let Some(value) = self.present(name)? else {
            return Ok(None);
        };
        if value.is_object() || value.is_function() {
            return Err(Thrown::argument(&format!("{name} cannot be an object")));
        }
        serde_wasm_bindgen::from_value(value)
            .map(Some)
            .map_err(|error| Thrown::argument(&format!("{name}: {error}")))
    }

    /// A field that cannot be left out.
    pub(super) fn needed<T: DeserializeOwned>(&self, name: &str) -> Result<T, Thrown> {
        self.plain(name)?
            .ok_or_else(|| Thrown::argument(&format!("{name} is missing")))
    }

    /// An array of a few strings.
    pub(super) fn strings(&self, name: &str) -> Result<Option<Vec<String>>, Thrown> {
        const MOST: f64 = 255.0;
        let Some(array) = self.present(name)? else {
            return Ok(None);
        };
        let refused = || Thrown::argument(&format!("{name} must be an array of strings"));
        let length = Some(&array)
            .filter(|array| array.is_object())
            .and_then(|array| Reflect::get(array, &"length".into()).ok()?.as_f64())
            .filter(|length| (0.0..=MOST).contains(length))
            .ok_or_else(refused)?;
        (0..)
            .take_while(|index| f64::from(*index) < length)
            .map(|index| {
                let item = Reflect::get(&array, &index.into()).ok();
                item.and_then(|item| item.as_string()).ok_or_else(refused)
            })
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// An object inside.
    pub(super) fn object(&self, name: &str) -> Result<Self, Thrown> {
        let inside = self.present(name)?.unwrap_or(JsValue::UNDEFINED);
        Self::of(&inside, name)
    }

    /// Whether there is an object at all.
    pub(super) fn given(&self) -> bool {
        self.0.is_some()
    }

    /// All of its strings by name, as a contact's values; a `Map` will do too.
    pub(super) fn record(&self) -> Result<BTreeMap<String, String>, Thrown> {
        let Some(object) = &self.0 else {
            return Ok(BTreeMap::new());
        };
        let unreadable = |_| Thrown::argument("values cannot be read");
        let object = if object.is_instance_of::<Map>() {
            JsValue::from(Object::from_entries(object).map_err(unreadable)?)
        } else {
            object.clone()
        };
        let mut record = BTreeMap::new();
        let names = Reflect::own_keys(&object).map_err(unreadable)?;
        for key in names.iter() {
            let Some(name) = key.as_string() else {
                continue;
            };
            let value = Reflect::get(&object, &key).map_err(unreadable)?;
            if value.is_undefined() || value.is_null() {
                continue;
            }
            record.insert(name, string(&value, "a value")?);
        }
        Ok(record)
    }
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
