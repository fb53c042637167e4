//! Parts survive the air: what is decoded is what was cut, for every table.
#![cfg(not(target_arch = "wasm32"))]

use gsm7::Gsm7Reader;
use proptest::prelude::*;
use septet_core::encoding::{
    EncodingChoice, Language, LanguageSet, Reference, ReferenceBits, SegmentOptions, UserData,
    decode, segment,
};

fn text() -> impl Strategy<Value = String> {
    let characters = prop_oneof![
        6 => prop::char::range(' ', '~'),
        3 => prop::sample::select("€[]^é@Δãçğış\n".chars().collect::<Vec<_>>()),
        2 => prop::char::range('\u{900}', '\u{d7f}'),
        1 => any::<char>(),
    ];
    prop::collection::vec(characters, 0..500)
        .prop_map(|characters| characters.into_iter().collect())
}

fn options() -> impl Strategy<Value = SegmentOptions> {
    let choice = prop::sample::select(EncodingChoice::ALL);
    let languages = prop::sample::subsequence(Language::ALL.to_vec(), 0..3);
    (choice, languages, any::<bool>()).prop_map(|(encoding, languages, sixteen)| SegmentOptions {
        encoding,
        national: LanguageSet::of(&languages),
        reference: if sixteen {
            ReferenceBits::Sixteen
        } else {
            ReferenceBits::Eight
        },
        ..SegmentOptions::new()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn what_is_decoded_is_what_was_cut(text in text(), options in options(), number in any::<u16>()) {
        let Ok(cut) = segment(&text, &options) else { return Ok(()) };
        let reference = match options.reference {
            ReferenceBits::Eight => Reference::Eight(number as u8),
            ReferenceBits::Sixteen => Reference::Sixteen(number),
        };
        let sent = cut.user_data(reference);
        prop_assert_eq!(sent.len(), cut.parts().len());
        for (index, (data, part)) in sent.iter().zip(cut.parts()).enumerate() {
            prop_assert!(data.octets.len() <= 140);
            let read = decode(data).unwrap();
            prop_assert_eq!(&read.text, &part.text);
            prop_assert_eq!(read.encoding, cut.encoding);
            match read.place {
                None => prop_assert_eq!(sent.len(), 1),
                Some(place) => {
                    prop_assert_eq!(place.reference, reference);
                    prop_assert_eq!(usize::from(place.total), sent.len());
                    prop_assert_eq!(usize::from(place.sequence), index + 1);
                }
            }
        }
    }

    #[test]
    fn nothing_that_arrives_makes_it_panic(
        data_coding in prop::sample::select(vec![0, 8, 4]),
        has_header in any::<bool>(),
        length in any::<u8>(),
        octets in prop::collection::vec(any::<u8>(), 0..160),
    ) {
        let _ = decode(&UserData { data_coding, has_header, length, octets });
    }

    /// Our septets as the crate `gsm7` reads them, which has nothing of ours. It gives a
    /// character for seven unused bits at the end.
    #[test]
    fn another_decoder_reads_the_same(text in "[ -_a-zà@£Δ€{}\\[\\]]{0,150}") {
        let plain = SegmentOptions { encoding: EncodingChoice::Gsm7, ..SegmentOptions::new() };
        let Ok(cut) = segment(&text, &plain) else { return Ok(()) };
        if cut.parts().len() > 1 { return Ok(()) }
        let sent = cut.user_data(Reference::Eight(0));
        let read = Gsm7Reader::new(std::io::Cursor::new(&sent[0].octets));
        let read: String = read.collect::<Result<_, _>>().unwrap();
        let padded = usize::from(sent[0].length) % 8 == 7;
        let read = if padded { read.strip_suffix('@').unwrap_or(&read) } else { &read };
        prop_assert_eq!(read, cut.text);
    }
}
