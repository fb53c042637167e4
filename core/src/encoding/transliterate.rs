//! The nearest text for a character that an encoding does not have.

use alloc::string::String;

use super::Encoding;
use super::replacements::{COMPOSED, REPLACEMENTS};

/// What a character is replaced by; `None` where nothing comes near.
///
/// The replacement is of the GSM default alphabet and its extension table.
/// Some characters of that alphabet have one too, for encodings that lack them,
/// as the Portuguese table lacks `ñ`.
///
/// ```
/// use septet_core::encoding::replacement;
/// assert_eq!(replacement('ã'), Some("a"));
/// assert_eq!(replacement('é'), None);
/// assert_eq!(replacement('😀'), None);
/// ```
#[must_use]
pub fn replacement(character: char) -> Option<&'static str> {
    if is_combining(character) {
        return Some("");
    }
    REPLACEMENTS
        .binary_search_by_key(&character, |entry| entry.0)
        .ok()
        .map(|index| REPLACEMENTS[index].1)
}

/// What a character is replaced by in an encoding: its replacement, or where the
/// encoding lacks that too, the replacement's own.
pub(super) fn nearest(character: char, encoding: Encoding) -> Option<&'static str> {
    let fits = |text: &str| {
        text.chars()
            .all(|character| encoding.units_of(character).is_some())
    };
    let first = replacement(character)?;
    if fits(first) {
        return Some(first);
    }
    let mut characters = first.chars();
    let only = characters.next().filter(|_| characters.next().is_none())?;
    replacement(only).filter(|second| fits(second))
}

/// A text made to fit an encoding.
pub(super) struct Fitted {
    pub(super) text: String,
    /// Characters of the original that are no longer there.
    pub(super) replaced: usize,
}

/// Makes a text fit an encoding; `Err` is the byte index of the first character that has
/// no replacement that fits. Characters that fit are not touched, except that a letter and a
/// combining mark become the one letter that they write, where there is one.
pub(super) fn fit(text: &str, encoding: Encoding) -> Result<Fitted, usize> {
    bring_near(text, encoding, |_| None)
}

/// The same as far as it goes: a character that nothing comes near to stays.
pub(super) fn approach(text: &str, encoding: Encoding) -> String {
    bring_near(text, encoding, Some).map_or_else(|_| text.into(), |near| near.text)
}

fn bring_near(
    text: &str,
    encoding: Encoding,
    otherwise: impl Fn(char) -> Option<char>,
) -> Result<Fitted, usize> {
    let mut fitted = String::with_capacity(text.len());
    let mut replaced = 0;
    let mut letter = None;
    for (at, character) in text.char_indices() {
        if encoding.units_of(character).is_some() {
            fitted.push(character);
            letter = Some(character);
            continue;
        }
        replaced += 1;
        let composed = letter.take().and_then(|letter| compose(letter, character));
        match composed.filter(|composed| encoding.units_of(*composed).is_some()) {
            Some(composed) => {
                fitted.pop();
                fitted.push(composed);
            }
            None => match nearest(character, encoding) {
                Some(near) => fitted.push_str(near),
                None => {
                    fitted.push(otherwise(character).ok_or(at)?);
                    replaced -= 1;
                }
            },
        }
    }
    Ok(Fitted {
        text: fitted,
        replaced,
    })
}

/// The letter that a base letter and a combining mark write together.
fn compose(letter: char, mark: char) -> Option<char> {
    COMPOSED
        .iter()
        .filter(|(of, ..)| *of == mark)
        .find_map(|(_, letters, composed)| {
            let position = letters.chars().position(|known| known == letter)?;
            composed.chars().nth(position)
        })
}

/// A mark that follows its letter, as decomposed text has them.
fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::Language;

    const PORTUGUESE: Encoding = Encoding::Gsm7 {
        locking: Some(Language::Pt),
        single: None,
    };

    fn fitted(text: &str, encoding: Encoding) -> Option<String> {
        fit(text, encoding).ok().map(|fitted| fitted.text)
    }

    #[test]
    fn the_list_is_sorted_and_every_replacement_is_of_the_default_alphabet() {
        assert!(REPLACEMENTS.is_sorted_by(|one, next| one.0 < next.0));
        for (character, replacement) in REPLACEMENTS {
            let plain = |character| Encoding::GSM7.units_of(character).is_some();
            assert!(replacement.chars().all(plain), "{character}");
            assert!(!replacement.contains(character), "{character}");
        }
    }

    #[test]
    fn what_the_portuguese_table_lacks_of_the_default_alphabet_is_replaced() {
        // But for Greek capitals and the currency sign, which have no Latin look-alike.
        let lacking: String = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà"
            .chars()
            .filter(|character| PORTUGUESE.units_of(*character).is_none())
            .filter(|character| nearest(*character, PORTUGUESE).is_none())
            .collect();
        assert_eq!(lacking, "ΦΓΛΩΠΨΣΘΞ¤");
    }

    #[test]
    fn what_fits_is_not_touched() {
        assert_eq!(
            fitted("é ñ € [", Encoding::GSM7).as_deref(),
            Some("é ñ € [")
        );
        assert_eq!(fitted("ã ñ", PORTUGUESE).as_deref(), Some("ã n"));
        assert_eq!(fitted("ǟ", PORTUGUESE).as_deref(), Some("a"));
        assert_eq!(fitted("ǟ", Encoding::GSM7).as_deref(), Some("ä"));
    }

    #[test]
    fn a_letter_with_a_combining_mark_is_read_as_the_letter_they_write() {
        let decomposed = "e\u{301} a\u{303} c\u{327} n\u{303} z\u{30c}\u{323}";
        assert_eq!(
            fitted(decomposed, Encoding::GSM7).as_deref(),
            Some("é a c ñ z")
        );
        assert_eq!(fitted(decomposed, PORTUGUESE).as_deref(), Some("é ã ç n z"));
    }

    #[test]
    fn a_text_with_something_irreplaceable_has_no_fit() {
        assert_eq!(fitted("ã 😀", Encoding::GSM7), None);
    }
}
