//! What the provider does with a text: fit it to the encoding, count it, cut it into parts.
//!
//! Deliberately independent of Septet's core, tables included, so that the
//! handset is a second witness of what the composer promised.
//!
//! Open: which of the two Portuguese tables `gsm-pt` means is not public. The
//! lengths (155 and 149) say that it is exactly one. Assumed here: the single
//! shift table, which adds letters to the default alphabet and takes none away.

use serde::Serialize;

use crate::fold;

/// One unit each in `gsm` and `gsm-pt` (3GPP TS 23.038, 6.2.1, without the escape).
const BASIC: &str = concat!(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?",
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/// Two units each in `gsm` and `gsm-pt` (6.2.1.1).
const EXTENSION: &str = "\u{c}^{}\\[~]|€";
/// Two units each in `gsm-pt` only (A.2.3, what it has beyond the extension).
const PORTUGUESE: &str = "êçÔôÁáÊÀÍÓÚÃÕÂíóúãõâ";

/// The value of `encoding` in a send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum WireEncoding {
    /// The default alphabet.
    #[serde(rename = "gsm")]
    Gsm,
    /// The default alphabet with one Portuguese table.
    #[serde(rename = "gsm-pt")]
    GsmPt,
    /// UCS-2.
    #[serde(rename = "utf-16")]
    Utf16,
}

/// One part as the network carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Part {
    /// Its text.
    pub(crate) text: String,
    /// Septets, or 16-bit units in `utf-16`; headers not counted.
    pub(crate) units: usize,
}

impl WireEncoding {
    /// Reads the value of `encoding`.
    pub(crate) fn parse(value: &str) -> Option<Self> {
        match value {
            "gsm" => Some(Self::Gsm),
            "gsm-pt" => Some(Self::GsmPt),
            "utf-16" => Some(Self::Utf16),
            _ => None,
        }
    }

    /// What people call it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Gsm => "GSM-7",
            Self::GsmPt => "GSM-7 PT",
            Self::Utf16 => "UCS-2",
        }
    }

    /// Units that fit each part of a message that has this many.
    pub(crate) fn capacity(self, parts: usize) -> usize {
        let (alone, each) = match self {
            Self::Gsm => (160, 153),
            Self::GsmPt => (155, 149),
            Self::Utf16 => (70, 67),
        };
        if parts > 1 { each } else { alone }
    }

    /// Units that a character takes; `None` where the encoding does not have it.
    fn units(self, character: char) -> Option<usize> {
        match self {
            Self::Utf16 => Some(character.len_utf16()),
            _ if BASIC.contains(character) => Some(1),
            _ if EXTENSION.contains(character) => Some(2),
            Self::GsmPt if PORTUGUESE.contains(character) => Some(2),
            _ => None,
        }
    }

    /// The text as a phone shows it: what the encoding does not have arrives as `?`.
    ///
    /// With `transliterate`, a letter that is missing loses its accent first.
    pub(crate) fn received(self, text: &str, transliterate: bool) -> String {
        text.chars()
            .map(|character| {
                let plain = if transliterate && self.units(character).is_none() {
                    fold::plain(character)
                } else {
                    character
                };
                if self.units(plain).is_some() {
                    plain
                } else {
                    '?'
                }
            })
            .collect()
    }

    /// Cuts a text, already fitted by [`WireEncoding::received`], into parts.
    ///
    /// A character is never cut: neither an escape pair nor a surrogate pair
    /// straddles two parts.
    pub(crate) fn parts(self, text: &str) -> Vec<Part> {
        let measured: Vec<(char, usize)> = text
            .chars()
            .map(|character| (character, self.units(character).unwrap_or(1)))
            .collect();
        let total: usize = measured.iter().map(|(_, units)| units).sum();
        let several = total > self.capacity(1);
        let capacity = self.capacity(if several { 2 } else { 1 });
        let mut parts = vec![Part {
            text: String::new(),
            units: 0,
        }];
        for (character, units) in measured {
            if let Some(part) = parts.last_mut()
                && part.units + units <= capacity
            {
                part.text.push(character);
                part.units += units;
            } else {
                parts.push(Part {
                    text: character.into(),
                    units,
                });
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::{BASIC, WireEncoding};

    /// How many parts `count` times `character` takes.
    fn parts(encoding: WireEncoding, character: &str, count: usize) -> usize {
        encoding.parts(&character.repeat(count)).len()
    }

    #[test]
    fn the_default_alphabet_has_127_characters_without_the_escape() {
        assert_eq!(BASIC.chars().count(), 127);
    }

    #[test]
    fn each_encoding_has_its_own_lengths() {
        for (encoding, alone, each) in [
            (WireEncoding::Gsm, 160, 153),
            (WireEncoding::GsmPt, 155, 149),
            (WireEncoding::Utf16, 70, 67),
        ] {
            assert_eq!(parts(encoding, "a", alone), 1, "{encoding:?}");
            assert_eq!(parts(encoding, "a", alone + 1), 2, "{encoding:?}");
            assert_eq!(parts(encoding, "a", each * 2), 2, "{encoding:?}");
            assert_eq!(parts(encoding, "a", each * 2 + 1), 3, "{encoding:?}");
        }
    }

    #[test]
    fn extension_characters_cost_two_and_are_never_cut() {
        assert_eq!(parts(WireEncoding::Gsm, "€", 80), 1);
        let split = WireEncoding::Gsm.parts(&format!("{}€{}", "a".repeat(152), "a".repeat(152)));
        let units: Vec<usize> = split.iter().map(|part| part.units).collect();
        assert_eq!(units, [152, 153, 1]);
    }

    #[test]
    fn a_surrogate_pair_is_never_cut() {
        let split = WireEncoding::Utf16.parts(&format!("{}😀{}", "ž".repeat(66), "ž".repeat(66)));
        let units: Vec<usize> = split.iter().map(|part| part.units).collect();
        assert_eq!(units, [66, 67, 1]);
    }

    #[test]
    fn the_portuguese_letters_cost_two_and_exist_in_one_encoding_only() {
        assert_eq!(WireEncoding::GsmPt.parts("ação")[0].units, 6);
        assert_eq!(WireEncoding::GsmPt.received("ação", false), "ação");
        assert_eq!(WireEncoding::Gsm.received("ação", false), "a??o");
    }

    #[test]
    fn transliteration_strips_only_the_accents_that_do_not_fit() {
        assert_eq!(
            WireEncoding::Gsm.received("Olá, é à ção 😀", true),
            "Ola, é à cao ?"
        );
    }

    #[test]
    fn an_empty_text_is_one_empty_part() {
        let split = WireEncoding::Gsm.parts("");
        assert_eq!((split.len(), split[0].units), (1, 0));
    }
}
