//! What only the module for texts reads of a caller's object: switches, numbers, names,
//! lists and records.

use alloc::string::String;
use alloc::vec::Vec;

use js_sys::Reflect;
#[cfg(feature = "wasm-text")]
use js_sys::{Map, Object};
#[cfg(feature = "wasm-text")]
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

#[cfg(feature = "wasm-text")]
use super::read::string;
use super::read::{Fields, whole};
use super::throw::Thrown;

impl Fields {
    /// A switch; off, when it is left out.
    pub(super) fn switch(&self, name: &str) -> Result<bool, Thrown> {
        let Some(value) = self.present(name)? else {
            return Ok(false);
        };
        let on = value.as_bool();
        on.ok_or_else(|| Thrown::argument(name, "must be true or false"))
    }

    /// A whole number from 0 on.
    pub(super) fn whole(&self, name: &str) -> Result<Option<u32>, Thrown> {
        let Some(value) = self.present(name)? else {
            return Ok(None);
        };
        let number = whole(&value).ok_or_else(|| Thrown::argument(name, "must be a whole number"));
        number.map(Some)
    }

    /// One of a few names.
    pub(super) fn named<T>(
        &self,
        name: &str,
        known: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Thrown> {
        let Some(value) = self.text(name)? else {
            return Ok(None);
        };
        let found = known(&value).ok_or_else(|| Thrown::argument(name, "is none that there is"));
        found.map(Some)
    }

    /// An array of a few strings.
    pub(super) fn strings(&self, name: &str) -> Result<Option<Vec<String>>, Thrown> {
        const MOST: f64 = 255.0;
        let Some(array) = self.present(name)? else {
            return Ok(None);
        };
        let refused = || Thrown::argument(name, "must be an array of strings");
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
    #[cfg(feature = "wasm-text")]
    pub(super) fn record(&self) -> Result<Vec<(String, String)>, Thrown> {
        let Some(object) = &self.0 else {
            return Ok(Vec::new());
        };
        let unreadable = |_| Thrown::argument("values", "cannot be read");
        let object = if object.is_instance_of::<Map>() {
            JsValue::from(Object::from_entries(object).map_err(unreadable)?)
        } else {
            object.clone()
        };
        let mut record = Vec::new();
        let names = Reflect::own_keys(&object).map_err(unreadable)?;
        for key in names.iter() {
            let Some(name) = key.as_string() else {
                continue;
            };
            let value = Reflect::get(&object, &key).map_err(unreadable)?;
            if value.is_undefined() || value.is_null() {
                continue;
            }
            record.push((name, string(&value, "a value")?));
        }
        Ok(record)
    }
}
