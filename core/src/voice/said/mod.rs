//! How numbers, dates, times, sums of money and abbreviations of a text will be read out.
//!
//! An engine that speaks does this by itself; **open:** by which rules the provider's
//! does. These are the usual ones of Portuguese, Spanish and English, so that a person
//! who writes `24/11` or `Dra.` sees what will be heard, and writes it out where that is
//! not what was meant. What has no rule here is told as it stands.

mod abbreviation;
mod date;
mod en;
mod es;
mod money;
mod noun;
mod number;
mod phone;
mod pt;
mod scan;
mod time;
mod tongue;

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::VoiceLanguage;
use crate::named::named;
use tongue::{Form, Tongue};

/// The least number that is not said in words but digit by digit.
const TOO_LARGE: u64 = 1_000_000_000_000;

/// A stretch of a text that is not read letter by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where it stands in the text, in bytes.
    pub range: Range<usize>,
    /// What it is taken for.
    pub kind: SaidKind,
    /// What is heard instead.
    pub spoken: String,
}

named! {
    /// What a stretch of a text is taken for.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum SaidKind {
        /// A day, with its year or without.
        Date = "date",
        /// A time of the day.
        Time = "time",
        /// A number to call, or another too long to be anything else: digit by digit.
        Digits = "digits",
        /// A sum of money.
        Money = "money",
        /// A number, a percentage, an ordinal or a measure.
        Number = "number",
        /// A word cut short.
        Abbreviation = "abbreviation",
    }
}

/// What of a text is read otherwise than it is written, first to last; nothing in a
/// language without rules.
///
/// ```
/// use septet_core::voice::VoiceLanguage;
/// use septet_core::voice::said::said;
/// let text = "Dia 24/11 às 9h30";
/// let said = said(text, VoiceLanguage::PtPt);
/// assert_eq!(&text[said[0].range.clone()], "24/11");
/// assert_eq!(said[0].spoken, "vinte e quatro de novembro");
/// assert_eq!(said[1].spoken, "nove horas e trinta minutos");
/// ```
#[must_use]
pub fn said(text: &str, language: VoiceLanguage) -> Vec<Said> {
    let Some(tongue) = Tongue::of(language) else {
        return Vec::new();
    };
    let mut found: Vec<Said> = Vec::new();
    let mut end = 0;
    for (at, _) in text.char_indices() {
        if at < end || !scan::begins(&text[..at]) {
            continue;
        }
        let rest = &text[at..];
        if let Some((kind, (length, spoken))) = read(rest, tongue) {
            end = at + length;
            let range = at..end;
            found.push(Said {
                range,
                kind,
                spoken,
            });
        }
    }
    found
}

/// A text as it will be heard: everything that [`said`] finds written out.
///
/// ```
/// use septet_core::voice::VoiceLanguage;
/// use septet_core::voice::said::aloud;
/// assert_eq!(aloud("Dr. Smith, 3 pm", VoiceLanguage::EnGb), "doctor Smith, three p.m.");
/// ```
#[must_use]
pub fn aloud(text: &str, language: VoiceLanguage) -> String {
    let mut aloud = String::with_capacity(text.len());
    let mut end = 0;
    for said in said(text, language) {
        aloud.push_str(&text[end..said.range.start]);
        aloud.push_str(&said.spoken);
        end = said.range.end;
    }
    aloud.push_str(&text[end..]);
    aloud
}

/// A number in words, as one counts; `None` in a language without rules, and from a
/// million millions on.
///
/// ```
/// use septet_core::voice::VoiceLanguage;
/// use septet_core::voice::said::words;
/// let pt = words(1_234, VoiceLanguage::PtPt);
/// assert_eq!(pt.as_deref(), Some("mil duzentos e trinta e quatro"));
/// assert_eq!(words(21, VoiceLanguage::EsEs).as_deref(), Some("veintiuno"));
/// assert_eq!(words(2_026, VoiceLanguage::EnGb).as_deref(), Some("two thousand and twenty-six"));
/// assert_eq!(words(1, VoiceLanguage::FrFr), None);
/// ```
#[must_use]
pub fn words(number: u64, language: VoiceLanguage) -> Option<String> {
    let tongue = Tongue::of(language).filter(|_| number < TOO_LARGE)?;
    Some(tongue.cardinal(number, Form::Counting))
}

/// The first reading that fits the beginning of a text. Those that ask for more come first.
fn read(rest: &str, tongue: Tongue) -> Option<(SaidKind, (usize, String))> {
    type Reading = fn(&str, Tongue) -> Option<(usize, String)>;
    let readings: [(SaidKind, Reading); 6] = [
        (SaidKind::Date, date::read),
        (SaidKind::Time, time::read),
        (SaidKind::Money, money::read),
        (SaidKind::Digits, phone::read),
        (SaidKind::Number, number::read),
        (SaidKind::Abbreviation, abbreviation::read),
    ];
    readings
        .iter()
        .find_map(|(kind, reading)| Some((*kind, reading(rest, tongue)?)))
}

/// Words with a space between.
fn join(words: &[&str]) -> String {
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Case {
        language: VoiceLanguage,
        text: String,
        said: Vec<(SaidKind, String, String)>,
    }

    #[test]
    fn every_case_of_the_file_is_said_as_it_says() {
        for line in include_str!("../../../data/said.jsonl").lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            let found: Vec<_> = said(&case.text, case.language)
                .into_iter()
                .map(|said| (said.kind, case.text[said.range].to_owned(), said.spoken))
                .collect();
            assert_eq!(found, case.said, "{line}");
        }
    }

    #[test]
    fn a_language_without_rules_is_told_as_it_stands() {
        assert_eq!(said("24/11/2026", VoiceLanguage::FrFr), []);
        assert_eq!(aloud("24/11/2026", VoiceLanguage::FrFr), "24/11/2026");
    }
}
