use super::Language;
use crate::named::named;

named! {
    /// Which alphabets a message may use.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
    pub enum EncodingChoice {
        /// Whatever takes the fewest parts; plain GSM-7 wins ties.
        #[default]
        Auto = "auto",
        /// The GSM 7 bit default alphabet with its extension table, nothing else.
        Gsm7 = "gsm7",
        /// GSM 7 bit with the Portuguese national language tables.
        Gsm7Pt = "gsm7-pt",
        /// UCS-2 (as UTF-16).
        Ucs2 = "ucs2",
    }
}

/// Size of the reference number that joins parts (3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ReferenceBits {
    /// The common one: 153 septets, 67 UTF-16 units a part.
    #[default]
    Eight,
    /// One octet more of header: 152 septets, 66 UTF-16 units a part.
    Sixteen,
}

impl ReferenceBits {
    pub(super) fn octets(self) -> usize {
        match self {
            Self::Eight => 5,
            Self::Sixteen => 6,
        }
    }
}

/// A set of languages whose national tables may be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct LanguageSet(u16);

impl LanguageSet {
    /// No national table at all.
    pub const NONE: Self = Self(0);

    /// These languages.
    #[must_use]
    pub fn of(languages: &[Language]) -> Self {
        Self(
            languages
                .iter()
                .fold(0, |bits, language| bits | 1 << language.identifier()),
        )
    }

    /// Whether a language is among them.
    #[must_use]
    pub fn contains(self, language: Language) -> bool {
        self.0 & (1 << language.identifier()) != 0
    }

    /// The languages, in order of their identifiers.
    pub fn iter(self) -> impl Iterator<Item = Language> {
        Language::ALL
            .into_iter()
            .filter(move |language| self.contains(*language))
    }
}
