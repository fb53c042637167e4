//! Choosing the alphabet of a message, and saying what each character costs.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use serde::Serialize;

use super::lanes::LANES;
use super::measure::{Measure, measure, plain_ascii};
use super::split::Cuts;
use super::transliterate::{Fitted, approach, fit, nearest, replacement};
use super::{Encoding, EncodingChoice, Language, LanguageSet, ReferenceBits, Transliteration};

/// What a message may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentOptions {
    /// Which alphabets.
    pub encoding: EncodingChoice,
    /// Languages whose national tables may be used when the choice is automatic.
    pub national: LanguageSet,
    /// When characters may be replaced.
    pub transliterate: Transliteration,
    /// Size of the reference number that joins parts.
    pub reference: ReferenceBits,
    /// Most parts, 1 to 255.
    pub max_parts: u8,
    /// Whether only what 360nrs offers may be used (see [`crate::provider`]).
    pub provider: bool,
}

impl SegmentOptions {
    /// The standard's own: default alphabet or UCS-2, nothing replaced, up to 255 parts.
    #[must_use]
    pub fn new() -> Self {
        Self {
            encoding: EncodingChoice::Auto,
            national: LanguageSet::NONE,
            transliterate: Transliteration::Never,
            reference: ReferenceBits::Eight,
            max_parts: u8::MAX,
            provider: false,
        }
    }

    /// What 360nrs offers: `gsm`, `gsm-pt` and `utf-16`.
    #[must_use]
    pub fn provider(
        encoding: EncodingChoice,
        transliterate: impl Into<Transliteration>,
        max_parts: u8,
    ) -> Self {
        Self {
            encoding,
            national: LanguageSet::of(&[Language::Pt]),
            transliterate: transliterate.into(),
            reference: ReferenceBits::Eight,
            max_parts,
            provider: true,
        }
    }

    /// Whether UCS-2 may carry what no GSM-7 encoding does.
    pub(crate) fn may_be_ucs2(&self) -> bool {
        matches!(self.encoding, EncodingChoice::Auto | EncodingChoice::Ucs2)
    }

    /// Visits the GSM-7 encodings that may be used, plainest first.
    #[inline]
    pub(crate) fn gsm7(&self, mut visit: impl FnMut(Encoding)) {
        let languages = match self.encoding {
            EncodingChoice::Auto => self.national,
            EncodingChoice::Gsm7Pt => LanguageSet::of(&[Language::Pt]),
            EncodingChoice::Gsm7 | EncodingChoice::Ucs2 => LanguageSet::NONE,
        };
        if matches!(self.encoding, EncodingChoice::Auto | EncodingChoice::Gsm7) {
            visit(Encoding::GSM7);
        }
        if languages != LanguageSet::NONE {
            self.national(languages, &mut visit);
        }
    }

    /// All pairs of tables: one national table before two.
    fn national(&self, languages: LanguageSet, visit: &mut impl FnMut(Encoding)) {
        let with_none = || core::iter::once(None).chain(languages.iter().map(Some));
        for tables in 1..=2 {
            for locking in with_none() {
                if locking.is_some_and(|language| language.locking().is_none()) {
                    continue;
                }
                for single in with_none() {
                    let encoding = Encoding::Gsm7 { locking, single };
                    let offered = !self.provider || crate::provider::offers(encoding);
                    if offered && encoding.tables() == tables {
                        visit(encoding);
                    }
                }
            }
        }
    }
}

impl Default for SegmentOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// A text cut into parts; [`Segmentation::parts`] gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segmentation<'t> {
    /// How all parts are carried.
    pub encoding: Encoding,
    /// Units of all parts together; headers and unused room are not counted.
    pub units: usize,
    /// Units left in the last part.
    pub remaining: usize,
    /// The text as it is sent, after transliteration.
    pub text: Cow<'t, str>,
    pub(super) cuts: Cuts,
}

impl Segmentation<'_> {
    /// The same with a text of its own.
    #[must_use]
    pub fn into_owned(self) -> Segmentation<'static> {
        Segmentation {
            text: Cow::Owned(self.text.into_owned()),
            ..self
        }
    }
}

/// A character that costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Flagged {
    /// The character.
    #[serde(rename = "char")]
    pub character: char,
    /// Its index in code points, in the text as given.
    pub index: usize,
    /// Units that it, or what replaced it, takes.
    pub units: usize,
    /// What replaces it, or could.
    pub replacement: Option<&'static str>,
}

/// Why a text cannot be cut into parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentError {
    /// It takes more parts than allowed.
    TooManyParts {
        /// Parts that it takes.
        parts: usize,
        /// Most parts allowed.
        max: u8,
    },
    /// A character does not exist in the chosen encoding.
    NotEncodable {
        /// The character.
        character: char,
        /// Its index in code points.
        index: usize,
    },
}

impl fmt::Display for SegmentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyParts { parts, max } => {
                write!(
                    formatter,
                    "the text takes {parts} parts, at most {max} are allowed"
                )
            }
            Self::NotEncodable { character, index } => write!(
                formatter,
                "U+{:04X} at {index} does not exist in the chosen encoding",
                u32::from(*character)
            ),
        }
    }
}

impl core::error::Error for SegmentError {}

/// Cuts a text into parts, in the encoding that takes the fewest.
///
/// Ties go to the fewest octets on air, then to the plainest tables. With
/// [`Transliteration`], characters are replaced only if the text fits no GSM-7
/// encoding as it is. An empty text is one empty part.
///
/// ```
/// use septet_core::encoding::{Encoding, SegmentOptions, Transliteration, segment};
/// let counted = segment("Olá, custa 5 €", &SegmentOptions::new()).unwrap();
/// assert_eq!((counted.encoding, counted.units), (Encoding::Ucs2, 14));
///
/// let transliterate = Transliteration::WholeGsm7;
/// let replaced = SegmentOptions { transliterate, ..SegmentOptions::new() };
/// let counted = segment("Olá, custa 5 €", &replaced).unwrap();
/// assert_eq!((&*counted.text, counted.units), ("Ola, custa 5 €", 15));
/// ```
///
/// # Errors
/// [`SegmentError::NotEncodable`] when an encoding was chosen that lacks a
/// character; [`SegmentError::TooManyParts`] above `options.max_parts`.
pub fn segment<'t>(
    text: &'t str,
    options: &SegmentOptions,
) -> Result<Segmentation<'t>, SegmentError> {
    let mut chosen = best(text, options);
    let mut sent = Cow::Borrowed(text);
    if chosen.is_err() && options.transliterate != Transliteration::Never {
        match best_fit(text, options) {
            Ok((encoding, measure, fitted)) if is_worth_it(text, measure, options) => {
                chosen = Ok((encoding, measure));
                sent = Cow::Owned(fitted.text);
            }
            Ok(_) => {}
            Err(_) if options.transliterate == Transliteration::Always && options.may_be_ucs2() => {
                sent = Cow::Owned(approach(text, Encoding::GSM7));
                chosen = best(&sent, options);
            }
            Err(lacking) => chosen = Err(lacking),
        }
    }
    let (encoding, measure) = settled(&sent, chosen, options)?;
    let room = room(encoding, measure, options.reference);
    Ok(Segmentation {
        encoding,
        units: measure.units,
        remaining: room - measure.last,
        cuts: match measure.parts {
            1 => Cuts::none(measure.units),
            parts => Cuts::of(&sent, encoding, room, parts),
        },
        text: sent,
    })
}

/// Whether a text that fits when characters are replaced is to be sent so. A replacement may
/// be longer than what it replaces.
fn is_worth_it(text: &str, fitted: Measure, options: &SegmentOptions) -> bool {
    let pays = match options.transliterate {
        Transliteration::SavingPart => |fitted, as_it_is| fitted < as_it_is,
        Transliteration::WholeGsm7 => |fitted, as_it_is| fitted <= as_it_is,
        Transliteration::Never | Transliteration::Always => return true,
    };
    !options.may_be_ucs2()
        || measure(text, Encoding::Ucs2, options.reference)
            .is_ok_and(|as_it_is| pays(fitted.parts, as_it_is.parts))
}

/// The characters of a text that cost more than one unit in an encoding, are
/// not of the default alphabet, or do not exist in the encoding at all.
#[must_use]
pub fn flag(text: &str, encoding: Encoding) -> Vec<Flagged> {
    let mut flagged = Vec::new();
    let (mut at, mut index) = (0, 0);
    while at < text.len() {
        let plain = plain_ascii(text, at, encoding);
        (at, index) = (at + plain, index + plain);
        let stretch = text.floor_char_boundary(at + LANES);
        for character in text[at..stretch].chars() {
            flagged.extend(cost_of(character, index, encoding));
            index += 1;
        }
        at = stretch;
    }
    flagged
}

fn cost_of(character: char, index: usize, encoding: Encoding) -> Option<Flagged> {
    let units = encoding.units_of(character);
    if units == Some(1) && Encoding::GSM7.units_of(character).is_some() {
        return None;
    }
    let replacement = match units {
        Some(_) => replacement(character),
        None => nearest(character, encoding),
    };
    let units = units.unwrap_or_else(|| {
        let replacing = replacement.unwrap_or_default().chars();
        replacing
            .filter_map(|character| encoding.units_of(character))
            .sum()
    });
    Some(Flagged {
        character,
        index,
        units,
        replacement,
    })
}

/// The cheapest GSM-7 encoding that may be used and has every character; else the byte
/// index of the first that none of them has.
pub(super) fn best(text: &str, options: &SegmentOptions) -> Result<(Encoding, Measure), usize> {
    let mut best: Option<(Encoding, Measure)> = None;
    let mut lacking = 0;
    options.gsm7(
        |encoding| match measure(text, encoding, options.reference) {
            Ok(measure) => {
                if best.is_none_or(|(than, other)| cost(encoding, measure) < cost(than, other)) {
                    best = Some((encoding, measure));
                }
            }
            Err(first) => lacking = lacking.max(first),
        },
    );
    best.ok_or(lacking)
}

/// The same with characters replaced, where the first that none of them has is one that
/// nothing replaces. Among equal parts, the text that keeps most of what was written.
fn best_fit(text: &str, options: &SegmentOptions) -> Result<(Encoding, Measure, Fitted), usize> {
    let rank = |encoding, measure, fitted: &Fitted| {
        let (parts, units, tables) = cost(encoding, measure);
        (parts, fitted.replaced, units, tables)
    };
    let mut best: Option<(Encoding, Measure, Fitted)> = None;
    let mut lacking = 0;
    options.gsm7(|encoding| {
        let fitted = match fit(text, encoding) {
            Ok(fitted) => fitted,
            Err(first) => {
                lacking = lacking.max(first);
                return;
            }
        };
        let Ok(measure) = measure(&fitted.text, encoding, options.reference) else {
            return;
        };
        let better = best.as_ref().is_none_or(|(than, other, kept)| {
            rank(encoding, measure, &fitted) < rank(*than, *other, kept)
        });
        if better {
            best = Some((encoding, measure, fitted));
        }
    });
    best.ok_or(lacking)
}

/// What a text is sent as: what was chosen, else UCS-2 where that may be, within the limit of parts.
pub(super) fn settled(
    text: &str,
    chosen: Result<(Encoding, Measure), usize>,
    options: &SegmentOptions,
) -> Result<(Encoding, Measure), SegmentError> {
    let (encoding, measure) = match chosen {
        Err(_) if options.may_be_ucs2() => measure(text, Encoding::Ucs2, options.reference)
            .map(|measure| (Encoding::Ucs2, measure)),
        chosen => chosen,
    }
    .map_err(|at| SegmentError::NotEncodable {
        character: text[at..].chars().next().unwrap_or_default(),
        index: text[..at].chars().count(),
    })?;
    if measure.parts > usize::from(options.max_parts) {
        return Err(SegmentError::TooManyParts {
            parts: measure.parts,
            max: options.max_parts,
        });
    }
    Ok((encoding, measure))
}

/// Units that each part of such a message holds.
pub(super) fn room(encoding: Encoding, measure: Measure, reference: ReferenceBits) -> usize {
    if measure.parts == 1 {
        encoding.alone()
    } else {
        encoding.each(reference)
    }
}

/// What two encodings are compared by: parts, septets with headers, tables.
fn cost(encoding: Encoding, measure: Measure) -> (usize, usize, usize) {
    let room = room(encoding, measure, ReferenceBits::Eight);
    let header = match encoding {
        Encoding::Gsm7 { .. } => 160 - room,
        Encoding::Ucs2 => 70 - room,
    };
    (
        measure.parts,
        measure.units + header * measure.parts,
        encoding.tables(),
    )
}

/// For messages that name an encoding.
impl fmt::Display for Encoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ucs2 => formatter.write_str("UCS-2"),
            Self::Gsm7 {
                locking: None,
                single: None,
            } => formatter.write_str("GSM-7"),
            Self::Gsm7 { locking, single } => {
                let code = locking.or(*single).map_or("", Language::code);
                write!(formatter, "GSM-7 {}", code.to_uppercase())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    #[test]
    fn a_message_has_at_most_255_parts_and_no_more_than_the_limit() {
        let fits = "a".repeat(153 * 255);
        let plain = SegmentOptions::new();
        assert_eq!(segment(&fits, &plain).unwrap().parts().len(), 255);
        let (parts, max) = (256, 255);
        assert_eq!(
            segment(&(fits + "a"), &plain),
            Err(SegmentError::TooManyParts { parts, max })
        );
        let five = SegmentOptions {
            max_parts: 5,
            ..plain
        };
        let (parts, max) = (6, 5);
        assert_eq!(
            segment(&"a".repeat(153 * 5 + 1), &five),
            Err(SegmentError::TooManyParts { parts, max })
        );
    }

    #[test]
    fn an_error_names_the_first_character_that_nothing_allowed_can_carry() {
        let gsm7 = SegmentOptions {
            encoding: EncodingChoice::Gsm7,
            ..SegmentOptions::new()
        };
        let error = |character, index| Err(SegmentError::NotEncodable { character, index });
        assert_eq!(segment("é😀ж", &gsm7), error('😀', 1));
        let portuguese = SegmentOptions {
            encoding: EncodingChoice::Gsm7Pt,
            ..gsm7
        };
        assert_eq!(segment("ção ж", &portuguese), error('ж', 4));
        let replacing = SegmentOptions {
            transliterate: Transliteration::WholeGsm7,
            ..gsm7
        };
        assert_eq!(segment("ção ж 😀", &replacing), error('ж', 4));
    }

    #[test]
    fn among_equal_parts_the_text_keeps_most_of_what_was_written() {
        let replacing = SegmentOptions::provider(EncodingChoice::Auto, true, 5);
        assert_eq!(segment("ação š", &replacing).unwrap().text, "ação s");
        // 156 letters: keeping the accents would take a second part.
        let long = String::from("ãéçõ") + &"a".repeat(151) + "š";
        let counted = segment(&long, &replacing).unwrap();
        assert_eq!(
            (counted.parts().len(), counted.encoding),
            (1, Encoding::GSM7)
        );
        assert!(counted.text.starts_with("aéco"));
    }

    #[test]
    fn each_policy_replaces_when_it_says_so() {
        let sent = |transliterate, text: &str| -> String {
            let options = SegmentOptions {
                transliterate,
                ..SegmentOptions::new()
            };
            segment(text, &options).unwrap().text.into()
        };
        use Transliteration::{Always, Never, SavingPart, WholeGsm7};
        let long = "ã".repeat(71);
        assert_eq!(sent(Never, "ção"), "ção");
        assert_eq!(sent(SavingPart, "ção"), "ção");
        assert_eq!(sent(SavingPart, &long), "a".repeat(71));
        assert_eq!(sent(WholeGsm7, "ção"), "cao");
        assert_eq!(sent(WholeGsm7, "ção 😀"), "ção 😀");
        // 60 in one part of UCS-2, 180 in two parts of GSM-7.
        let dots = "…".repeat(60);
        assert_eq!(sent(WholeGsm7, &dots), dots);
        assert_eq!(sent(Always, &dots), "...".repeat(60));
        assert_eq!(sent(Always, "é ção 😀"), "é cao 😀");
        assert_eq!(sent(Always, "\u{2018}é\u{2019} ж"), "'é' ж");
    }

    #[test]
    fn flags_tell_what_a_character_costs_and_what_would_replace_it() {
        let flagged = |text| -> Vec<_> {
            let flags = flag(text, Encoding::GSM7).into_iter();
            flags
                .map(|flag| (flag.character, flag.index, flag.units, flag.replacement))
                .collect()
        };
        assert_eq!(flagged("a€["), [('€', 1, 2, None), ('[', 2, 2, None)]);
        assert_eq!(
            flagged("x…e\u{301}"),
            [('…', 1, 3, Some("...")), ('\u{301}', 3, 0, Some(""))]
        );
    }
}
