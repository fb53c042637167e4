//! Texts, messages and senders: the package's first module.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use super::json::Json;
use super::options::whole;
use super::read::{Fields, string};
use super::throw::Thrown;
use crate::campaign::{Channel, default_campaign_name};
use crate::encoding::{
    self, CountOptions, Edit, Encoding, EncodingChoice, Language, SegmentOptions,
    TransliterateOption, Transliteration,
};
use crate::sender::{Sender, SenderKind};
use crate::template::{PreviewLinks, RenderOptions, Template};
use crate::wire::{LinkShape, Utm};

/// Cuts a text into parts; see [`encoding::segment`].
///
/// # Errors
/// `bad_argument`, `too_many_parts`, `not_encodable`.
#[wasm_bindgen(skip_typescript)]
pub fn segment(text: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let (text, options) = (string(text, "text")?, options(given)?);
    let cut = encoding::segment(&text, &options).map_err(Thrown::from)?;
    let (locking, single) = match cut.encoding {
        Encoding::Gsm7 { locking, single } => (locking, single),
        Encoding::Ucs2 => (None, None),
    };
    Ok(Json::object_of(|json| {
        json.field("encoding").text(name_of(cut.encoding));
        json.field("locking")
            .text_or_null(locking.map(Language::code));
        json.field("single")
            .text_or_null(single.map(Language::code));
        json.field("units").number(cut.units);
        json.field("parts").array(&cut.parts, |json, part| {
            json.object(|json| {
                json.field("text").text(&part.text);
                json.field("units").number(part.units);
            });
        });
        json.field("remaining").number(cut.remaining);
        json.field("text").text(&cut.text);
        json.field("flagged").array(&cut.flagged, |json, flag| {
            json.object(|json| {
                json.field("char").character(flag.character);
                json.field("index").number(flag.index);
                json.field("units").number(flag.units);
                json.field("replacement").text_or_null(flag.replacement);
            });
        });
    }))
}

fn name_of(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Gsm7 { .. } => "gsm7",
        Encoding::Ucs2 => "ucs2",
    }
}

/// What a text takes, without cutting it; see [`encoding::count`].
///
/// # Errors
/// Those of [`segment`].
#[wasm_bindgen(skip_typescript)]
pub fn count(text: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let (text, options) = (string(text, "text")?, options(given)?);
    let counted = encoding::count(&text, &options).map_err(Thrown::from)?;
    Ok(Json::object_of(|json| {
        json.field("encoding").text(name_of(counted.encoding));
        json.field("units").number(counted.units);
        json.field("parts").number(counted.parts);
        json.field("remaining").number(counted.remaining);
    }))
}

/// What a message costs, and what would save a part; see [`encoding::explain`].
///
/// # Errors
/// Those of [`segment`].
#[wasm_bindgen(skip_typescript)]
pub fn explain(text: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let (text, options) = (string(text, "text")?, options(given)?);
    let explained = encoding::explain(&text, &options).map_err(Thrown::from)?;
    Ok(Json::object_of(|json| {
        json.field("parts").number(explained.parts);
        json.field("characters")
            .array(&explained.characters, |json, costly| {
                json.object(|json| {
                    json.field("char").character(costly.character);
                    json.field("times").number(costly.times);
                    json.field("units").number(costly.units);
                    json.field("forces").switch(costly.forces);
                    json.field("replacement").text_or_null(costly.replacement);
                    match costly.parts_without {
                        Some(parts) => json.field("partsWithout").number(parts),
                        None => json.field("partsWithout").null(),
                    }
                });
            });
        json.field("cheapest");
        match explained.cheapest {
            Some(edit) => json.object(|json| self::edit(json, edit)),
            None => json.null(),
        }
    }))
}

fn edit(json: &mut Json, edit: Edit) {
    let parts = match edit {
        Edit::Replace {
            character,
            replacement,
            times,
            parts,
        } => {
            json.field("kind").text("replace");
            json.field("char").character(character);
            json.field("replacement").text(replacement);
            json.field("times").number(times);
            parts
        }
        Edit::Shorten { characters, parts } => {
            json.field("kind").text("shorten");
            json.field("characters").number(characters);
            parts
        }
    };
    json.field("parts").number(parts);
}

fn options(given: &JsValue) -> Result<SegmentOptions, JsValue> {
    let given = Fields::of(given, "options")?;
    // The names of `septet count --jsonl` are understood as well.
    let either = |name, other| match given.whole(name)? {
        None => given.whole(other),
        number => Ok::<_, Thrown>(number),
    };
    let switch = given.present("transliterate")?;
    let count = CountOptions {
        encoding: given.named("encoding", EncodingChoice::from_name)?,
        transliterate: match switch.and_then(|value| value.as_bool()) {
            Some(on) => Some(TransliterateOption::Switch(on)),
            None => given
                .named("transliterate", Transliteration::from_name)?
                .map(TransliterateOption::Policy),
        },
        national: given.strings("national")?,
        reference_bits: either("referenceBits", "reference_bits")?,
        max_parts: either("maxParts", "max_parts")?,
    };
    let plain = SegmentOptions::try_from(&count).map_err(Thrown::from)?;
    // Only what 360nrs offers; `national` has then no say.
    Ok(if given.switch("provider")? {
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
        _ => Err(Thrown::argument("character", "must be one character").into()),
    }
}

/// Fills in a contact's values, with links of the announced length; see [`Template::render`].
///
/// # Errors
/// `bad_argument`, `unclosed_token`, `bad_token`, `unknown_filter`.
#[wasm_bindgen(skip_typescript)]
pub fn render(template: &JsValue, values: &JsValue, given: &JsValue) -> Result<JsValue, JsValue> {
    let template = parsed(template)?;
    let record = Fields::of(values, "values")?.record()?;
    let (chosen, links) = render_options(&template, given)?;
    let value = |name: &str| {
        let found = record.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let rendered = template.fill(&value, &chosen, &mut PreviewLinks(&links));
    Ok(Json::object_of(|json| {
        json.field("text").text(&rendered.text);
        let missing = &rendered.missing;
        json.field("missing")
            .array(missing, |json, name| json.text(name));
        json.field("links")
            .array(&rendered.links, |json, link| json.text(link));
    }))
}

/// What happens to a message's links, and how they look.
fn render_options(
    template: &Template,
    given: &JsValue,
) -> Result<(RenderOptions, LinkShape), JsValue> {
    let given = Fields::of(given, "options")?;
    let shorten = given.switch("shorten")?;
    let links = given.object("links")?;
    let text = |name| links.needed(name, links.text(name)?);
    let shape = if links.given() {
        let length = links.whole("codeLength")?;
        LinkShape {
            short_base: text("shortBase")?,
            unsubscribe_base: text("unsubscribeBase")?,
            code_length: length
                .and_then(|length| u8::try_from(length).ok())
                .ok_or_else(|| Thrown::argument("codeLength", "must be a number from 0 to 255"))?
                .into(),
        }
    } else if template.has_unsubscribe() || (shorten && template.has_links()) {
        return Err(Thrown::argument("links", "must say how short links look").into());
    } else {
        LinkShape {
            short_base: String::new(),
            unsubscribe_base: String::new(),
            code_length: 0,
        }
    };
    let utm = given.object("utm")?;
    let tag = |name| Ok::<String, Thrown>(utm.text(name)?.unwrap_or_default());
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
    Ok((chosen, shape))
}

/// The properties that a template asks for, each once; see [`Template::properties`].
///
/// # Errors
/// `bad_argument`, `unclosed_token`, `bad_token`, `unknown_filter`.
#[wasm_bindgen(skip_typescript)]
pub fn properties(template: &JsValue) -> Result<JsValue, JsValue> {
    Ok(Json::texts_of(parsed(template)?.properties()))
}

fn parsed(template: &JsValue) -> Result<Template, JsValue> {
    let template = string(template, "template")?;
    Ok(Template::parse(&template).map_err(Thrown::from)?)
}

/// Reads a sender; see [`Sender::parse`].
///
/// # Errors
/// `bad_argument`, `empty`, `too_long`, `bad_character`.
#[wasm_bindgen(js_name = parseSender, skip_typescript)]
pub fn parse_sender(typed: &JsValue) -> Result<JsValue, JsValue> {
    let sender = Sender::parse(&string(typed, "sender")?).map_err(Thrown::from)?;
    Ok(Json::object_of(|json| {
        json.field("value").text(sender.as_str());
        json.field("kind").text(match sender.kind() {
            SenderKind::Numeric => "numeric",
            SenderKind::Alphanumeric => "alphanumeric",
        });
    }))
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
