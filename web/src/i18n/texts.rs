//! The texts themselves: one string for each language, cut up when it is first used.
//!
//! The built page loads only the reader's language: `boot.js` asks for its file
//! beside the module, and another language is asked for when somebody chooses it.

use std::sync::OnceLock;

use js_sys::Reflect;
use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;

use super::{EN, ES, Locale, PT, SEPARATOR};
use crate::api::{self, ApiError};

static TEXTS: [OnceLock<Vec<&str>>; 3] = [const { OnceLock::new() }; 3];

/// A text without placeholders, in whichever language: its place among all texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text(pub(super) usize);

impl Text {
    /// The words in one language; it has been loaded.
    pub(crate) fn of(self, locale: Locale) -> &'static str {
        let texts = TEXTS[index(locale)].get_or_init(|| cut(built_in(locale)));
        texts.get(self.0).copied().unwrap_or_default()
    }
}

/// Takes what `boot.js` has loaded.
pub(super) fn take_first() {
    let loaded = Reflect::get(&window(), &"septetTexts".into()).unwrap_or_default();
    let word = |name: &str| {
        Reflect::get(&loaded, &JsValue::from_str(name))
            .ok()?
            .as_string()
    };
    if let (Some(language), Some(text)) = (word("language"), word("text"))
        && let Some(locale) = Locale::from_tag(&language)
    {
        put(locale, text);
    }
}

/// Loads a language, unless it is here already.
pub(super) async fn load(locale: Locale) -> Result<(), ApiError> {
    if TEXTS[index(locale)].get().is_some() || !built_in(locale).is_empty() {
        return Ok(());
    }
    let list = document().query_selector("meta[name=texts]").ok().flatten();
    let list = list.and_then(|list| list.get_attribute("content"));
    let files = list.and_then(|list| js_sys::JSON::parse(&list).ok());
    let file = files
        .and_then(|files| {
            Reflect::get(&files, &locale.code().into())
                .ok()?
                .as_string()
        })
        .unwrap_or_default();
    put(locale, api::text_of(&file).await?);
    Ok(())
}

fn put(locale: Locale, text: String) {
    // Loaded twice at the same time: the first one stays.
    let _ = TEXTS[index(locale)].set(cut(String::leak(text)));
}

fn cut(text: &'static str) -> Vec<&'static str> {
    text.split(SEPARATOR).collect()
}

fn built_in(locale: Locale) -> &'static str {
    match locale {
        Locale::En => EN,
        Locale::Es => ES,
        Locale::Pt => PT,
    }
}

fn index(locale: Locale) -> usize {
    locale as usize
}
