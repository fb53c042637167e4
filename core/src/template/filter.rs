//! What a token does to a value before it is written.
//!
//! A value that a filter cannot read, such as a date that is none, is left as it is:
//! a message with an odd value in it is better than one that says something else.

use alloc::string::String;

use super::{case, date, number};

/// One filter of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filter {
    Upper,
    Lower,
    /// The first letter of each word; the others stay as they are.
    Capitalise,
    /// Nothing: every value is trimmed.
    Trim,
    Date(Locale),
    Number(Locale),
}

/// Whose way of writing dates and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Locale {
    Pt,
    Es,
    En,
}

impl Filter {
    /// Reads a filter, spaces around it removed: `upper`, `date(pt)`.
    pub(super) fn parse(source: &str) -> Option<Self> {
        let Some((name, rest)) = source.split_once('(') else {
            return match source {
                "upper" => Some(Self::Upper),
                "lower" => Some(Self::Lower),
                "capitalise" => Some(Self::Capitalise),
                "trim" => Some(Self::Trim),
                _ => None,
            };
        };
        let locale = match rest.strip_suffix(')')?.trim() {
            "pt" => Locale::Pt,
            "es" => Locale::Es,
            "en" => Locale::En,
            _ => return None,
        };
        match name.trim_end() {
            "date" => Some(Self::Date(locale)),
            "number" => Some(Self::Number(locale)),
            _ => None,
        }
    }

    /// Applies it in place; allocates nothing for ASCII that does not grow.
    pub(super) fn apply(self, text: &mut String) {
        match self {
            Self::Upper if text.is_ascii() => text.make_ascii_uppercase(),
            Self::Upper => *text = all_upper(text),
            Self::Lower if text.is_ascii() => text.make_ascii_lowercase(),
            Self::Lower => *text = all_lower(text),
            Self::Capitalise => capitalise(text),
            Self::Trim => {}
            Self::Date(locale) => date::write(text, locale),
            Self::Number(locale) => number::write(text, locale),
        }
    }
}

fn all_upper(text: &str) -> String {
    let mut upper = String::with_capacity(text.len());
    for character in text.chars() {
        case::push_upper(&mut upper, character);
    }
    upper
}

/// A sigma at the end of a word has a form of its own.
fn all_lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut inside = false;
    while let Some(character) = characters.next() {
        let ends = inside && !characters.peek().is_some_and(|next| next.is_alphabetic());
        lower.push(match character {
            'Σ' if ends => 'ς',
            other => case::lower(other),
        });
        inside = character.is_alphabetic();
    }
    lower
}

fn capitalise(text: &mut String) {
    if !text.is_ascii() {
        *text = capitalised(text);
        return;
    }
    let mut inside = false;
    for index in 0..text.len() {
        let character = char::from(text.as_bytes()[index]);
        if !inside && let Some(first) = text.get_mut(index..=index) {
            first.make_ascii_uppercase();
        }
        inside = is_of_word(character);
    }
}

fn capitalised(text: &str) -> String {
    let mut capitalised = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        if inside {
            capitalised.push(character);
        } else {
            case::push_upper(&mut capitalised, character);
        }
        inside = is_of_word(character);
    }
    capitalised
}

/// Letters, digits, the apostrophes of `d'Or`, and marks on a letter before them.
fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || "'’".contains(character) || is_mark(character)
}

fn is_mark(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filtered(filter: &str, value: &str) -> String {
        let mut text = value.into();
        Filter::parse(filter).unwrap().apply(&mut text);
        text
    }

    #[test]
    fn letters_change_case_as_their_language_has_it() {
        for (filter, value, expected) in [
            ("upper", "inês d'or", "INÊS D'OR"),
            ("upper", "straße", "STRASSE"),
            ("lower", "INÊS", "inês"),
            ("lower", "ΟΔΟΣ", "οδο\u{3c2}"),
            ("capitalise", "maria josé  da-luz", "Maria José  Da-Luz"),
            ("capitalise", "ana luz", "Ana Luz"),
            ("capitalise", "élio o'neil", "Élio O'neil"),
            ("capitalise", "ana o'neil 3rd", "Ana O'neil 3rd"),
            ("capitalise", "ANA", "ANA"),
            ("capitalise", "(ana)", "(Ana)"),
            ("trim", "ana", "ana"),
        ] {
            assert_eq!(filtered(filter, value), expected, "{value}");
        }
    }
}
