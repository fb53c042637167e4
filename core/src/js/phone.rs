//! Phone numbers and the countries that they are of: the package's second module.

use alloc::vec::Vec;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::read::{Fields, string};
use super::throw::Thrown;
use crate::phone::{Country, PhoneError, PhoneNumber};

#[derive(Serialize)]
struct PhoneAnswer<'a> {
    e164: &'a str,
    digits: &'a str,
}

/// Reads a number as a contact's record holds it; see [`PhoneNumber::parse`].
///
/// # Errors
/// `bad_argument`, `unknown_country`, `empty`, `malformed`.
#[wasm_bindgen(js_name = normalisePhone, skip_typescript)]
pub fn normalise_phone(raw: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let raw = string(raw, "number")?;
    let given = Fields::of(given, "options")?;
    let code = given.needed("country", given.text("country")?)?;
    let country = Country::from_code(&code)
        .ok_or_else(|| Thrown::new("unknown_country", &["there is no country ", &code].concat()))?;
    let prefix = given.text("prefix")?;
    let number = PhoneNumber::parse(&raw, prefix.as_deref(), country).map_err(Thrown::from)?;
    write(&PhoneAnswer {
        e164: &number.e164(),
        digits: number.digits(),
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CountryAnswer {
    code: &'static str,
    calling_code: u16,
}

/// All countries with a numbering plan, by code.
///
/// # Errors
/// None that a caller can cause.
#[wasm_bindgen(skip_typescript)]
pub fn countries() -> Result<JsValue, JsValue> {
    let countries: Vec<CountryAnswer> = Country::all()
        .map(|country| CountryAnswer {
            code: country.code(),
            calling_code: country.calling_code(),
        })
        .collect();
    write(&countries)
}

/// A plain object, as `JSON.parse` would give it.
fn write<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let plain = serde_wasm_bindgen::Serializer::json_compatible();
    Ok(value.serialize(&plain)?)
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
