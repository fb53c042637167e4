//! From characters to text, tokens and the unsubscribe mark; links are found afterwards.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::filter::Filter;
use super::{Piece, Token};

pub(super) const UNSUBSCRIBE: &str = "{UNSUB_URL}";

/// What a backslash directly before makes text.
const MARKS: [&str; 2] = ["{{", UNSUBSCRIBE];

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
    /// A filter that does not exist, or one with an argument that it does not take.
    UnknownFilter,
}

impl fmt::Display for TemplateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            TemplateErrorKind::Unclosed => "is not closed by `}}`",
            TemplateErrorKind::BadName => "names no property",
            TemplateErrorKind::UnknownFilter => "has a filter that does not exist",
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
        if let Some(escaped) = MARKS.iter().find(|mark| at.starts_with(**mark))
            && before.ends_with('\\')
        {
            text.pop();
            text.push_str(escaped);
            rest = &at[escaped.len()..];
        } else if let Some(inside) = at.strip_prefix("{{") {
            let end = inside
                .find("}}")
                .ok_or_else(|| error(TemplateErrorKind::Unclosed))?;
            let token = token(&inside[..end]).map_err(error)?;
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

/// `contact.firstname : upper | there`
fn token(inside: &str) -> Result<Token, TemplateErrorKind> {
    let (asked, fallback) = match inside.split_once('|') {
        Some((asked, fallback)) => (asked, Some(fallback.trim().to_owned())),
        None => (inside, None),
    };
    let mut asked = asked.split(':').map(str::trim);
    let name = asked.next().unwrap_or_default();
    let name = name.strip_prefix("contact.").unwrap_or(name);
    let valid = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    if name.is_empty() || !name.chars().all(valid) {
        return Err(TemplateErrorKind::BadName);
    }
    let filters: Option<Vec<Filter>> = asked.map(Filter::parse).collect();
    Ok(Token {
        property: name.to_owned(),
        filters: filters.ok_or(TemplateErrorKind::UnknownFilter)?,
        fallback,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::filter::Locale;
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
                filters: Vec::new(),
                fallback: Some("home".into()),
            };
            assert_eq!(pieces(source), Ok(vec![Piece::Token(token)]), "{source}");
        }
    }

    #[test]
    fn filters_stand_between_the_property_and_the_fallback() {
        for source in [
            "{{city:lower:date(pt)|a:b|c}}",
            "{{ contact.city : lower : date( pt ) | a:b|c }}",
        ] {
            let token = Token {
                property: "city".into(),
                filters: vec![Filter::Lower, Filter::Date(Locale::Pt)],
                fallback: Some("a:b|c".into()),
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
    fn a_backslash_directly_before_makes_a_mark_text_and_disappears() {
        for (source, expected) in [
            (r"write \{{name}}", "write {{name}}"),
            (r"\{UNSUB_URL}!", "{UNSUB_URL}!"),
            (r"\{{", "{{"),
            (r"\\{{", r"\{{"),
            (r"\ {a \{b \", r"\ {a \{b \"),
        ] {
            assert_eq!(pieces(source), Ok(vec![text(expected)]), "{source}");
        }
        let after = pieces(r"\{{{{a}}}}").unwrap();
        assert_eq!((&after[0], &after[2]), (&text("{{"), &text("}}")));
        let error = pieces(r"\{{{{a").unwrap_err();
        assert_eq!(error.position, 3);
    }

    #[test]
    fn errors_point_at_the_braces_in_code_points() {
        for (source, kind) in [
            ("é😀{{name", TemplateErrorKind::Unclosed),
            ("é😀{{}}", TemplateErrorKind::BadName),
            ("é😀{{a b}}", TemplateErrorKind::BadName),
            ("é😀{{contact.}}", TemplateErrorKind::BadName),
            ("é😀{{:upper}}", TemplateErrorKind::BadName),
            ("é😀{{a:}}", TemplateErrorKind::UnknownFilter),
            ("é😀{{a:shout}}", TemplateErrorKind::UnknownFilter),
            ("é😀{{a:upper:shout|b}}", TemplateErrorKind::UnknownFilter),
            ("é😀{{a:upper(pt)}}", TemplateErrorKind::UnknownFilter),
            ("é😀{{a:date}}", TemplateErrorKind::UnknownFilter),
            ("é😀{{a:date(fr)}}", TemplateErrorKind::UnknownFilter),
            ("é😀{{a:number(pt}}", TemplateErrorKind::UnknownFilter),
        ] {
            assert_eq!(
                pieces(source),
                Err(TemplateError { kind, position: 2 }),
                "{source}"
            );
        }
    }
}
