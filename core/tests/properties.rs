//! What holds for every text, whatever it is.

#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use septet_core::encoding::{
    Count, Edit, Encoding, EncodingChoice, Keep, Language, LanguageSet, ReferenceBits,
    SegmentError, SegmentOptions, Segmentation, Transliteration, count, explain, flag, segment,
    segment_keeping,
};
use septet_core::phone::{Country, PhoneNumber};
use septet_core::template::{PreviewLinks, RenderOptions, Template};
use septet_core::wire::{LinkShape, Utm};

/// Characters at which encodings part ways, and any others.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        6 => prop::char::range(' ', '~'),
        3 => prop::sample::select("€[]{}^~|\\\u{c}\n\r".chars().collect::<Vec<_>>()),
        3 => prop::sample::select("ãõáâçêñüßğşıİΔΩ∞तਕ؎".chars().collect::<Vec<_>>()),
        1 => prop::sample::select("–“…\u{301}\u{327}😀👍ž你".chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ]
}

/// Texts long enough for several parts; most stay within one alphabet.
fn text() -> impl Strategy<Value = String> {
    let long = prop::collection::vec(character(), 0..400);
    let narrow = prop::collection::vec(
        prop::sample::select("ab €[ãçêΔ".chars().collect::<Vec<_>>()),
        100..400,
    );
    prop_oneof![long, narrow].prop_map(|characters| characters.into_iter().collect())
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
    (
        choice,
        languages,
        prop::sample::select(Transliteration::ALL),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(encoding, languages, transliterate, sixteen, provider)| SegmentOptions {
                encoding,
                national: LanguageSet::of(&languages),
                transliterate,
                reference: if sixteen {
                    ReferenceBits::Sixteen
                } else {
                    ReferenceBits::Eight
                },
                provider,
                ..SegmentOptions::new()
            },
        )
}

fn capacity(counted: &Segmentation<'_>, reference: ReferenceBits) -> usize {
    if counted.parts().len() == 1 {
        counted.encoding.alone()
    } else {
        counted.encoding.each(reference)
    }
}

/// The standard's tables, read here from its data and not from the crate.
#[derive(serde::Deserialize)]
struct Standard {
    locking: BTreeMap<String, Vec<Option<u32>>>,
    single: BTreeMap<String, BTreeMap<String, char>>,
}

impl Standard {
    fn shared() -> &'static Self {
        static STANDARD: LazyLock<Standard> = LazyLock::new(|| {
            serde_json::from_str(include_str!("../data/gsm_tables.json"))
                .expect("the data file has the form of its name")
        });
        &STANDARD
    }

    fn septets(&self, character: char, locking: &str, single: &str) -> Option<usize> {
        if self.locking[locking].contains(&Some(u32::from(character))) {
            Some(1)
        } else {
            let extension = self.single[single].values();
            extension
                .copied()
                .any(|known| known == character)
                .then_some(2)
        }
    }
}

/// Parts and septets on air, headers included, of the best pair of tables that
/// `options` allow, counted without the crate.
fn best_pair(text: &str, options: &SegmentOptions) -> Option<(usize, usize)> {
    // TS 23.040: room alone, and beside an 8-bit and a 16-bit reference, by number of tables.
    const ROOM: [[usize; 3]; 3] = [[160, 153, 152], [155, 149, 148], [152, 146, 145]];
    let standard = Standard::shared();
    let codes: Vec<&str> = options.national.iter().map(Language::code).collect();
    let with_default = || core::iter::once("default").chain(codes.iter().copied());
    let mut best = None;
    for locking in with_default().filter(|code| standard.locking.contains_key(*code)) {
        for single in with_default() {
            let sizes: Option<Vec<usize>> = text
                .chars()
                .map(|character| standard.septets(character, locking, single))
                .collect();
            let Some(sizes) = sizes else { continue };
            let room = ROOM[[locking, single]
                .iter()
                .filter(|code| **code != "default")
                .count()];
            let total: usize = sizes.iter().sum();
            let cost = if total <= room[0] {
                (1, total + 160 - room[0])
            } else {
                let each = match options.reference {
                    ReferenceBits::Eight => room[1],
                    ReferenceBits::Sixteen => room[2],
                };
                let (mut parts, mut left) = (1, each);
                for size in sizes {
                    if size > left {
                        parts += 1;
                        left = each;
                    }
                    left -= size;
                }
                (parts, total + parts * (160 - each))
            };
            best = Some(best.map_or(cost, |other| cost.min(other)));
        }
    }
    best
}

fn shape() -> LinkShape {
    LinkShape {
        short_base: "https://s.example/l/".into(),
        unsubscribe_base: "https://s.example/u/".into(),
        code_length: 10,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn parts_join_to_the_text_and_none_is_over_full(text in text(), options in options()) {
        let Ok(counted) = segment(&text, &options) else { return Ok(()) };
        let joined: String = counted.parts().map(|part| part.text).collect();
        prop_assert_eq!(&joined, &counted.text);
        if options.transliterate == Transliteration::Never {
            prop_assert_eq!(&counted.text, &text);
        }
        let capacity = capacity(&counted, options.reference);
        for part in counted.parts() {
            // A pair that were split would make a part's characters cost other than its units.
            let units: Option<usize> = part.text.chars().map(|c| counted.encoding.units_of(c)).sum();
            prop_assert_eq!(units, Some(part.units));
            prop_assert!(part.units <= capacity);
        }
        let units: usize = counted.parts().map(|part| part.units).sum();
        prop_assert_eq!(units, counted.units);
        prop_assert_eq!(counted.remaining, capacity - counted.parts().last().unwrap().units);
    }

    #[test]
    fn every_part_but_the_last_has_no_room_for_what_comes_next(text in text(), options in options()) {
        let Ok(counted) = segment(&text, &options) else { return Ok(()) };
        let capacity = capacity(&counted, options.reference);
        for pair in counted.parts().collect::<Vec<_>>().windows(2) {
            let next = pair[1].text.chars().next().unwrap();
            prop_assert!(pair[0].units + counted.encoding.units_of(next).unwrap() > capacity);
        }
    }

    #[test]
    fn the_choice_is_as_good_as_trying_every_pair_of_tables(text in text(), options in options()) {
        let options = SegmentOptions {
            encoding: EncodingChoice::Auto, transliterate: Transliteration::Never, provider: false, ..options
        };
        let counted = segment(&text, &options);
        match (best_pair(&text, &options), counted) {
            (Some(best), Ok(counted)) => {
                let headers = counted.parts().len() * (160 - capacity(&counted, options.reference));
                prop_assert_eq!((counted.parts().len(), counted.units + headers), best);
                prop_assert_ne!(counted.encoding, Encoding::Ucs2);
                // No text that GSM-7 can write takes fewer parts in UCS-2.
                let wide = SegmentOptions { encoding: EncodingChoice::Ucs2, ..options };
                prop_assert!(segment(&text, &wide).unwrap().parts().len() >= best.0);
            }
            (None, Ok(counted)) => prop_assert_eq!(counted.encoding, Encoding::Ucs2),
            (_, Err(error)) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn plain_gsm_7_is_never_given_up_without_saving_a_part(text in text(), options in options()) {
        let options = SegmentOptions { encoding: EncodingChoice::Auto, ..options };
        let plain = SegmentOptions { encoding: EncodingChoice::Gsm7, transliterate: Transliteration::Never, ..options };
        if let (Ok(plain), Ok(chosen)) = (segment(&text, &plain), segment(&text, &options)) {
            prop_assert!(chosen.parts().len() <= plain.parts().len());
            if chosen.parts().len() == plain.parts().len() {
                let header = |counted: &Segmentation<'_>| counted.parts().len()
                    * (160 - self::capacity(counted, options.reference));
                prop_assert!(chosen.encoding == Encoding::GSM7
                    || chosen.units + header(&chosen) < plain.units + header(&plain));
            }
        }
    }

    #[test]
    fn replacing_leaves_a_text_that_fits_alone_and_never_costs_parts(text in text(), options in options(), policy in prop::sample::select(vec![Transliteration::SavingPart, Transliteration::WholeGsm7])) {
        let plain = SegmentOptions { transliterate: Transliteration::Never, ..options };
        let replacing = SegmentOptions { transliterate: policy, ..options };
        match (segment(&text, &plain), segment(&text, &replacing)) {
            (Ok(plain), Ok(replaced)) if plain.encoding != Encoding::Ucs2 => {
                prop_assert_eq!(plain, replaced);
            }
            (Ok(plain), Ok(replaced)) => prop_assert!(replaced.parts().len() <= plain.parts().len()),
            (Ok(_), Err(error)) => prop_assert!(false, "{}", error),
            (Err(_), _) => {}
        }
    }

    #[test]
    fn counting_says_what_cutting_says(text in text(), options in options()) {
        let cut = segment(&text, &options).map(|cut| Count {
            encoding: cut.encoding,
            units: cut.units,
            parts: cut.parts().len(),
            remaining: cut.remaining,
        });
        prop_assert_eq!(count(&text, &options), cut);
    }

    #[test]
    fn keeping_together_loses_nothing_and_fills_no_part_over(text in text(), options in options(), clusters in any::<bool>(), links in any::<bool>()) {
        let Ok(cut) = segment_keeping(&text, &options, Keep { clusters, links }) else { return Ok(()) };
        let joined: String = cut.parts().map(|part| part.text).collect();
        prop_assert_eq!(&joined, &cut.text);
        let capacity = capacity(&cut, options.reference);
        for part in cut.parts() {
            let units: Option<usize> = part.text.chars().map(|c| cut.encoding.units_of(c)).sum();
            prop_assert_eq!(units, Some(part.units));
            prop_assert!(part.units <= capacity);
        }
        prop_assert_eq!(cut.remaining, capacity - cut.parts().last().unwrap().units);
    }

    #[test]
    fn what_would_save_a_part_saves_it(text in text(), options in options()) {
        let Ok(explained) = explain(&text, &options) else { return Ok(()) };
        let parts = |text: &str| count(text, &options).map(|counted| counted.parts);
        prop_assert_eq!(parts(&text), Ok(explained.parts));
        let (edited, saved) = match explained.cheapest {
            Some(Edit::Replace { character, replacement, parts, .. }) => (text.replace(character, replacement), parts),
            Some(Edit::Shorten { characters, parts }) => {
                let kept = text.chars().count() - characters;
                (text.chars().take(kept).collect(), parts)
            }
            None => return Ok(()),
        };
        prop_assert!(saved < explained.parts);
        prop_assert_eq!(parts(&edited), Ok(saved));
    }

    #[test]
    fn a_refused_character_is_where_the_error_says(text in text(), options in options()) {
        if let Err(SegmentError::NotEncodable { character, index }) = segment(&text, &options) {
            prop_assert_eq!(text.chars().nth(index), Some(character));
        }
    }

    #[test]
    fn flags_point_at_their_characters_in_order(text in text(), options in options()) {
        let Ok(counted) = segment(&text, &options) else { return Ok(()) };
        let flags = flag(&text, counted.encoding);
        let characters: Vec<char> = text.chars().collect();
        prop_assert!(flags.is_sorted_by(|one, next| one.index < next.index));
        for flagged in flags {
            prop_assert_eq!(characters[flagged.index], flagged.character);
        }
    }

    #[test]
    fn reading_and_rendering_any_template_neither_panics_nor_varies(
        source in "[a-z {}|.@?=&#/:é😀]{0,40}(\\{\\{[a-z]{1,4}(\\|[a-z ]{0,4})?\\}\\}|\\{UNSUB_URL\\}|https?://[a-z]{1,5}\\.pt[/a-z?=&#]{0,10})?[ -~é]{0,20}",
        value in any::<String>(),
        shorten in any::<bool>(),
    ) {
        let Ok(template) = Template::parse(&source) else { return Ok(()) };
        let values: BTreeMap<String, String> =
            template.properties().map(|name| (name.into(), value.clone())).collect();
        let utm = Utm { source: "sms".into(), ..Utm::default() };
        let options = RenderOptions { shorten, utm, ..RenderOptions::default() };
        let shape = shape();
        let render = || template.render(&values, &options, &mut PreviewLinks(&shape));
        prop_assert_eq!(render(), render());
    }

    #[test]
    fn a_short_link_has_its_length_whatever_it_leads_to(path in "[a-z0-9/=&%-]{0,80}", value in "\\PC{0,20}") {
        let template = Template::parse(&format!("https://a.pt/{path}x{{{{city}}}}")).unwrap();
        let options = RenderOptions { shorten: true, utm: Utm { source: value.clone(), ..Utm::default() }, ..RenderOptions::default() };
        let values = BTreeMap::from([("city".into(), value)]);
        let shape = shape();
        let rendered = template.render(&values, &options, &mut PreviewLinks(&shape));
        prop_assert_eq!(rendered.text.chars().count(), shape.short_base.len() + shape.code_length);
        prop_assert_eq!(rendered.links.len(), 1);
        prop_assert!(rendered.links[0].starts_with("https://a.pt/") && rendered.links[0].is_ascii());
    }

    #[test]
    fn a_number_that_was_read_reads_as_itself_everywhere(
        raw in "(\\+|00)?[0-9() .-]{3,20}",
        prefix in prop::option::of("\\+?[1-9][0-9]{0,2}"),
        country in 0..240_usize,
        other in 0..240_usize,
    ) {
        let nth = |index| Country::all().nth(index).unwrap();
        if let Ok(number) = PhoneNumber::parse(&raw, prefix.as_deref(), nth(country)) {
            let again = PhoneNumber::parse(&number.e164(), prefix.as_deref(), nth(other));
            prop_assert_eq!(again, Ok(number.clone()));
            prop_assert!((7..=15).contains(&number.digits().len()));
        }
    }
}
