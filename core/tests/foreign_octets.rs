//! Septets and octets as other projects have them: `data/octets.jsonl`, see `data/README.md`.

use septet_core::encoding::{EncodingChoice, Reference, SegmentOptions, UserData, decode, segment};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    text: String,
    /// National tables, by language.
    locking: Option<String>,
    single: Option<String>,
    septets: Option<Vec<u8>>,
    /// Hexadecimal.
    packed: Option<String>,
    /// Hexadecimal.
    ucs2: Option<String>,
}

#[test]
fn septets_and_octets_agree_with_those_of_other_projects() {
    for line in include_str!("data/octets.jsonl").lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        if let Some(septets) = &case.septets {
            let read = decode(&sent(septets, &case)).unwrap();
            assert_eq!(read.text, case.text, "{}", case.id);
        }
        for (expected, encoding) in [
            (&case.packed, EncodingChoice::Gsm7),
            (&case.ucs2, EncodingChoice::Ucs2),
        ] {
            let Some(expected) = expected else { continue };
            let options = SegmentOptions {
                encoding,
                ..SegmentOptions::new()
            };
            let cut = segment(&case.text, &options).unwrap();
            let data = cut.user_data(Reference::Eight(0)).remove(0);
            let hexadecimal: String = data
                .octets
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect();
            assert_eq!(hexadecimal, *expected, "{}", case.id);
        }
    }
}

/// The septets of a case behind a header that names its tables, packed here bit by bit.
fn sent(septets: &[u8], case: &Case) -> UserData {
    // 3GPP TS 23.040, 9.2.3.24.15 and 9.2.3.24.16.
    let elements = [(0x24, &case.single), (0x25, &case.locking)];
    let mut header: Vec<u8> = elements
        .into_iter()
        .filter_map(|(element, language)| Some([element, 1, identifier(language.as_deref()?)]))
        .flatten()
        .collect();
    let has_header = !header.is_empty();
    if has_header {
        header.insert(0, u8::try_from(header.len()).expect("two elements"));
    }
    // Septets begin at a multiple of seven bits.
    let taken = (header.len() * 8).div_ceil(7);
    let mut bits: Vec<bool> = header
        .iter()
        .flat_map(|octet| (0..8).map(move |bit| octet >> bit & 1 == 1))
        .collect();
    bits.resize(taken * 7, false);
    bits.extend(
        septets
            .iter()
            .flat_map(|septet| (0..7).map(move |bit| septet >> bit & 1 == 1)),
    );
    let octet = |bits: &[bool]| {
        bits.iter()
            .rev()
            .fold(0, |octet, bit| octet << 1 | u8::from(*bit))
    };
    UserData {
        data_coding: 0,
        has_header,
        length: u8::try_from(taken + septets.len()).expect("a few septets"),
        octets: bits.chunks(8).map(octet).collect(),
    }
}

/// 3GPP TS 23.038, 6.2.1.2.4.
fn identifier(language: &str) -> u8 {
    let languages = [
        "", "tr", "es", "pt", "bn", "gu", "hi", "kn", "ml", "or", "pa", "ta", "te", "ur",
    ];
    let place = languages.iter().position(|known| *known == language);
    let known = place.expect("a language of the standard");
    u8::try_from(known).expect("thirteen")
}
