//! Campaign tags: the `utm_…` parameters that links get.
//!
//! A tag may hold tokens. Its value is percent-encoded as a whole; one that is
//! empty for a contact is left out. A tag that cannot be read as a template is
//! taken as the text it is, and the unsubscribe mark means nothing in one.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::fill::{Filling, encode, escape};
use super::{Piece, Token, parse};
use crate::wire::Utm;

/// The tags of a campaign that are not empty, in the order in which links get them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tags(Vec<(&'static str, Vec<Piece>)>);

impl Tags {
    pub(super) fn of(utm: &Utm) -> Self {
        let typed = [
            ("utm_source", &utm.source),
            ("utm_medium", &utm.medium),
            ("utm_campaign", &utm.campaign),
            ("utm_term", &utm.term),
            ("utm_content", &utm.content),
            ("utm_id", &utm.id),
        ];
        let typed = typed
            .into_iter()
            .map(|(name, value)| (name, value.trim()))
            .filter(|(_, value)| !value.is_empty());
        Self(typed.map(|(name, value)| (name, read(value))).collect())
    }

    /// What the tags ask of a contact.
    pub(super) fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.0.iter().flat_map(|(_, pieces)| super::tokens(pieces))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tags of one contact's links.
    pub(super) fn filled(&self, filling: &mut Filling<'_>) -> Vec<(&'static str, String)> {
        let mut filled = Vec::with_capacity(self.0.len());
        for (name, pieces) in &self.0 {
            let mut value = String::new();
            for piece in pieces {
                match piece {
                    Piece::Text(text) => value.push_str(text),
                    Piece::Token(token) => value.push_str(filling.value(token)),
                    Piece::Unsubscribe | Piece::Link(_) => {}
                }
            }
            if !value.trim().is_empty() {
                filled.push((*name, value.trim().to_owned()));
            }
        }
        filled
    }
}

fn read(value: &str) -> Vec<Piece> {
    let as_it_stands = || vec![Piece::Text(value.to_owned())];
    let mut pieces = parse::pieces(value).unwrap_or_else(|_| as_it_stands());
    for piece in &mut pieces {
        if *piece == Piece::Unsubscribe {
            *piece = Piece::Text(parse::UNSUBSCRIBE.to_owned());
        }
    }
    pieces
}

/// Adds tags to an address, in place of those it has of the same name.
pub(super) fn tagged(address: &str, tags: &[(&str, String)]) -> String {
    if tags.is_empty() {
        return address.to_owned();
    }
    let (path, query, fragment) = dissect(address);
    let mut tagged = path.to_owned();
    let mut mark = '?';
    let replaced = |pair: &str| tags.iter().any(|(tag, _)| *tag == name_of(pair));
    for pair in query
        .split('&')
        .filter(|pair| !pair.is_empty() && !replaced(pair))
    {
        tagged.push(mark);
        tagged.push_str(pair);
        mark = '&';
    }
    for (name, value) in tags {
        tagged.push(mark);
        tagged.push_str(name);
        tagged.push('=');
        encode(value, &mut tagged);
        mark = '&';
    }
    if let Some(fragment) = fragment {
        tagged.push('#');
        tagged.push_str(fragment);
    } else if tagged.ends_with('.') {
        // Phones take a dot at the end for the sentence's. All other punctuation is encoded.
        tagged.pop();
        tagged.extend(escape(b'.'));
    }
    tagged
}

/// The names of an address's own parameters.
pub(super) fn names(address: &str) -> impl Iterator<Item = &str> {
    dissect(address).1.split('&').map(name_of)
}

fn name_of(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default()
}

/// What comes before the query, the query, and the fragment.
fn dissect(address: &str) -> (&str, &str, Option<&str>) {
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (address, None),
    };
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    (path, query, fragment)
}
