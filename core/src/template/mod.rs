//! Messages with places for a contact's values, an unsubscribe link, and links to tag and shorten.
//!
//! The grammar is small: `{{contact.firstname}}` or `{{firstname}}` is a token,
//! `{{firstname|there}}` has a fallback, `{UNSUB_URL}` is the unsubscribe link,
//! and everything else is text, single braces included. A link is `http://`,
//! `https://` or `www.` up to the next space; tokens may stand inside it. What a
//! contact's value contains is never taken for a link.

mod link;
mod parse;
mod render;

use alloc::string::String;
use alloc::vec::Vec;

pub(crate) use link::link_spans;
pub use parse::{TemplateError, TemplateErrorKind};
pub use render::{LinkWriter, PreviewLinks, RenderOptions, Rendered};

/// A parsed message.
///
/// ```
/// use septet_core::template::Template;
/// let template = Template::parse("Hi {{contact.firstname|there}}!").unwrap();
/// assert!(template.properties().eq(["firstname"]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A stretch of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Token(Token),
    Unsubscribe,
    /// Text and tokens only.
    Link(Vec<Piece>),
}

/// A place for a contact's value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    property: String,
    fallback: Option<String>,
}

impl Template {
    /// Reads a message.
    ///
    /// # Errors
    /// When a token is not closed, or names no property.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        Ok(Self {
            pieces: link::find(parse::pieces(source)?),
        })
    }

    /// Names of the properties that it asks for, each once, in order.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = Vec::new();
        for token in tokens(&self.pieces) {
            if !names.contains(&token.property.as_str()) {
                names.push(&token.property);
            }
        }
        names.into_iter()
    }

    /// Whether it lets the recipient unsubscribe.
    #[must_use]
    pub fn has_unsubscribe(&self) -> bool {
        self.pieces.contains(&Piece::Unsubscribe)
    }

    /// Whether it has links that can be tagged and shortened.
    #[must_use]
    pub fn has_links(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Link(_)))
    }
}

fn tokens(pieces: &[Piece]) -> Vec<&Token> {
    let mut found = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Token(token) => found.push(token),
            Piece::Link(inner) => found.extend(tokens(inner)),
            Piece::Text(_) | Piece::Unsubscribe => {}
        }
    }
    found
}
