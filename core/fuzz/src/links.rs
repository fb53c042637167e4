//! Links are found where they stand, lead where they did, and to the web only.

use std::collections::BTreeMap;
use std::ops::Range;

use septet_core::template::{LinkWriter, RenderOptions, Rendered, Template};
use septet_core::wire::Utm;

use super::input::Input;

const STARTS: [&str; 3] = ["https://", "http://", "www."];
/// Stands for a link; no text of ours has it: it is no character.
pub const MARK: char = '\u{10fffe}';

/// Which tags there are, a contact's value, another one, a campaign's source, and a message.
pub fn check(data: &[u8]) {
    let mut input = Input::of(data);
    let tags = input.choose(&[1, 2, 5]);
    let (one, other, source) = (input.line(), input.line(), input.line());
    let text = input.text().replace(MARK, "");

    let spans = spans(&text);
    check_spans(&text, &spans);
    check_found_alone(&text, &spans);
    for span in &spans {
        check_tagged(&text[span.clone()], &utm(&source, tags));
    }
    if let Ok(template) = Template::parse(&text) {
        check_values(&template, &one, &other);
        check_nothing_lost(&text, &template);
    }
}

/// Where the links of a plain text stand, as the public face tells it.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    assert!(!text.contains(MARK));
    let template = Template::parse(&escaped(text)).expect("nothing in it is a token");
    let options = RenderOptions {
        shorten: true,
        ..RenderOptions::default()
    };
    let Rendered {
        text: short, links, ..
    } = render(&template, "", &options);
    let mut spans = Vec::new();
    let mut rest = short.split(MARK);
    let mut at = rest.next().map_or(0, str::len);
    assert!(text.starts_with(short.split(MARK).next().unwrap_or_default()));
    for (link, between) in links.iter().zip(rest.by_ref()) {
        let bare = link.strip_prefix("https://").unwrap_or(link);
        let typed = [link.as_str(), bare]
            .into_iter()
            .find(|typed| text[at..].starts_with(typed))
            .expect("a link is a stretch of its text");
        spans.push(at..at + typed.len());
        at += typed.len();
        assert!(text[at..].starts_with(between), "lost between links");
        at += between.len();
    }
    assert_eq!((at, rest.next()), (text.len(), None));
    spans
}

/// A text as a message that says it.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let mark = ["{{", "{UNSUB_URL}"]
            .into_iter()
            .find(|it| rest.starts_with(it));
        escaped.extend(mark.map(|_| '\\'));
        let length = mark.map_or(character.len_utf8(), str::len);
        escaped.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    escaped
}

struct Marks;

impl LinkWriter for Marks {
    fn short(&mut self, _target: &str) -> String {
        MARK.into()
    }

    fn unsubscribe(&mut self) -> String {
        String::new()
    }
}

fn render(template: &Template, value: &str, options: &RenderOptions) -> Rendered {
    let names = template.properties();
    let values: BTreeMap<String, String> = names.map(|name| (name.into(), value.into())).collect();
    template.render(&values, options, &mut Marks)
}

fn utm(source: &str, tags: usize) -> Utm {
    let tag = |index: usize| {
        let text = if index < tags { source } else { "" };
        text.replace('{', "(")
    };
    Utm {
        source: tag(0),
        medium: tag(1),
        campaign: tag(2),
        term: tag(3),
        content: tag(4),
        id: String::new(),
    }
}

fn start_of(link: &str) -> Option<&'static str> {
    STARTS.into_iter().find(|start| {
        let head = link.get(..start.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(start))
    })
}

/// Each begins and ends where a reader would say so, and none is overlooked.
fn check_spans(text: &str, spans: &[Range<usize>]) {
    let mut after = 0;
    for span in spans {
        assert!(after <= span.start && span.start < span.end);
        after = span.end;
        let link = &text[span.clone()];
        let start = start_of(link).expect("it leads to the web");
        let first = link[start.len()..].chars().next();
        assert!(first.is_some_and(|first| first.is_alphanumeric() || first == '['));
        assert!(!link.contains(char::is_whitespace) && !link.contains(['<', '>', '"', '{', '}']));
        assert!(!link.ends_with(['.', ',', ';', ':', '!', '?', '\'', '’', '…', '*']));
        let before = text[..span.start].chars().next_back();
        assert!(!before.is_some_and(|it| it == '@' || it.is_ascii_alphanumeric()));
    }
    let words = text.split(char::is_whitespace);
    for word in words {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        let rest = start_of(word).map(|start| &word[start.len()..]);
        if rest.is_some_and(|rest| rest.starts_with(|it: char| it.is_ascii_alphanumeric())) {
            assert!(
                spans.iter().any(|span| span.start == at),
                "overlooked: {word:?}"
            );
        }
    }
}

/// A link on its own is all of a link, and what stands around the text changes nothing.
fn check_found_alone(text: &str, found: &[Range<usize>]) {
    for span in found {
        let link = &text[span.clone()];
        assert!(is_one_link(link), "{link:?}");
    }
    let shifted: Vec<_> = found.iter().map(|it| it.start + 1..it.end + 1).collect();
    assert_eq!(spans(&format!(" {text} ")), shifted);
}

/// Tags are added, what was there stays, and doing it twice is doing it once.
fn check_tagged(link: &str, utm: &Utm) {
    let options = RenderOptions {
        utm: utm.clone(),
        ..RenderOptions::default()
    };
    let template = Template::parse(link).expect("a link has no braces");
    let Rendered { text, links, .. } = render(&template, "", &options);
    let start = start_of(link).expect("it is a link");
    let scheme = if start == "www." { "https://" } else { "" };
    assert_eq!(links, [format!("{scheme}{text}")]);

    let fields = [
        &utm.source,
        &utm.medium,
        &utm.campaign,
        &utm.term,
        &utm.content,
    ];
    let names = [
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
    ];
    let tags: Vec<(&str, &str)> = names
        .into_iter()
        .zip(fields.map(|value| value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    if tags.is_empty() {
        assert_eq!(text, link);
        return;
    }
    let (before, after) = (Address::of(link), Address::of(&text));
    assert_eq!((before.path, before.fragment), (after.path, after.fragment));
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let is_tag = |pair: &str| tags.iter().any(|(tag, _)| name(pair) == *tag);
    let (added, kept): (Vec<&str>, Vec<&str>) =
        after.parameters.iter().partition(|pair| is_tag(pair));
    let mut expected = before.parameters;
    expected.retain(|pair| !pair.is_empty() && !is_tag(pair));
    assert_eq!(kept, expected);
    let read: Vec<(String, String)> = added
        .iter()
        .map(|pair| {
            let (name, value) = pair.split_once('=').expect("a tag has a value");
            (name.to_owned(), decoded(value))
        })
        .collect();
    assert!(
        read.iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .eq(tags)
    );

    // Punctuation that a tag ends with is the sentence's, when the text is read anew.
    if is_one_link(&text) {
        let template = Template::parse(&text).expect("a link has no braces");
        assert_eq!(render(&template, "", &options).text, text);
    }
}

fn is_one_link(text: &str) -> bool {
    matches!(spans(text).as_slice(), [only] if *only == (0..text.len()))
}

struct Address<'a> {
    path: &'a str,
    parameters: Vec<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Address<'a> {
    fn of(link: &'a str) -> Self {
        let (rest, fragment) = match link.find('#') {
            Some(at) => (&link[..at], Some(&link[at + 1..])),
            None => (link, None),
        };
        let (path, query) = match rest.find('?') {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, ""),
        };
        let parameters = query.split('&').collect();
        Self {
            path,
            parameters,
            fragment,
        }
    }
}

/// Without its percent signs.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || rest.next().and_then(|it| char::from(it).to_digit(16));
            let (high, low) = (digit(), digit());
            let code = high.zip(low).map(|(high, low)| high << 4 | low);
            bytes.push(
                code.and_then(|code| u8::try_from(code).ok())
                    .expect("two digits"),
            );
        } else {
            assert!(byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).expect("it was text")
}

/// A contact's value makes no link, and does not change where one leads.
fn check_values(template: &Template, one: &str, other: &str) {
    let options = RenderOptions::default();
    let one = render(template, one, &options);
    let other = render(template, other, &options);
    assert_eq!(one.links.len(), other.links.len(), "a value became a link");
    let signs = |link: &str| -> String {
        let sign = |it: &char| !it.is_alphanumeric() && !"-._~%".contains(*it);
        link.chars().filter(sign).collect()
    };
    for (one, other) in one.links.iter().zip(&other.links) {
        assert_eq!(signs(one), signs(other), "a value changed the address");
        for link in [one, other] {
            let start = start_of(link).expect("it leads to the web");
            assert_ne!(start, "www.");
            assert!(!link.contains(char::is_whitespace) && !link.contains(['<', '>', '"']));
        }
    }
}

/// A message says the same when none of its links is taken for one.
fn check_nothing_lost(source: &str, template: &Template) {
    let disarmed = source.replace("//", &format!("/{MARK}/"));
    let disarmed = ["w.", "W."].iter().fold(disarmed, |text, dot| {
        text.replace(dot, &format!("{dot}{MARK}"))
    });
    let plain = Template::parse(&disarmed).expect("the tokens are the same");
    assert!(!plain.has_links());
    let options = RenderOptions::default();
    let said = render(&plain, "7", &options).text.replace(MARK, "");
    assert_eq!(render(template, "7", &options).text, said);
}
