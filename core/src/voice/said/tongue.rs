//! The languages that have rules, and what a number depends on in them.

use alloc::string::String;
use alloc::vec::Vec;

use super::{TOO_LARGE, VoiceLanguage, en, es, pt};

/// A language with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tongue {
    Pt,
    Brazilian,
    Es,
    En,
    American,
}

/// What stands after a number: nothing, or a noun of either gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Counting,
    Masculine,
    Feminine,
}

impl Tongue {
    pub(super) fn of(language: VoiceLanguage) -> Option<Self> {
        match language {
            VoiceLanguage::PtPt => Some(Self::Pt),
            VoiceLanguage::PtBr => Some(Self::Brazilian),
            VoiceLanguage::EsEs | VoiceLanguage::EsMx => Some(Self::Es),
            VoiceLanguage::EnGb => Some(Self::En),
            VoiceLanguage::EnUs => Some(Self::American),
            VoiceLanguage::CaEs
            | VoiceLanguage::DeDe
            | VoiceLanguage::FrFr
            | VoiceLanguage::GlEs
            | VoiceLanguage::ItIt
            | VoiceLanguage::NlNl
            | VoiceLanguage::PlPl => None,
        }
    }

    /// The one of three that is of this language.
    pub(super) fn choose<T>(self, pt: T, es: T, en: T) -> T {
        match self {
            Self::Pt | Self::Brazilian => pt,
            Self::Es => es,
            Self::En | Self::American => en,
        }
    }

    /// A number in words; digit by digit where it is too large for them.
    pub(super) fn cardinal(self, number: u64, form: Form) -> String {
        if number >= TOO_LARGE {
            return self.spell(&alloc::format!("{number}"));
        }
        match self {
            Self::Pt | Self::Brazilian => {
                pt::cardinal(number, form == Form::Feminine, self == Self::Brazilian)
            }
            Self::Es => es::cardinal(number, form),
            Self::En | Self::American => en::cardinal(number, self == Self::En),
        }
    }

    /// Which one of a row it is, 1 to 99.
    pub(super) fn ordinal(self, number: u8, feminine: bool) -> Option<String> {
        if !(1..=99).contains(&number) {
            return None;
        }
        Some(match self {
            Self::Pt | Self::Brazilian => pt::ordinal(number, feminine),
            Self::Es => es::ordinal(number, feminine),
            Self::En | Self::American => en::ordinal(number),
        })
    }

    /// Digit by digit; anything else between them is left out.
    pub(super) fn spell(self, digits: &str) -> String {
        let digits = digits.bytes().filter(u8::is_ascii_digit);
        let words: Vec<String> = digits
            .map(|digit| self.cardinal(u64::from(digit - b'0'), Form::Counting))
            .collect();
        words.join(" ")
    }
}
