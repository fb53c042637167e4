//! What the public pages and files say, in the reader's language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::{HeaderMap, header};
use septet_core::delivery::NotSentReason;
use septet_core::wire::RowFault;
use serde::Deserialize;

/// A language of the public pages and of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Portuguese,
    Spanish,
    English,
}

/// Every sentence of the public pages and of files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) unsubscribe_title: String,
    pub(crate) unsubscribe_question: String,
    pub(crate) unsubscribe_button: String,
    pub(crate) unsubscribe_note: String,
    pub(crate) done_title: String,
    pub(crate) done_text: String,
    pub(crate) unsubscribe_all: String,
    pub(crate) undo_button: String,
    pub(crate) undone_title: String,
    pub(crate) undone_text: String,
    pub(crate) expired_title: String,
    pub(crate) expired_text: String,
    pub(crate) gone_title: String,
    pub(crate) gone_text: String,
    pub(crate) busy_title: String,
    pub(crate) busy_text: String,
    pub(crate) file_line: String,
    pub(crate) file_reason: String,
    pub(crate) file_name: String,
    pub(crate) file_number: String,
    pub(crate) file_contact: String,
    pub(crate) file_scope: String,
    pub(crate) file_source: String,
    pub(crate) file_by: String,
    pub(crate) file_at: String,
    fault_field_count: String,
    fault_too_long: String,
    fault_unreadable: String,
    fault_no_number: String,
    fault_malformed_number: String,
}

static TEXTS: LazyLock<[Texts; 3]> = LazyLock::new(|| {
    [
        include_str!("../locales/pt.json"),
        include_str!("../locales/es.json"),
        include_str!("../locales/en.json"),
    ]
    .map(|json| {
        serde_json::from_str(json)
            .unwrap_or_else(|error| unreachable!("a test reads all three: {error}"))
    })
});

/// What the page says, for the sentences that files share with it.
static PAGE: LazyLock<[BTreeMap<String, String>; 3]> = LazyLock::new(|| {
    [
        include_str!("../../web/locales/pt/common.json"),
        include_str!("../../web/locales/es/common.json"),
        include_str!("../../web/locales/en/common.json"),
    ]
    .map(|json| {
        serde_json::from_str(json)
            .unwrap_or_else(|error| unreachable!("a test reads all three: {error}"))
    })
});

impl Texts {
    /// Why a row of a file is bad.
    pub(crate) fn fault(&self, fault: RowFault) -> &str {
        match fault {
            RowFault::FieldCount => &self.fault_field_count,
            RowFault::TooLong => &self.fault_too_long,
            RowFault::Unreadable => &self.fault_unreadable,
            RowFault::NoNumber => &self.fault_no_number,
            RowFault::MalformedNumber => &self.fault_malformed_number,
        }
    }
}

/// The languages that a browser asks for, the best first.
pub(crate) fn accepted(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let tags = accepted.unwrap_or_default().split(',');
    tags.map(|tag| tag.split(';').next().unwrap_or_default().trim())
        .filter(|tag| !tag.is_empty())
}

impl Language {
    pub(crate) const ALL: [Self; 3] = [Self::Portuguese, Self::Spanish, Self::English];

    /// The language that was chosen, else the first that the browser asks for, else English.
    pub(crate) fn of(chosen: Option<&str>, headers: &HeaderMap) -> Self {
        chosen
            .into_iter()
            .chain(accepted(headers))
            .find_map(Self::from_tag)
            .unwrap_or(Self::English)
    }

    /// The language of a tag such as `pt-PT`.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let code = tag.trim().get(..2)?.to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|language| language.code() == code)
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Portuguese => "pt",
            Self::Spanish => "es",
            Self::English => "en",
        }
    }

    /// Its own name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Portuguese => "Português",
            Self::Spanish => "Español",
            Self::English => "English",
        }
    }

    pub(crate) fn texts(self) -> &'static Texts {
        &TEXTS[self as usize]
    }

    /// Why somebody gets no message, in the page's words.
    pub(crate) fn not_sent(self, reason: NotSentReason) -> &'static str {
        let sentence = PAGE[self as usize].get(&format!("reason_{}", reason.name()));
        sentence.map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn every_language_has_every_sentence() {
        for language in Language::ALL {
            assert!(!language.texts().done_text.is_empty());
            for reason in NotSentReason::ALL {
                assert_ne!(language.not_sent(*reason), "", "{reason:?}");
            }
        }
    }

    #[test]
    fn the_language_is_the_chosen_one_then_the_browsers_then_english() {
        let headers = |value: &'static str| {
            HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(value))])
        };
        assert_eq!(
            Language::of(None, &headers("pt-PT,en;q=0.8")),
            Language::Portuguese
        );
        assert_eq!(
            Language::of(None, &headers("fr, es-ES;q=0.5")),
            Language::Spanish
        );
        assert_eq!(Language::of(None, &headers("de")), Language::English);
        assert_eq!(Language::of(Some("es"), &headers("pt")), Language::Spanish);
        assert_eq!(
            Language::of(Some("xx"), &HeaderMap::new()),
            Language::English
        );
    }
}
