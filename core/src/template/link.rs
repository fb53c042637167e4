//! Finding links in a message, before any contact's value is known.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::Piece;

const STARTS: [&str; 3] = ["https://", "http://", "www."];

/// Where links stand in a text without tokens, in bytes.
pub(crate) fn link_spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    for piece in find(vec![Piece::Text(text.to_owned())]) {
        let (length, is_link) = match &piece {
            Piece::Link(inner) => (inner.iter().map(plain).map(str::len).sum(), true),
            piece => (plain(piece).len(), false),
        };
        if is_link {
            spans.push(at..at + length);
        }
        at += length;
    }
    spans
}

/// Joins text and tokens that make up a link.
pub(super) fn find(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    let mut open: Option<Vec<Piece>> = None;
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let mut rest = text.as_str();
                if let Some(mut link) = open.take() {
                    let end = link_end(rest);
                    push(&mut link, &rest[..end]);
                    if end == rest.len() {
                        open = Some(link);
                        continue;
                    }
                    close(link, &mut found);
                    rest = &rest[end..];
                }
                while let Some(start) = link_start(rest) {
                    push(&mut found, &rest[..start]);
                    rest = &rest[start..];
                    let end = link_end(rest);
                    let mut link = Vec::new();
                    push(&mut link, &rest[..end]);
                    rest = &rest[end..];
                    if rest.is_empty() {
                        open = Some(link);
                    } else {
                        close(link, &mut found);
                    }
                }
                push(&mut found, rest);
            }
            Piece::Token(token) => match &mut open {
                Some(link) => link.push(Piece::Token(token)),
                None => found.push(Piece::Token(token)),
            },
            other => {
                if let Some(link) = open.take() {
                    close(link, &mut found);
                }
                found.push(other);
            }
        }
    }
    if let Some(link) = open {
        close(link, &mut found);
    }
    found
}

/// Where a link begins: not in the middle of a word.
fn link_start(text: &str) -> Option<usize> {
    text.char_indices().map(|(index, _)| index).find(|&index| {
        let begins = STARTS.iter().any(|start| {
            let head = text.as_bytes().get(index..index + start.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
        });
        let before = text[..index].chars().next_back();
        begins && !before.is_some_and(is_joined)
    })
}

/// Whether a character and what follows it are one word, or one e-mail address.
fn is_joined(character: char) -> bool {
    character == '@' || (character.is_alphanumeric() && !is_cjk(character))
}

/// Letters of scripts that put no spaces between words, or leave them out beside Latin text.
fn is_cjk(character: char) -> bool {
    matches!(character,
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Where a link stops at the latest.
fn link_end(text: &str) -> usize {
    const STOPS: &str = "<>\"“”«»{}、。「」『』【】《》〈〉（），！：；？";
    text.find(|character: char| character.is_whitespace() || STOPS.contains(character))
        .unwrap_or(text.len())
}

/// Ends a link; punctuation at its end belongs to the sentence.
fn close(mut link: Vec<Piece>, found: &mut Vec<Piece>) {
    let mut after = String::new();
    let whole: String = link.iter().map(plain).collect();
    if let Some(Piece::Text(last)) = link.last_mut() {
        let mut kept = whole.as_str();
        while let Some(character) = kept.chars().next_back() {
            let trailing = match character {
                ')' => unbalanced(kept, '(', ')'),
                ']' => unbalanced(kept, '[', ']'),
                _ => ".,;:!?'’…*".contains(character),
            };
            if !trailing || last.len() + kept.len() <= whole.len() {
                break;
            }
            kept = &kept[..kept.len() - character.len_utf8()];
        }
        let cut = last.len() - (whole.len() - kept.len());
        after = last.split_off(cut);
        if last.is_empty() {
            link.pop();
        }
    }
    if has_host(&link) {
        found.push(Piece::Link(link));
    } else {
        for piece in link {
            match piece {
                Piece::Text(text) => push(found, &text),
                other => found.push(other),
            }
        }
    }
    push(found, &after);
}

/// Whether something that can name a host follows the start of a link.
fn has_host(link: &[Piece]) -> bool {
    let Some(Piece::Text(first)) = link.first() else {
        return false;
    };
    let start = STARTS.iter().find(|start| {
        first
            .get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    });
    start.is_some_and(|start| match first[start.len()..].chars().next() {
        Some(character) => character.is_alphanumeric() || character == '[',
        None => link.len() > 1,
    })
}

fn unbalanced(text: &str, open: char, close: char) -> bool {
    text.matches(close).count() > text.matches(open).count()
}

fn plain(piece: &Piece) -> &str {
    match piece {
        Piece::Text(text) => text,
        _ => "",
    }
}

/// Adds text, to the text before it if there is one.
fn push(pieces: &mut Vec<Piece>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(Piece::Text(last)) = pieces.last_mut() {
        last.push_str(text);
    } else {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::parse;
    use alloc::format;
    use alloc::string::ToString;

    /// The links of a message, tokens written as `<name>`.
    fn links(source: &str) -> Vec<String> {
        find(parse::pieces(source).unwrap())
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Link(inner) => Some(inner),
                _ => None,
            })
            .map(|inner| {
                let shown = inner.iter().map(|piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Token(token) => format!("<{}>", token.property),
                    other => format!("{other:?}"),
                });
                shown.collect()
            })
            .collect()
    }

    #[test]
    fn links_end_where_a_reader_would_end_them() {
        for (source, expected) in [
            ("see https://a.pt/x.", &["https://a.pt/x"][..]),
            ("(https://a.pt/x)", &["https://a.pt/x"]),
            ("https://a.pt/x_(y)", &["https://a.pt/x_(y)"]),
            (
                "https://a.pt?q=1, http://b.es!",
                &["https://a.pt?q=1", "http://b.es"],
            ),
            ("go to www.loja.pt", &["www.loja.pt"]),
            ("HTTPS://A.PT", &["HTTPS://A.PT"]),
            ("https://café.pt/ç", &["https://café.pt/ç"]),
            ("«https://a.pt»", &["https://a.pt"]),
            (
                "https://a.pt/{{id}}/x?n={{name}}.",
                &["https://a.pt/<id>/x?n=<name>"],
            ),
            ("https://a.pt/{{id}}", &["https://a.pt/<id>"]),
            ("https://a.pt{UNSUB_URL}", &["https://a.pt"]),
            ("javascript:alert(1)", &[]),
            ("https://", &[]),
            ("https://!", &[]),
            ("http:///etc", &[]),
            ("see www. or www.. or www.?", &[]),
            ("www.{{site}}", &["www.<site>"]),
            ("(see https://a.pt/{{id}})", &["https://a.pt/<id>"]),
            ("https://a.pt/x?!...", &["https://a.pt/x"]),
            ("[https://a.pt/x]", &["https://a.pt/x"]),
            ("'https://a.pt'", &["https://a.pt"]),
            ("https://пример.рф/путь, да", &["https://пример.рф/путь"]),
            ("data:text/html,x ftp://a.pt", &[]),
            ("awww.nice", &[]),
            ("xhttps://a.pt", &[]),
            ("{{site}}", &[]),
        ] {
            assert_eq!(links(source), expected, "{source}");
        }
    }

    #[test]
    fn every_link_of_the_file_is_found_as_it_says() {
        for line in include_str!("../../data/links.jsonl").lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let found = links(case["text"].as_str().unwrap());
            assert_eq!(serde_json::Value::from(found), case["links"], "{line}");
        }
    }

    #[test]
    fn nothing_is_lost_between_links() {
        let source = "a https://a.pt, b (www.b.pt) https://c.pt!";
        let joined: String = find(parse::pieces(source).unwrap())
            .iter()
            .map(|piece| match piece {
                Piece::Link(inner) => inner.iter().map(plain).collect(),
                other => plain(other).to_string(),
            })
            .collect();
        assert_eq!(joined, source);
    }
}
