//! The JavaScript face: the core's functions for a web page or Node. `cargo xtask package`
//! makes the package of it, with what is in `core/npm`.
//!
//! Nothing is decided here. Arguments are read, the function that the server
//! calls is called, and what it says becomes a plain object; `types.d.ts` tells
//! TypeScript. Positions and indexes count code points, as `for (const c of text)`
//! does, not UTF-16 units. Lone surrogates, which are no characters, are read as
//! U+FFFD. What goes wrong is thrown as an `Error` with a `kind`; nothing panics.

mod buffer;
mod read;
mod throw;

pub use buffer::{count_text, count_texts, text_buffer};

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::campaign::{Channel, default_campaign_name};
use crate::encoding::{self, CountOptions, Encoding, SegmentOptions};
use crate::phone::{Country, PhoneNumber};
use crate::sender::{Sender, SenderKind};
use crate::template::{PreviewLinks, RenderOptions, Template};
use crate::wire::{LinkShape, Utm};
use read::{Fields, string, write};
use throw::Thrown;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

/// Cuts a text into parts; see [`encoding::segment`].
///
/// # Errors
/// `bad_argument`, `too_many_parts`, `not_encodable`.
#[wasm_bindgen(skip_typescript)]
pub fn segment(text: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let (text, options) = (string(text, "text")?, options(given)?);
    let cut = encoding::segment(&text, &options).map_err(Thrown::from)?;
    write(&encoding::Counted {
        given: &text,
        cut: &cut,
    })
}

#[derive(Serialize)]
struct CountAnswer {
    encoding: &'static str,
    units: usize,
    parts: usize,
    remaining: usize,
}

/// What a text takes, without cutting it; see [`encoding::count`].
///
/// # Errors
/// Those of [`segment`].
#[wasm_bindgen(skip_typescript)]
pub fn count(text: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let (text, options) = (string(text, "text")?, options(given)?);
    let counted = encoding::count(&text, &options).map_err(Thrown::from)?;
    write(&CountAnswer {
        encoding: match counted.encoding {
            Encoding::Gsm7 { .. } => "gsm7",
            Encoding::Ucs2 => "ucs2",
        },
        units: counted.units,
        parts: counted.parts,
        remaining: counted.remaining,
    })
}

/// What a message costs, and what would save a part; see [`encoding::explain`].
///
/// # Errors
/// Those of [`segment`].
#[wasm_bindgen(skip_typescript)]
pub fn explain(text: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let (text, options) = (string(text, "text")?, options(given)?);
    write(&encoding::explain(&text, &options).map_err(Thrown::from)?)
}

fn options(given: &JsValue) -> Result<SegmentOptions, JsValue> {
    let given = Fields::of(given, "options")?;
    // The names of `septet count --jsonl` are understood as well.
    let either = |name, other| {
        given
            .plain(name)?
            .map_or_else(|| given.plain(other), |it| Ok(Some(it)))
    };
    let count = CountOptions {
        encoding: given.plain("encoding")?,
        transliterate: given.plain("transliterate")?,
        national: given.strings("national")?,
        reference_bits: either("referenceBits", "reference_bits")?,
        max_parts: either("maxParts", "max_parts")?,
    };
    let plain = SegmentOptions::try_from(&count).map_err(Thrown::from)?;
    // Only what 360nrs offers; `national` has then no say.
    Ok(if given.plain("provider")?.unwrap_or_default() {
        SegmentOptions {
            reference: plain.reference,
            ..SegmentOptions::provider(plain.encoding, plain.transliterate, plain.max_parts)
        }
    } else {
        plain
    })
}

/// What a character is replaced by, or `undefined`; see [`encoding::replacement`].
///
/// # Errors
/// `bad_argument` for anything but one character.
#[wasm_bindgen(skip_typescript)]
pub fn replacement(character: &JsValue) -> Result<Option<String>, JsValue> {
    let character = string(character, "character")?;
    let mut characters = character.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => Ok(encoding::replacement(only).map(String::from)),
        _ => Err(Thrown::argument("character must be one character").into()),
    }
}

#[derive(Serialize)]
struct RenderAnswer<'a> {
    text: &'a str,
    missing: &'a [String],
    links: &'a [String],
}

/// Fills in a contact's values, with links of the announced length; see [`Template::render`].
///
/// # Errors
/// `bad_argument`, `unclosed_token`, `bad_token`.
#[wasm_bindgen(skip_typescript)]
pub fn render(template: &JsValue, values: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let template = parsed(template)?;
    let values = Fields::of(values, "values")?.record()?;
    let given = Fields::of(given, "options")?;
    let shorten = given.plain("shorten")?.unwrap_or_default();
    let links = given.object("links")?;
    let shape = if links.given() {
        LinkShape {
            short_base: links.needed("shortBase")?,
            unsubscribe_base: links.needed("unsubscribeBase")?,
            code_length: links.needed::<u8>("codeLength")?.into(),
        }
    } else if template.has_unsubscribe() || (shorten && template.has_links()) {
        return Err(Thrown::argument("links must say how short links look").into());
    } else {
        LinkShape {
            short_base: String::new(),
            unsubscribe_base: String::new(),
            code_length: 0,
        }
    };
    let utm = given.object("utm")?;
    let tag = |name| Ok::<String, Thrown>(utm.plain(name)?.unwrap_or_default());
    let chosen = RenderOptions {
        shorten,
        excluded: given.strings("excluded")?.unwrap_or_default(),
        utm: Utm {
            source: tag("source")?,
            medium: tag("medium")?,
            campaign: tag("campaign")?,
            term: tag("term")?,
            content: tag("content")?,
        },
    };
    let rendered = template.render(&values, &chosen, &mut PreviewLinks(&shape));
    write(&RenderAnswer {
        text: &rendered.text,
        missing: &rendered.missing,
        links: &rendered.links,
    })
}

/// The properties that a template asks for, each once; see [`Template::properties`].
///
/// # Errors
/// `bad_argument`, `unclosed_token`, `bad_token`.
#[wasm_bindgen(skip_typescript)]
pub fn properties(template: &JsValue) -> Result<JsValue, JsValue> {
    write(&parsed(template)?.properties().collect::<Vec<_>>())
}

fn parsed(template: &JsValue) -> Result<Template, JsValue> {
    let template = string(template, "template")?;
    Ok(Template::parse(&template).map_err(Thrown::from)?)
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
    let code: String = given
        .plain("country")?
        .ok_or_else(|| Thrown::argument("country must be an ISO 3166-1 code such as PT"))?;
    let country = Country::from_code(&code)
        .ok_or_else(|| Thrown::new("unknown_country", &format!("there is no country {code:?}")))?;
    let prefix: Option<String> = given.plain("prefix")?;
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
        _ => return Err(Thrown::argument("channel must be sms or voice").into()),
    };
    let year = read::whole(year, 1..=9999)
        .ok_or_else(|| Thrown::argument("year must be a whole number from 1 to 9999"))?;
    let month = read::whole(month, 1..=12)
        .ok_or_else(|| Thrown::argument("month must be a whole number from 1 to 12"))?;
    Ok(default_campaign_name(channel, year, month))
}
