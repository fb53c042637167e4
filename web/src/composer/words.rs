//! Sentences of the composer for what core says.

use septet_core::campaign::{Field, ProblemKind};
use septet_core::encoding::{Encoding, EncodingChoice};

use super::audience::Way;
use super::marks::{Cost, Mark};
use super::state::State;
use crate::format::number;
use crate::i18n::{Locale, Text, composer, locale};

/// What is wrong with a field, once it may be said.
pub(super) fn trouble(state: State, field: Field) -> Option<String> {
    let kind = state.problem(field)?;
    let words = match state.way.get() {
        Way::File => of_file(state, field, &kind),
        Way::Search => of_search(field, &kind),
        Way::Contacts | Way::List => None,
    };
    Some(words.unwrap_or_else(|| problem(locale(), field, &kind)))
}

/// What is wrong otherwise where the recipients are the rows of a file.
fn of_file(state: State, field: Field, kind: &ProblemKind) -> Option<String> {
    match (field, kind) {
        (Field::Audience, ProblemKind::Empty) if state.has_no_file() => {
            Some(composer::problem_no_file.of(locale()).to_owned())
        }
        (Field::Audience, ProblemKind::Empty) => {
            Some(composer::problem_no_phone_column.of(locale()).to_owned())
        }
        (_, ProblemKind::UnknownToken { name }) => {
            Some(composer::problem_unknown_column(locale(), name))
        }
        _ => None,
    }
}

/// What is wrong otherwise where the recipients are whom a search finds.
fn of_search(field: Field, kind: &ProblemKind) -> Option<String> {
    let words = match (field, kind) {
        (Field::Audience, ProblemKind::Empty) => composer::problem_search_empty,
        (
            Field::Audience,
            ProblemKind::BadCharacter {
                character: ' ' | '*',
            },
        ) => composer::problem_search_word,
        _ => return None,
    };
    Some(words.of(locale()).to_owned())
}

/// What is wrong with a field and what to do about it.
fn problem(locale: Locale, field: Field, kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Empty => empty(field).of(locale).to_owned(),
        ProblemKind::TooLong { max } => {
            let max = &count(locale, *max);
            match field {
                Field::Sender => composer::problem_sender_too_long(locale, max),
                _ => composer::problem_too_long(locale, max),
            }
        }
        ProblemKind::BadCharacter { character } => {
            let character = &visible(*character);
            match field {
                Field::Sender => composer::problem_sender_character(locale, character),
                _ => composer::problem_character(locale, character),
            }
        }
        ProblemKind::UnknownCountry => composer::problem_unknown_country.of(locale).to_owned(),
        ProblemKind::UnclosedToken { position } => {
            composer::problem_unclosed_token(locale, &count(locale, position + 1))
        }
        ProblemKind::BadToken { position } => {
            composer::problem_bad_token(locale, &count(locale, position + 1))
        }
        ProblemKind::UnknownToken { name } => composer::problem_unknown_token(locale, name),
        ProblemKind::TooManyParts { max } => {
            composer::problem_too_many_parts(locale, u64::from(*max))
        }
        ProblemKind::NotEncodable { character } => {
            composer::problem_not_encodable(locale, &visible(*character))
        }
        ProblemKind::SpreadEndsFirst => composer::problem_spread_ends_first.of(locale).to_owned(),
        ProblemKind::ExpiresFirst => composer::problem_expires_first.of(locale).to_owned(),
        ProblemKind::NoHours => composer::problem_no_hours.of(locale).to_owned(),
        ProblemKind::TooManyDays { max } => {
            composer::problem_too_many_days(locale, &count(locale, usize::from(*max)))
        }
        ProblemKind::TooManyFilters { max } => {
            composer::problem_too_many_filters(locale, &count(locale, *max))
        }
        ProblemKind::Past => composer::problem_past.of(locale).to_owned(),
        ProblemKind::OptOutsHold => composer::problem_opt_outs_hold.of(locale).to_owned(),
    }
}

fn empty(field: Field) -> Text {
    match field {
        Field::Sender => composer::problem_no_sender,
        Field::Text => composer::problem_no_text,
        Field::Audience => composer::problem_no_audience,
        Field::Country => composer::problem_unknown_country,
        Field::CampaignName => composer::problem_no_name,
        Field::Timing => composer::problem_past,
        Field::Purpose => composer::problem_opt_outs_hold,
    }
}

/// What people call an encoding, in every language.
pub(super) fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Ucs2 => "UCS-2",
        Encoding::Gsm7 {
            locking: None,
            single: None,
        } => "GSM-7",
        Encoding::Gsm7 { .. } => "GSM-7 PT",
    }
}

/// What a choice of encoding means.
pub(super) fn choice(choice: EncodingChoice) -> Text {
    match choice {
        EncodingChoice::Auto => composer::encoding_auto,
        EncodingChoice::Gsm7 => composer::encoding_gsm7,
        EncodingChoice::Gsm7Pt => composer::encoding_gsm7_pt,
        EncodingChoice::Ucs2 => composer::encoding_ucs2,
    }
}

/// What a character does to the message.
pub(super) fn cost(locale: Locale, cost: &Cost) -> String {
    match cost.mark {
        Mark::Absent => composer::cost_absent.of(locale).to_owned(),
        Mark::Forcing => composer::cost_forcing.of(locale).to_owned(),
        Mark::National => composer::cost_national.of(locale).to_owned(),
        Mark::Double => composer::cost_double.of(locale).to_owned(),
        Mark::Replaced => match cost.replacement {
            Some("") | None => composer::cost_left_out.of(locale).to_owned(),
            Some(replacement) => composer::cost_replaced(locale, replacement),
        },
        // These are never listed.
        Mark::Token | Mark::Plain => String::new(),
    }
}

/// A character, or its number where there is nothing to see.
pub(super) fn visible(character: char) -> String {
    let unseen = character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{300}'..='\u{36f}'
        );
    if unseen {
        format!("U+{:04X}", u32::from(character))
    } else {
        character.to_string()
    }
}

fn count(locale: Locale, value: usize) -> String {
    number(locale, value as u64)
}
