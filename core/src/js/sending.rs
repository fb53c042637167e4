//! Whom a message is from and to, and what a campaign is called: the package's second module.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::read::{Fields, string, whole};
use super::throw::Thrown;
use crate::campaign::{Channel, ProblemKind, default_campaign_name};
use crate::phone::{Country, PhoneError, PhoneNumber};
use crate::sender::{Sender, SenderKind};

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

#[derive(Serialize)]
struct SenderAnswer<'a> {
    value: &'a str,
    kind: &'static str,
}

/// Reads a sender; see [`Sender::parse`].
///
/// # Errors
/// `bad_argument`, `empty`, `too_long`, `bad_character`.
#[wasm_bindgen(js_name = parseSender, skip_typescript)]
pub fn parse_sender(typed: &JsValue) -> Result<JsValue, JsValue> {
    let sender = Sender::parse(&string(typed, "sender")?).map_err(Thrown::from)?;
    write(&SenderAnswer {
        value: sender.as_str(),
        kind: match sender.kind() {
            SenderKind::Numeric => "numeric",
            SenderKind::Alphanumeric => "alphanumeric",
        },
    })
}

/// The name of a campaign without one; see [`default_campaign_name`].
///
/// # Errors
/// `bad_argument`.
#[wasm_bindgen(js_name = defaultCampaignName, skip_typescript)]
pub fn campaign_name(
    channel: &JsValue,
    year: &JsValue,
    month: &JsValue,
) -> Result<String, JsValue> {
    let channel = match string(channel, "channel")?.as_str() {
        "sms" => Channel::Sms,
        "voice" => Channel::Voice,
        _ => return Err(Thrown::argument("channel", "must be sms or voice").into()),
    };
    let year = whole(year)
        .and_then(|year| i16::try_from(year).ok())
        .filter(|year| (1..=9999).contains(year))
        .ok_or_else(|| Thrown::argument("year", "must be a whole number from 1 to 9999"))?;
    let month = whole(month)
        .and_then(|month| u8::try_from(month).ok())
        .filter(|month| (1..=12).contains(month))
        .ok_or_else(|| Thrown::argument("month", "must be a whole number from 1 to 12"))?;
    Ok(default_campaign_name(channel, year, month))
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
