//! A message for one contact.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Piece, Template, Token};
use crate::wire::{LinkShape, Utm};

/// What happens to links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether links become short links.
    pub shorten: bool,
    /// Tags added to links.
    pub utm: Utm,
}

/// Writes the links that stand for others.
///
/// The preview writes codes that lead nowhere, the server codes that it has
/// stored; both write the same number of ASCII characters.
pub trait LinkWriter {
    /// A short link to a target.
    fn short(&mut self, target: &str) -> String;
    /// The recipient's unsubscribe link.
    fn unsubscribe(&mut self) -> String;
}

/// Links of the exact length, for counting and showing.
#[derive(Debug, Clone, Copy)]
pub struct PreviewLinks<'a>(pub &'a LinkShape);

impl PreviewLinks<'_> {
    fn link(self, base: &str) -> String {
        let code = (b'a'..=b'z').cycle().map(char::from);
        base.chars().chain(code.take(self.0.code_length)).collect()
    }
}

impl LinkWriter for PreviewLinks<'_> {
    fn short(&mut self, _target: &str) -> String {
        self.link(&self.0.short_base)
    }

    fn unsubscribe(&mut self) -> String {
        self.link(&self.0.unsubscribe_base)
    }
}

/// A message with a contact's values in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text, before any transliteration.
    pub text: String,
    /// Properties that were asked for, have no value and no fallback.
    pub missing: Vec<String>,
    /// Where its links lead, tags included, in order.
    pub links: Vec<String>,
}

impl Template {
    /// Fills in a contact's values. An empty value is the fallback, or nothing.
    pub fn render(
        &self,
        values: &BTreeMap<String, String>,
        options: &RenderOptions,
        links: &mut dyn LinkWriter,
    ) -> Rendered {
        let mut rendered = Rendered::default();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => rendered.text.push_str(text),
                Piece::Token(token) => {
                    let value = value(token, values, &mut rendered.missing);
                    rendered.text.push_str(value);
                }
                Piece::Unsubscribe => rendered.text.push_str(&links.unsubscribe()),
                Piece::Link(inner) => {
                    let typed = address(inner, values, &mut rendered.missing);
                    let target = tagged(&typed, &options.utm);
                    if options.shorten {
                        let target = absolute(&target);
                        rendered.text.push_str(&links.short(&target));
                        rendered.links.push(target);
                    } else {
                        rendered.text.push_str(&target);
                        rendered.links.push(absolute(&target));
                    }
                }
            }
        }
        rendered
    }
}

fn value<'a>(
    token: &'a Token,
    values: &'a BTreeMap<String, String>,
    missing: &mut Vec<String>,
) -> &'a str {
    let value = values.get(&token.property).map_or("", |value| value.trim());
    match (&token.fallback, value) {
        (Some(fallback), "") => fallback,
        (None, "") => {
            if !missing.contains(&token.property) {
                missing.push(token.property.clone());
            }
            ""
        }
        _ => value,
    }
}

/// A link with its tokens filled in; values cannot change where it leads.
fn address(
    pieces: &[Piece],
    values: &BTreeMap<String, String>,
    missing: &mut Vec<String>,
) -> String {
    let mut address = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => address.push_str(text),
            Piece::Token(token) => encode(value(token, values, missing), &mut address),
            Piece::Unsubscribe | Piece::Link(_) => {}
        }
    }
    address
}

fn absolute(address: &str) -> String {
    let bare = address
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("www."));
    if bare {
        format!("https://{address}")
    } else {
        address.to_owned()
    }
}

/// Adds campaign tags to a link, in place of those it has of the same name.
fn tagged(address: &str, utm: &Utm) -> String {
    let tags: Vec<(&str, &str)> = [
        ("utm_source", &utm.source),
        ("utm_medium", &utm.medium),
        ("utm_campaign", &utm.campaign),
        ("utm_term", &utm.term),
        ("utm_content", &utm.content),
    ]
    .into_iter()
    .map(|(name, value)| (name, value.trim()))
    .filter(|(_, value)| !value.is_empty())
    .collect();
    if tags.is_empty() {
        return address.to_owned();
    }
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (address, None),
    };
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut tagged = path.to_owned();
    let mut mark = '?';
    let replaced = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        tags.iter().any(|(tag, _)| *tag == name)
    };
    for pair in query
        .split('&')
        .filter(|pair| !pair.is_empty() && !replaced(pair))
    {
        tagged.push(mark);
        tagged.push_str(pair);
        mark = '&';
    }
    for (name, value) in &tags {
        tagged.push(mark);
        tagged.push_str(name);
        tagged.push('=');
        encode(value, &mut tagged);
        mark = '&';
    }
    if let Some(fragment) = fragment {
        tagged.push('#');
        tagged.push_str(fragment);
    }
    tagged
}

/// Percent-encodes everything but the unreserved characters (RFC 3986, 2.3).
fn encode(value: &str, address: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> LinkShape {
        LinkShape {
            short_base: "https://s.pt/l/".into(),
            unsubscribe_base: "https://s.pt/u/".into(),
            code_length: 10,
        }
    }

    fn render(source: &str, options: &RenderOptions, values: &[(&str, &str)]) -> Rendered {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        Template::parse(source)
            .unwrap()
            .render(&values, options, &mut PreviewLinks(&shape()))
    }

    fn utm(source: &str) -> RenderOptions {
        RenderOptions {
            shorten: false,
            utm: Utm {
                source: source.into(),
                ..Utm::default()
            },
        }
    }

    #[test]
    fn an_empty_value_is_the_fallback_or_nothing_and_is_told() {
        let rendered = render(
            "{{a}}|{{b|you}}|{{c}}|{{c}}",
            &RenderOptions::default(),
            &[("a", "Zé"), ("c", " ")],
        );
        assert_eq!(rendered.text, "Zé|you||");
        assert_eq!(rendered.missing, ["c"]);
    }

    #[test]
    fn tags_keep_query_and_fragment_and_are_encoded() {
        for (link, expected) in [
            ("https://a.pt", "https://a.pt?utm_source=a%20b%26"),
            (
                "https://a.pt/?x=1#top",
                "https://a.pt/?x=1&utm_source=a%20b%26#top",
            ),
            (
                "https://a.pt?utm_source=old&y=2",
                "https://a.pt?y=2&utm_source=a%20b%26",
            ),
            ("www.a.pt", "www.a.pt?utm_source=a%20b%26"),
        ] {
            assert_eq!(render(link, &utm("a b&"), &[]).text, expected);
        }
    }

    #[test]
    fn a_value_in_a_link_is_encoded_and_cannot_change_where_it_leads() {
        let rendered = render(
            "https://a.pt/{{id}}?n={{n}}",
            &RenderOptions::default(),
            &[("id", "../x@evil"), ("n", "ç&b=1#")],
        );
        assert_eq!(
            rendered.text,
            "https://a.pt/..%2Fx%40evil?n=%C3%A7%26b%3D1%23"
        );
    }

    #[test]
    fn short_links_have_the_announced_length_and_keep_their_target() {
        let mut options = utm("sms");
        options.shorten = true;
        let rendered = render("Veja www.a.pt/x. {UNSUB_URL}", &options, &[]);
        assert_eq!(
            rendered.text,
            "Veja https://s.pt/l/abcdefghij. https://s.pt/u/abcdefghij"
        );
        assert_eq!(rendered.links, ["https://www.a.pt/x?utm_source=sms"]);
    }

    #[test]
    fn links_in_values_are_left_alone() {
        let rendered = render("{{site}}", &utm("sms"), &[("site", "https://a.pt")]);
        assert_eq!(rendered.text, "https://a.pt");
        assert_eq!(rendered.links, Vec::<String>::new());
    }
}
