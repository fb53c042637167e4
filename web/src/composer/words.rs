//! Sentences of the composer for what core says.

use septet_core::campaign::{Field, ProblemKind};
use septet_core::encoding::Encoding;

use crate::format::number;
use crate::i18n::{Locale, composer};

/// What is wrong with a field and what to do about it.
pub(super) fn problem(locale: Locale, field: Field, kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Empty => match field {
            Field::Sender => composer::problem_no_sender(locale),
            Field::Audience => composer::problem_no_audience(locale),
            Field::Text | Field::Country | Field::CampaignName => composer::problem_no_text(locale),
        }
        .to_owned(),
        ProblemKind::TooLong { max } => composer::problem_too_long(locale, &count(locale, *max)),
        ProblemKind::BadCharacter { character } => {
            composer::problem_bad_character(locale, &character.to_string())
        }
        ProblemKind::UnknownCountry => composer::problem_unknown_country(locale).to_owned(),
        ProblemKind::UnclosedToken { position } => {
            composer::problem_unclosed_token(locale, &count(locale, position + 1))
        }
        ProblemKind::BadToken { position } => {
            composer::problem_bad_token(locale, &count(locale, position + 1))
        }
        ProblemKind::UnknownToken { name } => composer::problem_unknown_token(locale, name),
        ProblemKind::TooManyParts { max } => {
            composer::problem_too_many_parts(locale, &count(locale, usize::from(*max)))
        }
        ProblemKind::NotEncodable { character } => {
            composer::problem_not_encodable(locale, &character.to_string())
        }
    }
}

/// What people call an encoding.
pub(super) fn encoding(locale: Locale, encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Ucs2 => composer::encoding_name_ucs2(locale),
        Encoding::Gsm7 {
            locking: None,
            single: None,
        } => composer::encoding_name_gsm7(locale),
        Encoding::Gsm7 { .. } => composer::encoding_name_gsm7_pt(locale),
    }
}

fn count(locale: Locale, value: usize) -> String {
    number(locale, value as u64)
}
