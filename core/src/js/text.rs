//! Texts and messages: the package's first module.

use alloc::string::String;

use wasm_bindgen::prelude::*;

use super::asked::{options, parsed, render_options};
use super::json::Json;
use super::read::{Fields, string};
use super::throw::Thrown;
use crate::encoding::{self, Edit, Encoding, Language};
use crate::template::PreviewLinks;

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
        json.field("parts").array(cut.parts(), |json, part| {
            json.object(|json| {
                json.field("text").text(part.text);
                json.field("units").number(part.units);
            });
        });
        json.field("remaining").number(cut.remaining);
        json.field("text").text(&cut.text);
        json.field("flagged")
            .array(encoding::flag(&text, cut.encoding), |json, flag| {
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

/// The properties that a template asks for, each once; see [`Template::properties`].
///
/// # Errors
/// `bad_argument`, `unclosed_token`, `bad_token`, `unknown_filter`.
#[wasm_bindgen(skip_typescript)]
pub fn properties(template: &JsValue) -> Result<JsValue, JsValue> {
    Ok(Json::texts_of(parsed(template)?.properties()))
}
