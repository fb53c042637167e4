//! The nearest text of the GSM default alphabet for a character that is not in it.

use alloc::string::String;

use super::Encoding;
use super::replacements::REPLACEMENTS;

/// What a character is replaced by; `None` where it is in the default alphabet
/// already, or nothing comes near.
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

/// A text made to fit an encoding; `None` where a character has no replacement
/// that fits. Characters that fit are not touched.
pub(super) fn fit(text: &str, encoding: Encoding) -> Option<String> {
    let mut fitted = String::with_capacity(text.len());
    for character in text.chars() {
        if encoding.units_of(character).is_some() {
            fitted.push(character);
        } else {
            let replacement = replacement(character)?;
            replacement
                .chars()
                .all(|character| encoding.units_of(character).is_some())
                .then(|| fitted.push_str(replacement))?;
        }
    }
    Some(fitted)
}

/// A mark that follows its letter, as decomposed text has them.
fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}
