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

named! {
    /// When characters may be replaced by the nearest ones of the alphabet. A character that
    /// fits is never replaced.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
    pub enum Transliteration {
        /// Never.
        #[default]
        Never = "never",
        /// When all of the message then fits GSM-7, and takes fewer parts than as it is.
        SavingPart = "saving_part",
        /// When all of the message then fits GSM-7, and takes no more parts than as it is; one
        /// with an emoji stays as it is.
        WholeGsm7 = "whole_gsm7",
        /// Wherever there is something near, even in a message that stays in UCS-2.
        Always = "always",
    }
}

/// The composer's switch.
impl From<bool> for Transliteration {
    fn from(on: bool) -> Self {
        if on { Self::WholeGsm7 } else { Self::Never }
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
    pub(super) const fn octets(self) -> usize {
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
