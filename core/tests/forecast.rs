//! A forecast says of every row what rendering and segmenting say of it.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;

use proptest::prelude::*;
use septet_core::delivery::NotSentReason;
use septet_core::encoding::{
    EncodingChoice, Language, LanguageSet, ReferenceBits, SegmentError, SegmentOptions, segment,
};
use septet_core::forecast::{Forecast, Spread};
use septet_core::template::{PreviewLinks, RenderOptions, Template};
use septet_core::wire::{LinkShape, MissingValue, PartsCount, Utm};

type Values = BTreeMap<String, String>;

const PROPERTIES: [&str; 4] = ["a", "b", "c", "d"];

/// Characters of one unit, of two, and of none, for each encoding another set.
fn letters() -> impl Strategy<Value = String> {
    let of = |letters: &str| prop::sample::select(letters.chars().collect::<Vec<_>>());
    let narrow = prop::collection::vec(of("ab €"), 0..200);
    let portuguese = prop::collection::vec(of("ab ãç€["), 0..120);
    let odd = prop::collection::vec(of("aé~^ß\u{303}ñΔÊŁж…\u{c}अА"), 0..12);
    let wide = prop::collection::vec(of("a😀你"), 0..90);
    let any = prop::collection::vec(any::<char>(), 0..6);
    prop_oneof![4 => narrow, 4 => portuguese, 3 => odd, 1 => wide, 1 => any]
        .prop_map(|characters| characters.into_iter().collect())
}

fn token() -> impl Strategy<Value = String> {
    let property = prop::sample::select(PROPERTIES.to_vec());
    let filter = prop::sample::select(vec![
        "",
        "",
        "",
        ":upper",
        ":lower:capitalise",
        ":date(en)",
        ":number(pt)",
        ":trim",
    ]);
    let fallback = prop::sample::select(vec!["", "", "|", "|you", "|ção €"]);
    (property, filter, fallback)
        .prop_map(|(property, filter, fallback)| format!("{{{{{property}{filter}{fallback}}}}}"))
}

/// Addresses, some of which values change as a whole.
fn link() -> impl Strategy<Value = String> {
    let fixed = |texts: &'static [&'static str]| prop::sample::select(texts.to_vec());
    let starts = fixed(&[
        "https://",
        "http://x.pt",
        "www.",
        "https://s.pt/",
        "https://s.pt/l",
        "https://s.pt/l/",
        "HTTPS://S.PT/u/",
        "https://wa.me/",
        "https://a.wa.me?",
        "https://s.pt",
        "https://é\u{f0000}",
    ]);
    let more = fixed(&[
        "",
        "/",
        "l/",
        "x.pt/",
        ".wa.me/",
        "wa.me",
        "?",
        "&",
        "?q=",
        "=",
        "utm_source=",
        "utm_",
        "#",
        "#?",
        "~é",
    ]);
    let parameter = fixed(&["?{{a}}=1", "?utm_source={{a}}&x", "?utm_{{a}}=x#{{b}}"]);
    let piece = prop_oneof![
        3 => token(),
        3 => more.prop_map(String::from),
        1 => parameter.prop_map(String::from),
    ];
    (starts, prop::collection::vec(piece, 0..6))
        .prop_map(|(start, pieces)| format!("{start}{} ", pieces.concat()))
}

fn source() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => letters(),
        4 => token(),
        2 => link(),
        1 => Just("{UNSUB_URL}".into()),
        1 => Just(r"\{{".into()),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn values() -> impl Strategy<Value = Values> {
    let known = [
        "",
        " ",
        "source",
        "utm_source",
        "a",
        "wa.me",
        "x.wa",
        "1795392000000",
        "1234.5",
        " Inês ",
    ];
    let known = prop::sample::select(known.to_vec()).prop_map(String::from);
    let value = prop_oneof![2 => known, 3 => letters()];
    let names = prop::sample::select(PROPERTIES.to_vec()).prop_map(String::from);
    prop::collection::btree_map(names, value, 0..5)
}

fn render() -> impl Strategy<Value = RenderOptions> {
    let tag = prop_oneof![
        3 => Just(String::new()),
        1 => Just("sms € ".into()),
        1 => Just("S.A.".into()),
        1 => token(),
        1 => token().prop_map(|token| format!(" {token} x")),
        1 => Just("{{a".into()),
    ];
    let hosts = prop::sample::subsequence(vec!["wa.me", "x.pt", "s.pt", ""], 0..3);
    (any::<bool>(), tag.clone(), tag, hosts).prop_map(|(shorten, source, content, hosts)| {
        RenderOptions {
            shorten,
            utm: Utm {
                source,
                content,
                ..Utm::default()
            },
            excluded: hosts.into_iter().map(String::from).collect(),
        }
    })
}

fn options() -> impl Strategy<Value = SegmentOptions> {
    let choice = prop::sample::select(vec![
        EncodingChoice::Auto,
        EncodingChoice::Auto,
        EncodingChoice::Gsm7,
        EncodingChoice::Gsm7Pt,
        EncodingChoice::Ucs2,
    ]);
    let languages = prop::sample::subsequence(Language::ALL.to_vec(), 0..4);
    let max_parts = prop::sample::select(vec![1, 2, 5, 255]);
    (choice, languages, any::<[bool; 3]>(), max_parts).prop_map(
        |(encoding, languages, [transliterate, sixteen, provider], max_parts)| {
            let plain = if provider {
                SegmentOptions::provider(encoding, transliterate, max_parts)
            } else {
                SegmentOptions {
                    national: LanguageSet::of(&languages),
                    ..SegmentOptions::provider(encoding, transliterate, max_parts)
                }
            };
            SegmentOptions {
                provider,
                reference: if sixteen {
                    ReferenceBits::Sixteen
                } else {
                    ReferenceBits::Eight
                },
                ..plain
            }
        },
    )
}

fn shape() -> LinkShape {
    LinkShape {
        short_base: "https://s.pt/l/".into(),
        unsubscribe_base: "https://s.pt/u/".into(),
        code_length: 10,
    }
}

/// What rendering and segmenting say.
fn written(
    template: &Template,
    values: &Values,
    render: &RenderOptions,
    options: &SegmentOptions,
) -> (Result<u8, NotSentReason>, Vec<String>) {
    let rendered = template.render(values, render, &mut PreviewLinks(&shape()));
    let outcome = if rendered.text.trim().is_empty() {
        Err(NotSentReason::EmptyText)
    } else {
        match segment(&rendered.text, options) {
            Ok(counted) => Ok(u8::try_from(counted.parts().len()).expect("at most 255 parts")),
            Err(SegmentError::TooManyParts { .. }) => Err(NotSentReason::TooManyParts),
            Err(SegmentError::NotEncodable { .. }) => Err(NotSentReason::NotEncodable),
        }
    };
    (outcome, rendered.missing)
}

/// Sources that take a row's text to the very end of one part, and one unit beyond.
fn filled(
    source: &str,
    row: &Values,
    render: &RenderOptions,
    options: &SegmentOptions,
) -> Vec<String> {
    let Ok(template) = Template::parse(source) else {
        return Vec::new();
    };
    let rendered = template.render(row, render, &mut PreviewLinks(&shape()));
    let Ok(counted) = segment(&rendered.text, options) else {
        return Vec::new();
    };
    let left = counted.encoding.alone().saturating_sub(counted.units);
    if left == 0 {
        return Vec::new();
    }
    [left, left + 1]
        .map(|left| format!("{} {source}", "x".repeat(left - 1)))
        .into()
}

/// The spread of what was written, counted plainly.
fn counted(written: &[(Result<u8, NotSentReason>, Vec<String>)], order: &[&str]) -> Spread {
    let with = |reason| {
        written
            .iter()
            .filter(|(outcome, _)| *outcome == Err(reason))
            .count() as u64
    };
    let mut histogram: BTreeMap<u8, u64> = BTreeMap::new();
    for parts in written.iter().filter_map(|(outcome, _)| outcome.ok()) {
        *histogram.entry(parts).or_default() += 1;
    }
    let missing = order.iter().map(|property| MissingValue {
        property: (*property).into(),
        count: written
            .iter()
            .filter(|(_, missing)| missing.iter().any(|name| name == property))
            .count() as u64,
    });
    Spread {
        rows: written.len() as u64,
        min: histogram.keys().next().copied(),
        max: histogram.keys().next_back().copied(),
        parts: histogram
            .iter()
            .map(|(parts, messages)| u64::from(*parts) * messages)
            .sum(),
        histogram: histogram
            .into_iter()
            .map(|(parts, messages)| PartsCount { parts, messages })
            .collect(),
        over_limit: with(NotSentReason::TooManyParts),
        not_encodable: with(NotSentReason::NotEncodable),
        empty: with(NotSentReason::EmptyText),
        missing: missing.filter(|missing| missing.count > 0).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn every_row_is_forecast_as_it_would_be_written(
        source in source(),
        rows in prop::collection::vec(values(), 1..6),
        render in render(),
        options in options(),
    ) {
        let Ok(template) = Template::parse(&source) else { return Ok(()) };
        let forecast = Forecast::new(&template, &render, &shape(), &options);
        let mut all = Vec::new();
        for row in &rows {
            let (outcome, missing) = written(&template, row, &render, &options);
            prop_assert_eq!(forecast.of(row), outcome, "{:?}", row);
            let alone = forecast.over([row]).missing;
            let mut alone: Vec<String> = alone.into_iter().map(|missing| missing.property).collect();
            let mut sorted = missing.clone();
            alone.sort();
            sorted.sort();
            prop_assert_eq!(alone, sorted);
            all.push((outcome, missing));
        }
        let order: Vec<&str> = forecast.properties().collect();
        prop_assert_eq!(forecast.over(&rows), counted(&all, &order));
        let columns = rows.iter().map(|row| {
            let value = |name: &&str| row.get(*name).map_or("", String::as_str);
            order.iter().map(value).collect::<Vec<&str>>()
        });
        prop_assert_eq!(forecast.over(columns), forecast.over(&rows));
    }

    #[test]
    fn a_link_takes_what_it_becomes_with_a_rows_values(
        link in link(),
        row in values(),
        render in render(),
        options in options(),
    ) {
        for source in filled(&link, &row, &render, &options) {
            let template = Template::parse(&source).unwrap();
            let forecast = Forecast::new(&template, &render, &shape(), &options);
            let (outcome, mut missing) = written(&template, &row, &render, &options);
            prop_assert_eq!(forecast.of(&row), outcome);
            let alone = forecast.over([&row]).missing.into_iter();
            let mut alone: Vec<String> = alone.map(|missing| missing.property).collect();
            alone.sort();
            missing.sort();
            prop_assert_eq!(alone, missing);
        }
    }

    #[test]
    fn a_text_fills_a_part_to_the_last_unit(
        source in source(),
        row in values(),
        render in render(),
        options in options(),
    ) {
        for source in filled(&source, &row, &render, &options) {
            let Ok(template) = Template::parse(&source) else { return Ok(()) };
            let forecast = Forecast::new(&template, &render, &shape(), &options);
            prop_assert_eq!(forecast.of(&row), written(&template, &row, &render, &options).0);
        }
    }

    #[test]
    fn pairs_at_the_ends_of_parts_are_forecast_as_they_would_be_cut(
        before in 140..156_usize,
        value in "[a€]{0,8}",
        between in 140..156_usize,
        sixteen in any::<bool>(),
    ) {
        let source = format!("{}{{{{a}}}}{}{{{{a}}}}€{{{{a}}}}", "x".repeat(before), "€".repeat(between));
        let reference = if sixteen { ReferenceBits::Sixteen } else { ReferenceBits::Eight };
        let options = SegmentOptions { reference, ..SegmentOptions::new() };
        let template = Template::parse(&source).unwrap();
        let render = RenderOptions::default();
        let row = Values::from([("a".into(), value)]);
        let forecast = Forecast::new(&template, &render, &shape(), &options);
        prop_assert_eq!(forecast.of(&row), written(&template, &row, &render, &options).0);
    }
}
