//! A message for one contact.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::fill::Filling;
use super::tags::{Tags, tagged};
use super::{Piece, Template, host};
use crate::wire::{LinkShape, Utm};

/// What happens to links.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether links become short links.
    pub shorten: bool,
    /// Tags added to links; they may hold tokens.
    pub utm: Utm,
    /// Hosts whose links, and those of hosts below them, are left as they were typed.
    pub excluded: Vec<String>,
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
    /// Whether an address is such a link already; it is then left as it was typed.
    ///
    /// A writer that does not say owns none; in a campaign, the shape of its links says it.
    fn owns(&self, _address: &str) -> bool {
        false
    }
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

    fn owns(&self, address: &str) -> bool {
        self.0.owns(address)
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
        let values = |name: &str| values.get(name).map(String::as_str);
        self.fill(&values, options, links)
    }

    /// The same, wherever the values are.
    pub(crate) fn fill<'a>(
        &self,
        values: &'a dyn Fn(&str) -> Option<&'a str>,
        options: &RenderOptions,
        links: &mut dyn LinkWriter,
    ) -> Rendered {
        let mut filling = Filling::new(values);
        let tags = Tags::of(&options.utm);
        let mut rendered = Rendered::default();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => rendered.text.push_str(text),
                Piece::Token(token) => rendered.text.push_str(filling.value(token)),
                Piece::Unsubscribe => rendered.text.push_str(&links.unsubscribe()),
                Piece::Link(inner) => {
                    let link = Link::of(inner, &mut filling, &tags, options, links);
                    rendered.text.push_str(&link.written);
                    rendered.links.push(link.target);
                }
            }
        }
        rendered.missing = filling.missing;
        rendered
    }
}

/// One contact's link.
pub(crate) struct Link {
    /// As it stands in the text.
    pub(crate) written: String,
    /// Where it leads.
    target: String,
}

impl Link {
    pub(super) fn of(
        pieces: &[Piece],
        filling: &mut Filling<'_>,
        tags: &Tags,
        options: &RenderOptions,
        links: &mut dyn LinkWriter,
    ) -> Self {
        let typed = filling.address(pieces);
        if links.owns(&typed) || host::is_of(&typed, &options.excluded) {
            return Self {
                target: absolute(&typed),
                written: typed,
            };
        }
        let address = tagged(&typed, &tags.filled(filling));
        let target = absolute(&address);
        let written = if options.shorten {
            links.short(&target)
        } else {
            address
        };
        Self { written, target }
    }
}

fn absolute(address: &str) -> String {
    let bare = address
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case("www."));
    if bare {
        ["https://", address].concat()
    } else {
        address.to_owned()
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
            excluded: Vec::new(),
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
    fn a_dot_at_the_end_of_the_last_tag_is_encoded_where_the_link_ends() {
        for (link, value, expected) in [
            ("https://a.pt", "S.A.", "https://a.pt?utm_source=S.A%2E"),
            ("https://a.pt", "a..", "https://a.pt?utm_source=a.%2E"),
            ("https://a.pt", "{{name}}", "https://a.pt?utm_source=Jr%2E"),
            ("https://a.pt#b", "a.", "https://a.pt?utm_source=a.#b"),
        ] {
            let rendered = render(link, &utm(value), &[("name", "Jr.")]);
            assert_eq!(rendered.text, expected);
        }
        let utm = Utm {
            source: "a.".into(),
            medium: "sms".into(),
            ..Utm::default()
        };
        let options = RenderOptions {
            utm,
            ..RenderOptions::default()
        };
        assert_eq!(
            render("https://a.pt.", &options, &[]).text,
            "https://a.pt?utm_source=a.&utm_medium=sms."
        );
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

    #[test]
    fn filters_change_a_value_and_not_the_fallback() {
        let rendered = render(
            "{{name:lower:capitalise|you}} {{x:upper|you}} {{day:date(es)}} {{sum:number(pt)}} {{sum:date(en)}}",
            &RenderOptions::default(),
            &[
                ("name", " INÊS "),
                ("day", "1795392000000"),
                ("sum", "1234.5"),
            ],
        );
        assert_eq!(rendered.text, "Inês you 23/11/2026 1.234,5 1234.5");
    }

    #[test]
    fn a_tag_may_hold_tokens_and_is_left_out_when_it_is_empty() {
        let of = |value: &str, contact: &[(&str, &str)]| {
            let rendered = render("https://a.pt", &utm(value), contact);
            (rendered.text, rendered.missing)
        };
        let tagged = |value: &str| String::from("https://a.pt?utm_source=") + value;
        for (value, expected) in [
            ("{{city:lower}} x", "%C3%A9vora%20%26%20x%20x"),
            ("{{no|other}}", "other"),
            ("{{city", "%7B%7Bcity"),
            ("{UNSUB_URL}", "%7BUNSUB_URL%7D"),
        ] {
            let (text, missing) = of(value, &[("city", "Évora & X")]);
            assert_eq!((text, missing.len()), (tagged(expected), 0));
        }
        let (text, missing) = of(" {{city}} ", &[]);
        assert_eq!(
            (text.as_str(), &missing[..]),
            ("https://a.pt", &["city".into()][..])
        );
    }

    #[test]
    fn our_own_links_and_those_of_excluded_hosts_stay_as_they_were_typed() {
        let options = RenderOptions {
            shorten: true,
            excluded: ["wa.me".into(), "loja.pt".into()].into(),
            ..utm("{{no}}")
        };
        for link in [
            "https://s.pt/l/abcdefghij",
            "HTTPS://S.PT/u/x?y",
            "https://wa.me/351{{id}}?text=x",
            "www.loja.pt/x",
            "http://{{id}}.loja.pt",
        ] {
            let rendered = render(link, &options, &[("id", "9")]);
            assert_eq!(rendered.text, link.replace("{{id}}", "9"));
            assert_eq!(rendered.links.len(), 1);
            assert_eq!(rendered.missing.len(), 0);
        }
        let rendered = render("https://s.pt/about", &options, &[]);
        assert_eq!(rendered.text, "https://s.pt/l/abcdefghij");
        assert_eq!(rendered.missing, ["no"]);
    }
}
