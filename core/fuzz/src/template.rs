//! A message is read or refused with a place; what it writes for a contact is what was forecast.

use std::collections::{BTreeMap, BTreeSet};

use septet_core::delivery::NotSentReason;
use septet_core::encoding::{SegmentError, SegmentOptions, segment};
use septet_core::forecast::Forecast;
use septet_core::template::{
    PreviewLinks, RenderOptions, Rendered, Template, TemplateError, TemplateErrorKind,
};
use septet_core::wire::{LinkShape, Utm};

use super::input::Input;
use super::links::escaped;

/// Options; then two values, a tag and a host, a line each; then a message.
pub fn check(data: &[u8]) {
    let mut input = Input::of(data);
    let options = input.options();
    let shorten = input.choose(&[false, true]);
    let base = input.choose(&["https://s.pt/l/", "", "www.a.pt/"]);
    let fill = input.choose(&[None, Some(0), Some(1)]);
    let (one, two, tag, host) = (input.line(), input.line(), input.line(), input.line());
    let source = input.text();

    check_said(&source);
    let template = match Template::parse(&source) {
        Ok(template) => template,
        Err(error) => return check_error(&source, error),
    };
    let contact = Contact {
        render: RenderOptions {
            shorten,
            utm: Utm {
                source: "sms".into(),
                content: tag.into_owned(),
                ..Utm::default()
            },
            excluded: vec![host.into_owned()],
        },
        shape: LinkShape {
            short_base: base.into(),
            unsubscribe_base: "https://s.pt/u/".into(),
            code_length: 10,
        },
        options,
    };
    let template = check_properties(template, &contact.render.utm);
    let names: Vec<String> = template.properties().map(String::from).collect();
    let values = [one.as_ref(), two.as_ref(), ""];
    for first in 0..values.len() {
        let from_first = values.iter().cycle().skip(first);
        let pairs = names.iter().zip(from_first);
        let row = pairs.map(|(name, value)| (name.clone(), (*value).to_owned()));
        let row = row.collect();
        contact.check(&template, &row);
        if let Some(beyond) = fill {
            contact.check_filled(&source, &template, &row, beyond);
        }
    }
}

/// What is escaped is said as it stands.
fn check_said(text: &str) {
    let template = Template::parse(&escaped(text)).expect("nothing in it is a token");
    assert!(!template.has_unsubscribe() && template.properties().next().is_none());
    let shape = LinkShape {
        short_base: String::new(),
        unsubscribe_base: String::new(),
        code_length: 0,
    };
    let links = &mut PreviewLinks(&shape);
    let said = template.render(&BTreeMap::new(), &RenderOptions::default(), links);
    assert_eq!((said.text.as_str(), said.missing.len()), (text, 0));
    assert_eq!(template.has_links(), !said.links.is_empty());
}

/// The place is that of the first braces that are wrong, in code points.
fn check_error(source: &str, error: TemplateError) {
    let all = source.char_indices().nth(error.position);
    let (at, _) = all.expect("the place is in the message");
    let (before, token) = source.split_at(at);
    assert!(token.starts_with("{{"), "no braces there: {token:?}");
    assert!(Template::parse(before).is_ok(), "an earlier one is wrong");
    let closed = token[2..].contains("}}");
    assert_eq!(closed, error.kind != TemplateErrorKind::Unclosed);
    assert!(error.to_string().contains(&error.position.to_string()));
}

/// Each once, those of the tags after those of the text.
fn check_properties(template: Template, utm: &Utm) -> Template {
    let of_text: Vec<String> = template.properties().map(String::from).collect();
    let tagged = template.with_tags(utm);
    let all: Vec<&str> = tagged.properties().collect();
    assert!(all.starts_with(&of_text.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(all.len() == of_text.len() || tagged.has_links());
    let unique: BTreeSet<&&str> = all.iter().collect();
    assert_eq!(unique.len(), all.len());
    let valid = |it: char| it.is_ascii_alphanumeric() || "_-".contains(it);
    assert!(
        all.iter()
            .all(|name| !name.is_empty() && name.chars().all(valid))
    );
    tagged
}

/// All but the message and the values.
struct Contact {
    render: RenderOptions,
    shape: LinkShape,
    options: SegmentOptions,
}

impl Contact {
    fn write(&self, template: &Template, row: &BTreeMap<String, String>) -> Rendered {
        template.render(row, &self.render, &mut PreviewLinks(&self.shape))
    }

    /// The same with letters before it, so that the text ends where a part does, or so much later.
    fn check_filled(
        &self,
        source: &str,
        template: &Template,
        row: &BTreeMap<String, String>,
        beyond: usize,
    ) {
        let whole = self.write(template, row).text;
        let Ok(cut) = segment(&whole, &self.options) else {
            return;
        };
        let filled = "x".repeat(cut.remaining + beyond) + source;
        if let Ok(filled) = Template::parse(&filled) {
            self.check(&filled.with_tags(&self.render.utm), row);
        }
    }

    fn check(&self, template: &Template, row: &BTreeMap<String, String>) {
        let written = self.write(template, row);
        assert_eq!(self.write(template, row), written, "written in two ways");
        for name in &written.missing {
            let value = row.get(name).map(|value| value.trim());
            assert_eq!(value, Some(""), "{name} is not missing");
        }
        assert_eq!(!written.links.is_empty(), template.has_links());

        let outcome = match segment(&written.text, &self.options) {
            _ if written.text.trim().is_empty() => Err(NotSentReason::EmptyText),
            Ok(cut) => Ok(cut.parts().len()),
            Err(SegmentError::TooManyParts { .. }) => Err(NotSentReason::TooManyParts),
            Err(SegmentError::NotEncodable { .. }) => Err(NotSentReason::NotEncodable),
        };
        let forecast = Forecast::new(template, &self.render, &self.shape, &self.options);
        assert!(forecast.properties().eq(template.properties()));
        assert_eq!(forecast.of(row).map(usize::from), outcome);

        let columns: Vec<&str> = row_in_order(&forecast, row);
        let spread = forecast.over([&columns, &columns]);
        assert_eq!(spread, forecast.over([row, row]));
        assert_eq!(spread.rows, 2);
        let parts = outcome.map_or(0, |parts| parts as u64 * 2);
        assert_eq!(spread.parts, parts);
        let lacking: BTreeSet<&str> = spread
            .missing
            .iter()
            .map(|it| it.property.as_str())
            .collect();
        let missing: BTreeSet<&str> = written.missing.iter().map(String::as_str).collect();
        assert_eq!(
            (lacking, written.missing.len()),
            (missing, spread.missing.len())
        );
    }
}

fn row_in_order<'a>(forecast: &Forecast, row: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    let value = |name| row.get(name).map_or("", String::as_str);
    forecast.properties().map(value).collect()
}
