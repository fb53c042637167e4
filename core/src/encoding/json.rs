//! Options and results as JSON: the shape of `septet count --jsonl`, of the
//! JavaScript face and of the cases in `data/cases.jsonl`, which both are held to.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::{
    Encoding, EncodingChoice, Language, LanguageSet, ReferenceBits, SegmentOptions, Segmentation,
    Transliteration, flag,
};

/// Options as someone wrote them; what is left out is as in [`SegmentOptions::new`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct CountOptions {
    /// Which alphabets.
    pub encoding: Option<EncodingChoice>,
    /// Whether characters may be replaced, or when.
    pub transliterate: Option<TransliterateOption>,
    /// ISO 639-1 codes of the languages whose national tables may be used.
    pub national: Option<Vec<String>>,
    /// 8 or 16.
    #[serde(alias = "referenceBits")]
    pub reference_bits: Option<u32>,
    /// 1 to 255.
    #[serde(alias = "maxParts")]
    pub max_parts: Option<u32>,
}

/// A switch, which is "never" or "when all of it then fits GSM-7 and takes no more parts", or
/// a policy by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum TransliterateOption {
    /// Off or on.
    Switch(bool),
    /// When.
    Policy(Transliteration),
}

impl From<TransliterateOption> for Transliteration {
    fn from(option: TransliterateOption) -> Self {
        match option {
            TransliterateOption::Switch(on) => on.into(),
            TransliterateOption::Policy(policy) => policy,
        }
    }
}

/// An option that says what cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionsError {
    /// No such language, or one without national tables.
    UnknownLanguage(String),
    /// A reference number of neither 8 nor 16 bits.
    ReferenceBits(u32),
    /// Not 1 to 255 parts.
    MaxParts(u32),
}

impl fmt::Display for OptionsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownLanguage(code) => {
                write!(formatter, "no national tables for \"{code}\"; there are")?;
                for (index, language) in Language::ALL.iter().enumerate() {
                    let comma = if index == 0 { " " } else { ", " };
                    write!(formatter, "{comma}{}", language.code())?;
                }
                Ok(())
            }
            Self::ReferenceBits(bits) => {
                write!(formatter, "a reference number has 8 or 16 bits, not {bits}")
            }
            Self::MaxParts(parts) => write!(formatter, "a message has 1 to 255 parts, not {parts}"),
        }
    }
}

impl core::error::Error for OptionsError {}

impl TryFrom<&CountOptions> for SegmentOptions {
    type Error = OptionsError;

    fn try_from(options: &CountOptions) -> Result<Self, OptionsError> {
        let plain = Self::new();
        let languages = options
            .national
            .iter()
            .flatten()
            .map(|code| {
                Language::from_code(code).ok_or_else(|| OptionsError::UnknownLanguage(code.clone()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            encoding: options.encoding.unwrap_or_default(),
            national: LanguageSet::of(&languages),
            transliterate: options.transliterate.map(Into::into).unwrap_or_default(),
            reference: match options.reference_bits {
                None | Some(8) => ReferenceBits::Eight,
                Some(16) => ReferenceBits::Sixteen,
                Some(bits) => return Err(OptionsError::ReferenceBits(bits)),
            },
            max_parts: match options.max_parts {
                None => plain.max_parts,
                Some(parts) => u8::try_from(parts)
                    .ok()
                    .filter(|parts| *parts > 0)
                    .ok_or(OptionsError::MaxParts(parts))?,
            },
            ..plain
        })
    }
}

/// A text and how it is cut, to be written with what its characters cost.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The text as given.
    pub given: &'a str,
    /// How it is cut.
    pub cut: &'a Segmentation<'a>,
}

impl Serialize for Counted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cut = self.cut;
        let (encoding, locking, single) = match cut.encoding {
            Encoding::Gsm7 { locking, single } => ("gsm7", locking, single),
            Encoding::Ucs2 => ("ucs2", None, None),
        };
        let mut counted = serializer.serialize_struct("Segmentation", 8)?;
        counted.serialize_field("encoding", encoding)?;
        counted.serialize_field("locking", &locking.map(Language::code))?;
        counted.serialize_field("single", &single.map(Language::code))?;
        counted.serialize_field("units", &cut.units)?;
        counted.serialize_field("parts", &cut.parts().collect::<Vec<_>>())?;
        counted.serialize_field("remaining", &cut.remaining)?;
        counted.serialize_field("text", &cut.text)?;
        counted.serialize_field("flagged", &flag(self.given, cut.encoding))?;
        counted.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::segment;
    use serde_json::json;

    #[test]
    fn a_segmentation_is_written_in_the_shape_of_septet_count() {
        let options = serde_json::from_value::<CountOptions>(json!({"national": ["pt"]})).unwrap();
        let given = "ação €";
        let cut = segment(given, &SegmentOptions::try_from(&options).unwrap()).unwrap();
        assert_eq!(
            serde_json::to_value(Counted { given, cut: &cut }).unwrap(),
            json!({
                "encoding": "gsm7", "locking": "pt", "single": null, "units": 6,
                "parts": [{"text": "ação €", "units": 6}], "remaining": 149, "text": "ação €",
                "flagged": [
                    {"char": "ç", "index": 1, "units": 1, "replacement": "c"},
                    {"char": "ã", "index": 2, "units": 1, "replacement": "a"},
                ],
            })
        );
    }

    #[test]
    fn impossible_options_are_told_apart() {
        for (options, expected) in [
            (
                json!({"national": ["en"]}),
                OptionsError::UnknownLanguage("en".into()),
            ),
            (
                json!({"reference_bits": 12}),
                OptionsError::ReferenceBits(12),
            ),
            (json!({"max_parts": 0}), OptionsError::MaxParts(0)),
            (json!({"maxParts": 256}), OptionsError::MaxParts(256)),
        ] {
            let options: CountOptions = serde_json::from_value(options).unwrap();
            assert_eq!(SegmentOptions::try_from(&options), Err(expected));
        }
    }
}
