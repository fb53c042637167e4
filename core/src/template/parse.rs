//! From characters to text, tokens and the unsubscribe mark; links are found afterwards.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{Piece, Token};

const UNSUBSCRIBE: &str = "{UNSUB_URL}";

/// Why a message cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TemplateError {
    /// What is wrong.
    pub kind: TemplateErrorKind,
    /// Code-point index of the `{{`.
    pub position: usize,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateErrorKind {
    /// `{{` without `}}`.
    Unclosed,
    /// No property name between the braces.
    BadName,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TemplateErrorKind::Unclosed => "is not closed by `}}`",
            TemplateErrorKind::BadName => "names no property",
        };
        write!(formatter, "the token at {} {what}", self.position)
    }
}

impl core::error::Error for TemplateError {}

pub(super) fn pieces(source: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = source;
    while let Some(next) = rest.find('{') {
        let (before, at) = rest.split_at(next);
        text.push_str(before);
        let error = |kind| TemplateError {
            kind,
            position: source[..source.len() - at.len()].chars().count(),
        };
        if let Some(inside) = at.strip_prefix("{{") {
            let end = inside
                .find("}}")
                .ok_or_else(|| error(TemplateErrorKind::Unclosed))?;
            let token = token(&inside[..end]).ok_or_else(|| error(TemplateErrorKind::BadName))?;
            flush(&mut text, &mut pieces);
            pieces.push(Piece::Token(token));
            rest = &inside[end + 2..];
        } else if let Some(after) = at.strip_prefix(UNSUBSCRIBE) {
            flush(&mut text, &mut pieces);
            pieces.push(Piece::Unsubscribe);
            rest = after;
        } else {
            text.push('{');
            rest = &at[1..];
        }
    }
    text.push_str(rest);
    flush(&mut text, &mut pieces);
    Ok(pieces)
}

fn flush(text: &mut String, pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Text(core::mem::take(text)));
    }
}

/// `contact.firstname | there`
fn token(inside: &str) -> Option<Token> {
    let (name, fallback) = match inside.split_once('|') {
        Some((name, fallback)) => (name, Some(fallback.trim().to_owned())),
        None => (inside, None),
    };
    let name = name.trim();
    let name = name.strip_prefix("contact.").unwrap_or(name);
    let valid = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    (!name.is_empty() && name.chars().all(valid)).then(|| Token {
        property: name.to_owned(),
        fallback,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn tokens_may_have_a_prefix_spaces_and_a_fallback() {
        for source in [
            "{{contact.city|home}}",
            "{{ city | home }}",
            "{{city|home}}",
        ] {
            let token = Token {
                property: "city".into(),
                fallback: Some("home".into()),
            };
            assert_eq!(pieces(source), Ok(vec![Piece::Token(token)]), "{source}");
        }
    }

    #[test]
    fn single_braces_are_text() {
        assert_eq!(pieces("a {b} {"), Ok(vec![text("a {b} {")]));
        assert_eq!(
            pieces("out: {UNSUB_URL}."),
            Ok(vec![text("out: "), Piece::Unsubscribe, text(".")])
        );
    }

    #[test]
    fn errors_point_at_the_braces_in_code_points() {
        for (source, kind) in [
            ("é😀{{name", TemplateErrorKind::Unclosed),
            ("é😀{{}}", TemplateErrorKind::BadName),
            ("é😀{{a b}}", TemplateErrorKind::BadName),
            ("é😀{{contact.}}", TemplateErrorKind::BadName),
        ] {
            assert_eq!(
                pieces(source),
                Err(TemplateError { kind, position: 2 }),
                "{source}"
            );
        }
    }
}
