//! What the costly characters of a message cost it, and what would save a part.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::{Encoding, SegmentError, SegmentOptions, count, flag};

/// A message, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// Parts that it takes.
    pub parts: usize,
    /// Its costly characters, each once, in order of appearance.
    pub characters: Vec<Costly>,
    /// The least that has to change so that it takes fewer parts; `None` where it has one.
    pub cheapest: Option<Edit>,
}

/// A character that costs, and what the message would be without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Costly {
    /// The character.
    #[serde(rename = "char")]
    pub character: char,
    /// How often it stands there.
    pub times: usize,
    /// Units that each one takes.
    pub units: usize,
    /// Whether the default alphabet lacks it, so that it asks for another one.
    pub forces: bool,
    /// What it could be replaced by.
    pub replacement: Option<&'static str>,
    /// Parts of the message with all of them replaced.
    #[serde(rename = "partsWithout")]
    pub parts_without: Option<usize>,
}

/// A change that saves a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Edit {
    /// Replacing one character wherever it stands.
    Replace {
        /// The character.
        #[serde(rename = "char")]
        character: char,
        /// By this.
        replacement: &'static str,
        /// So often.
        times: usize,
        /// Parts afterwards.
        parts: usize,
    },
    /// Leaving out characters at the end.
    Shorten {
        /// So many.
        characters: usize,
        /// Parts afterwards.
        parts: usize,
    },
}

/// Explains what a message costs.
///
/// ```
/// use septet_core::encoding::{Edit, SegmentOptions, explain};
/// let text = "A promoção acaba hoje. Use o código 20MAIS na loja ou na aplicação antes da meia-noite.";
/// let explained = explain(text, &SegmentOptions::new()).unwrap();
/// assert_eq!(explained.parts, 2);
/// assert_eq!(explained.characters[0].character, 'ç');
/// assert!(matches!(explained.cheapest, Some(Edit::Shorten { characters: 17, .. })));
/// ```
///
/// # Errors
/// Those of [`segment()`](super::segment()).
pub fn explain(text: &str, options: &SegmentOptions) -> Result<Explained, SegmentError> {
    let counted = count(text, options)?;
    let parts_of = |text: &str| count(text, options).ok().map(|counted| counted.parts);
    let mut characters: Vec<Costly> = Vec::new();
    for flagged in flag(text, counted.encoding) {
        let known = characters
            .iter_mut()
            .find(|costly| costly.character == flagged.character);
        match known {
            Some(costly) => costly.times += 1,
            None => characters.push(Costly {
                character: flagged.character,
                times: 1,
                units: flagged.units,
                forces: Encoding::GSM7.units_of(flagged.character).is_none(),
                replacement: flagged.replacement,
                parts_without: flagged
                    .replacement
                    .and_then(|by| parts_of(&text.replace(flagged.character, by))),
            }),
        }
    }
    let cheapest = cheapest(text, counted.parts, &characters, parts_of);
    Ok(Explained {
        parts: counted.parts,
        characters,
        cheapest,
    })
}

/// Replacing loses less than leaving out, so it comes first; among several, the one
/// that changes least.
fn cheapest(
    text: &str,
    parts: usize,
    characters: &[Costly],
    parts_of: impl Fn(&str) -> Option<usize>,
) -> Option<Edit> {
    let replace = characters
        .iter()
        .filter_map(|costly| Some((costly, costly.replacement?, costly.parts_without?)))
        .filter(|(.., without)| *without < parts)
        .min_by_key(|(costly, ..)| costly.times);
    if let Some((costly, replacement, parts)) = replace {
        return Some(Edit::Replace {
            character: costly.character,
            replacement,
            times: costly.times,
            parts,
        });
    }
    let mut shorter = String::from(text);
    for characters in 1.. {
        shorter.pop()?;
        if let Some(left) = parts_of(&shorter).filter(|left| *left < parts) {
            let parts = left;
            return Some(Edit::Shorten { characters, parts });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::EncodingChoice;

    #[test]
    fn one_character_may_cost_a_part() {
        let text = String::from("Hello “") + &"a".repeat(100);
        let explained = explain(&text, &SegmentOptions::new()).unwrap();
        let quote = explained.characters[0];
        assert_eq!((quote.character, quote.forces), ('“', true));
        assert_eq!((explained.parts, quote.parts_without), (2, Some(1)));
        let edit = Edit::Replace {
            character: '“',
            replacement: "\"",
            times: 1,
            parts: 1,
        };
        assert_eq!(explained.cheapest, Some(edit));
    }

    #[test]
    fn where_nothing_can_be_replaced_something_must_go() {
        let explained = explain(&"a".repeat(163), &SegmentOptions::new()).unwrap();
        let (characters, parts) = (3, 1);
        assert_eq!(
            explained.cheapest,
            Some(Edit::Shorten { characters, parts })
        );
        // Two that force, of which neither can go alone.
        let two = "ж😀".repeat(30);
        let explained = explain(&two, &SegmentOptions::new()).unwrap();
        assert!(matches!(explained.cheapest, Some(Edit::Shorten { .. })));
    }

    #[test]
    fn a_message_of_one_part_has_nothing_to_save() {
        for text in ["", "a", "[€]", "ç"] {
            let explained = explain(text, &SegmentOptions::new()).unwrap();
            assert_eq!(explained.cheapest, None, "{text}");
        }
        let twice = explain("[a[", &SegmentOptions::new()).unwrap();
        assert_eq!((twice.characters.len(), twice.characters[0].times), (1, 2));
    }

    #[test]
    fn what_cannot_be_counted_cannot_be_explained() {
        let gsm7 = SegmentOptions {
            encoding: EncodingChoice::Gsm7,
            ..SegmentOptions::new()
        };
        assert!(explain("ж", &gsm7).is_err());
    }
}
