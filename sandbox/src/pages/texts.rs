//! The texts of the pages, in Portuguese, Spanish and English.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// European Portuguese.
    Pt,
    /// Spanish.
    Es,
    /// English, for everybody else.
    En,
}

impl Language {
    /// All of them, in the order of the switch.
    pub(super) const ALL: [Self; 3] = [Self::Pt, Self::Es, Self::En];

    /// BCP 47 tag.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::Pt => "pt-PT",
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// What addresses and the cookie call it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Pt => "pt",
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// Its own name for itself.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pt => "Português",
            Self::Es => "Español",
            Self::En => "English",
        }
    }

    /// The language of a tag such as `pt`, `es-419` or `en-GB`.
    pub(super) fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// Its texts.
    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::Pt => &PT,
            Self::Es => &ES,
            Self::En => &EN,
        }
    }
}

static PT: LazyLock<Texts> = LazyLock::new(|| committed(include_str!("../../locales/pt.json")));
static ES: LazyLock<Texts> = LazyLock::new(|| committed(include_str!("../../locales/es.json")));
static EN: LazyLock<Texts> = LazyLock::new(|| committed(include_str!("../../locales/en.json")));

/// Reads a file that is part of the program.
///
/// # Panics
///
/// When a text is missing or unknown, which the test of this module would have shown.
fn committed(json: &str) -> Texts {
    match serde_json::from_str(json) {
        Ok(texts) => texts,
        Err(error) => panic!("a text file of the sandbox is broken: {error}"),
    }
}

/// Puts values in the place of `{name}`.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// "1 part" or "3 parts".
pub(super) fn count(one: &str, other: &str, number: usize) -> String {
    if number == 1 {
        one.to_owned()
    } else {
        fill(other, &[("count", &number.to_string())])
    }
}

/// Declares a group of texts: a struct of strings that must all be there, and no others.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $(pub(super) $field: $kind,)+
        }
    };
}

texts! {
    /// All texts of one language.
    Texts {
        common: Common, index: Index, authorize: Authorize, handset: Handset, calls: Calls,
        panel: Panel, record: Record,
    }
}
texts! {
    /// On every page.
    Common {
        badge: String, note: String, language: String, home: String, handset: String,
        records: String, skip: String, not_found: String, failed: String,
    }
}
texts! {
    /// The overview.
    Index {
        title: String, lead: String, handset_text: String, handset_action: String,
        platforms: String, nrs: String, hubspot: String, tests: String, method: String,
        purpose: String, messages: String, communications: String, requests: String,
        faults: String, balance: String, calls: String, calling: String, expire: String,
        disconnect: String, reset: String,
    }
}
texts! {
    /// HubSpot's authorize page.
    Authorize {
        title: String, lead: String, choose: String, contacts_one: String,
        contacts_other: String, contacts_none: String, signed_in_as: String,
        permissions: String, accept: String, refuse: String,
        scopes: BTreeMap<String, String>, refused_title: String, unknown_app: String,
        bad_redirect: String, bad_scope: String, no_scope: String, bad_challenge: String,
    }
}
texts! {
    /// The handset.
    Handset {
        title: String, phones: String, unread_one: String, unread_other: String,
        unknown_name: String, empty_title: String, empty_text: String, choose_title: String,
        choose_text: String, nothing_title: String, nothing_text: String, back: String,
        view: String, joined: String, as_parts: String, part: String, parts_one: String,
        parts_other: String, septets: String, units: String, from: String,
        on_its_way: String, delivered: String, campaign: String, garbled: String,
        new_message: String, live: String, offline: String, answer: String, send: String,
    }
}
texts! {
    /// Phone calls on the handset.
    Calls {
        incoming: String, incoming_for: String, withheld: String, from: String, answer: String,
        decline: String, talking: String, hang_up: String, keypad: String, key: String,
        transcript: String, aloud: String, recording: String, no_key: String, sms: String,
        transferred: String, unsubscribed: String, voice: String, ivr: String,
        rings_again: String, rings_one: String, rings_other: String, endings: Endings,
    }
}
texts! {
    /// One for each way in which a call ends.
    Endings {
        said: String, sms: String, transferred: String, unsubscribed: String, no_key: String,
        wrong_key: String, hung_up: String, not_answered: String, declined: String,
    }
}
texts! {
    /// The switches and counters beside the handset.
    Panel {
        title: String, lead: String, sms: String, sms_options: SmsOptions, report: String,
        report_options: ReportOptions, crm: String, crm_options: CrmOptions, apply: String,
        applied: String, active: String, account: String, credit: String, requests: String,
        no_requests: String, afresh: String, afresh_note: String, calls: String,
        calls_lead: String, voice: String, ivr: String, off: String, on: String,
        answering: String, answering_options: AnsweringOptions,
    }
}
texts! {
    /// A contact's record.
    Record {
        title: String, lead: String, refused: String, no_app: String, send_sms: String,
        timeline: String, empty: String, close: String, state: String, why_not: String,
        credit: String,
    }
}
texts! {
    /// One for each fault of 360nrs.
    SmsOptions {
        none: String, refused_credentials: String, no_credit: String, down: String,
        internal_error: String, lost_answer: String, too_many: String,
    }
}
texts! {
    /// Who answers phones.
    AnsweringOptions { auto: String, manual: String }
}
texts! {
    /// One for each fate of a message.
    ReportOptions { deliver: String, undeliverable: String, never: String }
}
texts! {
    /// One for each fault of HubSpot.
    CrmOptions {
        none: String, down: String, rate_limited: String, refused: String, locked: String,
        migrating: String, lost_answer: String, unauthorized: String, slow: String,
        cut: String, partly: String,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::{Language, committed};
    use crate::hubspot::SCOPES;

    const FILES: [&str; 3] = [
        include_str!("../../locales/pt.json"),
        include_str!("../../locales/es.json"),
        include_str!("../../locales/en.json"),
    ];

    /// Every text by its path, with the placeholders that it has.
    fn placeholders(path: &str, value: &Value, found: &mut BTreeMap<String, Vec<String>>) {
        match value {
            Value::Object(entries) => {
                for (name, entry) in entries {
                    placeholders(&format!("{path}/{name}"), entry, found);
                }
            }
            Value::String(text) => {
                assert!(!text.trim().is_empty(), "{path} is empty");
                let mut names: Vec<String> = text
                    .split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split_once('}'))
                    .map(|(name, _)| name.to_owned())
                    .collect();
                names.sort();
                found.insert(path.to_owned(), names);
            }
            other => panic!("{path} is not a text: {other}"),
        }
    }

    #[test]
    fn every_language_has_all_texts_with_the_same_placeholders() {
        let read = FILES.map(|file| {
            committed(file);
            let mut found = BTreeMap::new();
            placeholders("", &serde_json::from_str(file).unwrap(), &mut found);
            found
        });
        assert_eq!(read[0], read[2]);
        assert_eq!(read[1], read[2]);
    }

    #[test]
    fn every_permission_is_explained_in_every_language() {
        for language in Language::ALL {
            for scope in SCOPES {
                let explained = &language.texts().authorize.scopes;
                assert!(explained.contains_key(scope), "{scope} in {language:?}");
            }
        }
    }
}
