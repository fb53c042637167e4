//! Messages with places for a contact's values, an unsubscribe link, and links to tag and shorten.
//!
//! The grammar is small: `{{contact.firstname}}` or `{{firstname}}` is a token,
//! `{{firstname|there}}` has a fallback, `{{ firstname : upper | there }}` a filter
//! as well; `{UNSUB_URL}` is the unsubscribe link, and everything else is text,
//! single braces included; a backslash directly before `{{` or `{UNSUB_URL}` makes
//! that text too, and is not written itself. A link is `http://`, `https://` or `www.` up to the next
//! space; tokens may stand inside it. What a contact's value contains is never
//! taken for a link.
//!
//! The filters are `upper`, `lower`, `capitalise`, `trim` (which every value is
//! anyway), `date(pt)` and `number(pt)`, these two for `es` and `en` too.

mod case;
mod date;
mod fill;
mod filter;
mod host;
mod link;
mod number;
mod parse;
mod plan;
mod render;
mod tags;

use alloc::string::String;
use alloc::vec::Vec;

use crate::wire::Utm;
use filter::Filter;
pub(crate) use link::link_spans;
use tags::Tags;

pub(crate) use fill::{encode, escape, is_unreserved};
pub use parse::{TemplateError, TemplateErrorKind};
pub(crate) use plan::{Stretch, VaryingLink};
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
    /// Properties that only the tags of its links ask for.
    of_tags: Vec<String>,
}

/// A stretch of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Token(Token),
    Unsubscribe,
    /// Text and tokens only.
    Link(Vec<Piece>),
}

/// A place for a contact's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) property: String,
    /// What is done to its value, in order; the fallback is written as it stands.
    filters: Vec<Filter>,
    pub(crate) fallback: Option<String>,
}

impl Template {
    /// Reads a message.
    ///
    /// # Errors
    /// When a token is not closed, names no property, or has a filter that does not exist.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        Ok(Self {
            pieces: link::find(parse::pieces(source)?),
            of_tags: Vec::new(),
        })
    }

    /// The same message, which asks for what the tags of its links ask for as well.
    ///
    /// ```
    /// use septet_core::{template::Template, wire::Utm};
    /// let utm = Utm { content: "{{city}}".into(), ..Utm::default() };
    /// let template = Template::parse("{{firstname}} https://a.pt").unwrap().with_tags(&utm);
    /// assert!(template.properties().eq(["firstname", "city"]));
    /// ```
    #[must_use]
    pub fn with_tags(mut self, utm: &Utm) -> Self {
        self.of_tags.clear();
        if self.has_links() {
            let tags = Tags::of(utm);
            let names = tags.tokens().map(|token| token.property.clone());
            self.of_tags.extend(names);
        }
        self
    }

    /// Names of the properties that it asks for, each once, in order.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = Vec::new();
        let of_text = tokens(&self.pieces).into_iter();
        let of_text = of_text.map(|token| token.property.as_str());
        for name in of_text.chain(self.of_tags.iter().map(String::as_str)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.into_iter()
    }

    /// Whether it lets the recipient unsubscribe.
    #[must_use]
    pub fn has_unsubscribe(&self) -> bool {
        self.pieces.contains(&Piece::Unsubscribe)
    }

    /// Hosts of its links, each once, as far as no token decides them.
    ///
    /// ```
    /// use septet_core::template::Template;
    /// let template = Template::parse("https://a.pt/{{id}} www.b.pt https://{{shop}}.pt").unwrap();
    /// assert_eq!(template.hosts(), ["a.pt", "www.b.pt"]);
    /// ```
    #[must_use]
    pub fn hosts(&self) -> Vec<&str> {
        let mut hosts = Vec::new();
        for piece in &self.pieces {
            if let Piece::Link(inner) = piece
                && let [Piece::Text(head), rest @ ..] = inner.as_slice()
                && (rest.is_empty() || host::names_host(head))
            {
                let host = host::host(head);
                if !host.is_empty() && !hosts.contains(&host) {
                    hosts.push(host);
                }
            }
        }
        hosts
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
