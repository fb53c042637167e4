//! Finds the links in a message, so that they can be followed from the handset.

use maud::{Markup, html};

/// Characters that end a sentence rather than an address.
const CLOSING: &[char] = &[
    '.', ',', ';', ':', '!', '?', ')', ']', '"', '\'', '»', '”', '…',
];

/// The text with its links clickable, each opening in a tab of its own.
pub(super) fn linked(text: &str) -> Markup {
    html! {
        @for (piece, is_link) in pieces(text) {
            @if is_link {
                a href=(target(piece)) target="_blank" rel="noopener noreferrer" { (piece) }
            } @else {
                (piece)
            }
        }
    }
}

/// A bare `www.` is followed as a phone would.
fn target(link: &str) -> String {
    if link.starts_with("www.") {
        format!("http://{link}")
    } else {
        link.to_owned()
    }
}

/// The text cut into what is a link and what is not, nothing lost.
fn pieces(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = next_link(rest) {
        let from_link = &rest[start..];
        let end = from_link
            .find(char::is_whitespace)
            .unwrap_or(from_link.len());
        let link = from_link[..end].trim_end_matches(CLOSING);
        pieces.push((&rest[..start], false));
        pieces.push((link, true));
        rest = &from_link[link.len()..];
    }
    pieces.push((rest, false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

/// Where the next link with something behind its beginning starts.
fn next_link(text: &str) -> Option<usize> {
    ["http://", "https://", "www."]
        .into_iter()
        .flat_map(|beginning| {
            text.match_indices(beginning)
                .map(move |(start, _)| (start, start + beginning.len()))
        })
        .filter(|(_, behind)| text[*behind..].starts_with(char::is_alphanumeric))
        .map(|(start, _)| start)
        .min()
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn links_are_found_without_the_punctuation_behind_them() {
        assert_eq!(
            pieces("Veja http://localhost:8360/l/aB3, ou www.example.com."),
            [
                ("Veja ", false),
                ("http://localhost:8360/l/aB3", true),
                (", ou ", false),
                ("www.example.com", true),
                (".", false),
            ]
        );
    }

    #[test]
    fn a_text_without_links_stays_whole() {
        for text in ["Olá!", "http:// nada", ""] {
            assert!(pieces(text).iter().all(|(_, is_link)| !is_link), "{text}");
        }
    }
}
