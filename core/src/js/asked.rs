//! Templates and options as a caller gives them.

use alloc::string::String;

use wasm_bindgen::JsValue;

use super::read::{Fields, string};
use super::throw::Thrown;
use crate::encoding::{
    CountOptions, EncodingChoice, SegmentOptions, TransliterateOption, Transliteration,
};
use crate::template::{RenderOptions, Template};
use crate::wire::{LinkShape, Utm};

/// How a text is to be cut.
pub(super) fn options(given: &JsValue) -> Result<SegmentOptions, JsValue> {
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

/// What happens to a message's links, and how they look.
pub(super) fn render_options(
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
            id: tag("id")?,
            content: tag("content")?,
        },
    };
    Ok((chosen, shape))
}

/// A template.
pub(super) fn parsed(template: &JsValue) -> Result<Template, JsValue> {
    let template = string(template, "template")?;
    Ok(Template::parse(&template).map_err(Thrown::from)?)
}
