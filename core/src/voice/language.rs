//! In which language a text is spoken, and by whom.
//!
//! Of the provider's fields `language` and `gender` are seen, with `es_ES`, `F` and `M`.
//! **Open:** which other languages it speaks, and whether its voices have names. The list
//! and the table are our assumption; a name that nobody has is refused here, not there.

use crate::named::named;

named! {
    /// A language that the provider speaks, as it writes it.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
    pub enum VoiceLanguage {
        /// Catalan.
        CaEs = "ca_ES",
        /// German.
        DeDe = "de_DE",
        /// English of Great Britain.
        EnGb = "en_GB",
        /// English of the United States.
        EnUs = "en_US",
        /// Spanish of Spain; the one that is seen.
        #[default]
        EsEs = "es_ES",
        /// Spanish of Mexico.
        EsMx = "es_MX",
        /// French.
        FrFr = "fr_FR",
        /// Galician.
        GlEs = "gl_ES",
        /// Italian.
        ItIt = "it_IT",
        /// Dutch.
        NlNl = "nl_NL",
        /// Polish.
        PlPl = "pl_PL",
        /// Portuguese of Brazil.
        PtBr = "pt_BR",
        /// Portuguese of Portugal.
        PtPt = "pt_PT",
    }
}

named! {
    /// Whose voice it is, as the provider writes it.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
    pub enum Gender {
        /// A woman's.
        #[default]
        Female = "F",
        /// A man's.
        Male = "M",
    }
}

/// Who speaks: a language, a gender and a name that go together.
///
/// ```
/// use septet_core::voice::{Gender, Voice, VoiceLanguage};
/// let voice = Voice::find(VoiceLanguage::PtPt, Gender::Female, "").unwrap();
/// assert_eq!(voice.name(), "Inês");
/// assert_eq!(Voice::find(VoiceLanguage::PtPt, Gender::Male, "Inês"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice {
    language: VoiceLanguage,
    gender: Gender,
    name: &'static str,
}

impl Voice {
    /// The voice of this name; the first of its language and gender for an empty one.
    #[must_use]
    pub fn find(language: VoiceLanguage, gender: Gender, name: &str) -> Option<Self> {
        let name = name.trim();
        Self::all(language, gender).find(|voice| name.is_empty() || voice.name == name)
    }

    /// The voices of a language and a gender, the usual one first.
    pub fn all(language: VoiceLanguage, gender: Gender) -> impl Iterator<Item = Self> {
        let voice = move |name| Self {
            language,
            gender,
            name,
        };
        names(language, gender).iter().copied().map(voice)
    }

    /// What it speaks.
    #[must_use]
    pub fn language(self) -> VoiceLanguage {
        self.language
    }

    /// A woman's or a man's.
    #[must_use]
    pub fn gender(self) -> Gender {
        self.gender
    }

    /// What it is called; our assumption.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }
}

/// The first is the usual one; no two of a language are the same.
fn names(language: VoiceLanguage, gender: Gender) -> &'static [&'static str] {
    use VoiceLanguage::{
        CaEs, DeDe, EnGb, EnUs, EsEs, EsMx, FrFr, GlEs, ItIt, NlNl, PlPl, PtBr, PtPt,
    };
    match (language, gender) {
        (CaEs, Gender::Female) => &["Montserrat"],
        (CaEs, Gender::Male) => &["Jordi"],
        (DeDe, Gender::Female) => &["Petra", "Anna"],
        (DeDe, Gender::Male) => &["Markus"],
        (EnGb, Gender::Female) => &["Kate", "Serena"],
        (EnGb, Gender::Male) => &["Oliver", "Daniel"],
        (EnUs, Gender::Female) => &["Allison", "Susan"],
        (EnUs, Gender::Male) => &["Tom"],
        (EsEs, Gender::Female) => &["Mónica", "Lucía"],
        (EsEs, Gender::Male) => &["Jorge", "Enrique"],
        (EsMx, Gender::Female) => &["Paulina"],
        (EsMx, Gender::Male) => &["Juan"],
        (FrFr, Gender::Female) => &["Aurélie", "Audrey"],
        (FrFr, Gender::Male) => &["Thomas"],
        (GlEs, Gender::Female) => &["Carmela"],
        (GlEs, Gender::Male) => &["Brais"],
        (ItIt, Gender::Female) => &["Federica", "Alice"],
        (ItIt, Gender::Male) => &["Luca"],
        (NlNl, Gender::Female) => &["Claire"],
        (NlNl, Gender::Male) => &["Xander"],
        (PlPl, Gender::Female) => &["Zosia"],
        (PlPl, Gender::Male) => &["Krzysztof"],
        (PtBr, Gender::Female) => &["Luciana", "Camila"],
        (PtBr, Gender::Male) => &["Felipe"],
        (PtPt, Gender::Female) => &["Inês", "Joana"],
        (PtPt, Gender::Male) => &["Duarte", "Rui"],
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn every_language_has_a_voice_of_each_gender_and_no_name_twice() {
        for language in VoiceLanguage::ALL {
            let voices = Gender::ALL
                .iter()
                .flat_map(|gender| Voice::all(*language, *gender));
            let mut names: Vec<_> = voices.map(Voice::name).collect();
            let every = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), every);
            for gender in Gender::ALL {
                let usual = Voice::find(*language, *gender, "");
                let usual = usual.map(|voice| (voice.language(), voice.gender()));
                assert_eq!(usual, Some((*language, *gender)));
            }
        }
    }
}
