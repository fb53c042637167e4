//! Parts lose nothing, hold no more than they can, and no pair is torn.

use septet_core::encoding::{
    Encoding, EncodingChoice, Keep, Language, LanguageSet, Reference, ReferenceBits, SegmentError,
    SegmentOptions, Segmentation, Transliteration, flag, replacement, segment, segment_keeping,
};
use septet_core::provider;
use unicode_segmentation::UnicodeSegmentation;

use super::input::Input;
use super::links;

/// Options, what to keep together, and a text.
pub fn check(data: &[u8]) {
    let mut input = Input::of(data);
    let options = input.options();
    let keep = Keep {
        clusters: input.choose(&[false, true]),
        links: input.choose(&[false, true]),
    };
    let text = input.text().replace(links::MARK, "");
    let Ok(cut) = segment(&text, &options) else {
        return;
    };
    check_text(&text, &options, &cut);
    check_choice(&options, &cut);
    check_parts(&options, &cut);
    check_full(&options, &cut);
    check_octets(&options, &cut);
    let flags = flag(&text, cut.encoding);
    assert!(flags.is_sorted_by(|one, next| one.index < next.index));
    let characters: Vec<char> = text.chars().collect();
    for flagged in flags {
        assert_eq!(characters[flagged.index], flagged.character);
    }
    match segment_keeping(&text, &options, keep) {
        Ok(kept) => {
            assert_eq!((&kept.text, kept.encoding), (&cut.text, cut.encoding));
            assert!(
                kept.parts().len() >= cut.parts().len(),
                "keeping saved a part"
            );
            check_parts(&options, &kept);
            check_octets(&options, &kept);
            check_kept(keep, &options, &kept);
        }
        Err(SegmentError::TooManyParts { parts, max }) => {
            assert!(keep != Keep::default() && parts > usize::from(max));
        }
        Err(error) => panic!("{error}"),
    }
}

/// Nothing is replaced without leave, or without need.
fn check_text(text: &str, options: &SegmentOptions, cut: &Segmentation<'_>) {
    let never = SegmentOptions {
        transliterate: Transliteration::Never,
        max_parts: u8::MAX,
        ..*options
    };
    match segment(text, &never) {
        Ok(plain) if plain.encoding != Encoding::Ucs2 => assert_eq!(&plain, cut),
        Ok(plain) => {
            let saved = cut.parts().len() < plain.parts().len();
            let cost = cut.parts().len() > plain.parts().len();
            assert!(!cost || options.transliterate == Transliteration::Always);
            match options.transliterate {
                Transliteration::Never => assert_eq!(&plain, cut),
                Transliteration::SavingPart => assert!(saved || cut.text == text),
                Transliteration::WholeGsm7 => {
                    assert!(cut.encoding != Encoding::Ucs2 || cut.text == text);
                }
                Transliteration::Always => {}
            }
        }
        Err(_) => assert_ne!(options.transliterate, Transliteration::Never),
    }
    if cut.text != text {
        let encoding = match cut.encoding {
            Encoding::Ucs2 => Encoding::GSM7,
            narrow => narrow,
        };
        let plain: String = text
            .chars()
            .map(|character| replaced(character, encoding))
            .collect();
        // A mark changes the letter before it, or goes.
        assert_eq!(cut.text.chars().count(), plain.chars().count());
        let has_marks = text.contains(|it| replacement(it) == Some(""));
        assert!(has_marks || cut.text == plain);
    }
}

/// A character, or what stands for it where the encoding lacks it.
fn replaced(character: char, encoding: Encoding) -> String {
    let has = |text: &str| text.chars().all(|it| encoding.units_of(it).is_some());
    let itself = String::from(character);
    if has(&itself) {
        return itself;
    }
    let Some(near) = replacement(character) else {
        return itself;
    };
    let only = near.chars().next().filter(|it| it.len_utf8() == near.len());
    let next = only.and_then(replacement);
    let near = Some(near).filter(|it| has(it));
    near.or(next.filter(|it| has(it)))
        .map_or(itself, String::from)
}

/// The encoding is allowed, and no other that is takes fewer parts, or fewer septets in as many.
fn check_choice(options: &SegmentOptions, cut: &Segmentation<'_>) {
    let Encoding::Gsm7 { locking, single } = cut.encoding else {
        assert!(matches!(
            options.encoding,
            EncodingChoice::Auto | EncodingChoice::Ucs2
        ));
        if options.encoding == EncodingChoice::Auto {
            let mut others = allowed(options).into_iter();
            assert!(!others.any(|other| naive(&cut.text, other, options.reference).is_some()));
        }
        return;
    };
    let allowed = allowed(options);
    assert!(allowed.contains(&cut.encoding), "{:?}", cut.encoding);
    assert_ne!(locking, Some(Language::Es), "Spanish has no such table");
    assert!(!options.provider || single.is_none());
    let cost = |encoding| naive(&cut.text, encoding, options.reference);
    let chosen = cost(cut.encoding);
    assert_eq!(chosen.map(|(parts, _)| parts), Some(cut.parts().len()));
    // Of a text with characters replaced, another encoding would have another text.
    let fewest = allowed.into_iter().filter_map(cost).min();
    assert!(chosen.map(|(parts, _)| parts) == fewest.map(|(parts, _)| parts) && chosen == fewest);
}

/// The GSM-7 encodings that options speak of.
fn allowed(options: &SegmentOptions) -> Vec<Encoding> {
    let languages = match options.encoding {
        EncodingChoice::Auto => options.national,
        EncodingChoice::Gsm7Pt => LanguageSet::of(&[Language::Pt]),
        EncodingChoice::Gsm7 | EncodingChoice::Ucs2 => LanguageSet::NONE,
    };
    let some = || core::iter::once(None).chain(languages.iter().map(Some));
    let pairs = some().flat_map(|locking| some().map(move |single| (locking, single)));
    pairs
        .filter(|(locking, _)| *locking != Some(Language::Es))
        .map(|(locking, single)| Encoding::Gsm7 { locking, single })
        .filter(|encoding| !options.provider || provider::offers(*encoding))
        .filter(|encoding| match options.encoding {
            EncodingChoice::Auto | EncodingChoice::Gsm7 => true,
            EncodingChoice::Gsm7Pt => *encoding != Encoding::GSM7,
            EncodingChoice::Ucs2 => false,
        })
        .collect()
}

/// Parts, and septets with headers, character by character.
fn naive(text: &str, encoding: Encoding, reference: ReferenceBits) -> Option<(usize, usize)> {
    let sizes = text.chars().map(|character| encoding.units_of(character));
    let sizes: Vec<usize> = sizes.collect::<Option<_>>()?;
    let total: usize = sizes.iter().sum();
    if total <= encoding.alone() {
        return Some((1, total + 160 - encoding.alone()));
    }
    let room = encoding.each(reference);
    let (mut parts, mut filled) = (1, 0);
    for size in sizes {
        if filled + size > room {
            (parts, filled) = (parts + 1, 0);
        }
        filled += size;
    }
    Some((parts, total + parts * (160 - room)))
}

fn room(options: &SegmentOptions, cut: &Segmentation<'_>) -> usize {
    match cut.parts().len() {
        1 => cut.encoding.alone(),
        _ => cut.encoding.each(options.reference),
    }
}

/// They join to the text, and each holds what it says and not too much.
fn check_parts(options: &SegmentOptions, cut: &Segmentation<'_>) {
    let joined: String = cut.parts().map(|part| part.text).collect();
    assert_eq!(joined, cut.text);
    assert!((1..=usize::from(options.max_parts)).contains(&cut.parts().len()));
    let room = room(options, cut);
    for part in cut.parts() {
        let each = part.text.chars();
        let units: Option<usize> = each.map(|character| cut.encoding.units_of(character)).sum();
        assert_eq!(units, Some(part.units));
        assert!(part.units <= room, "over-full");
        assert!(!part.text.is_empty() || cut.text.is_empty());
    }
    let sum: usize = cut.parts().map(|part| part.units).sum();
    assert_eq!(sum, cut.units);
    let last = cut.parts().last().expect("there is a part");
    assert_eq!(last.units + cut.remaining, room);
}

/// No part ends before it has to.
fn check_full(options: &SegmentOptions, cut: &Segmentation<'_>) {
    let room = room(options, cut);
    for pair in cut.parts().collect::<Vec<_>>().windows(2) {
        let next = pair[1].text.chars().next().expect("no part is empty");
        let next = cut.encoding.units_of(next).expect("it has the text");
        assert!(pair[0].units + next > room, "room was left");
    }
}

/// On the air no escape ends a part, and half a pair neither ends nor begins one.
fn check_octets(options: &SegmentOptions, cut: &Segmentation<'_>) {
    let reference = match options.reference {
        ReferenceBits::Eight => Reference::Eight(0xa5),
        ReferenceBits::Sixteen => Reference::Sixteen(0xa55a),
    };
    let sent = cut.user_data(reference);
    assert_eq!(sent.len(), cut.parts().len());
    for (data, part) in sent.iter().zip(cut.parts()) {
        assert!(data.octets.len() <= 140);
        let header = match data.has_header {
            true => 1 + usize::from(data.octets[0]),
            false => 0,
        };
        if cut.encoding == Encoding::Ucs2 {
            assert_eq!(usize::from(data.length), header + part.units * 2);
            let units: Vec<u16> = data.octets[header..]
                .chunks(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            assert_eq!(
                String::from_utf16(&units).as_deref().ok(),
                Some(part.text)
            );
        } else {
            let first = (header * 8).div_ceil(7);
            assert_eq!(usize::from(data.length), first + part.units);
            if part.units > 0 {
                let bits = (0..7).map(|bit| (usize::from(data.length) - 1) * 7 + bit);
                let set = |bit: usize| data.octets[bit / 8] >> (bit % 8) & 1;
                let last = bits.rev().fold(0, |septet, bit| septet << 1 | set(bit));
                assert_ne!(last, 0x1b, "an escape without its character");
            }
        }
    }
}

/// What fits a part is in one part.
fn check_kept(keep: Keep, options: &SegmentOptions, cut: &Segmentation<'_>) {
    let room = room(options, cut);
    let fits = |text: &str| {
        let each = text.chars();
        let units = each.filter_map(|character| cut.encoding.units_of(character));
        units.sum::<usize>() <= room
    };
    let mut kept = Vec::new();
    let links = links::spans(&cut.text);
    if keep.clusters {
        let clusters = cut.text.grapheme_indices(true);
        let clusters = clusters.map(|(at, cluster)| at..at + cluster.len());
        // Where a link begins or ends, its end is the stronger one.
        let is_cut = |at: usize| links.iter().any(|link| link.start == at || link.end == at);
        kept.extend(
            clusters.filter(|cluster| !keep.links || !(cluster.start + 1..cluster.end).any(is_cut)),
        );
    }
    if keep.links {
        kept.extend(links.iter().cloned());
    }
    let mut ends = Vec::new();
    let mut end = 0;
    for part in cut.parts() {
        end += part.text.len();
        ends.push(end);
    }
    for stretch in kept {
        let torn = ends
            .iter()
            .any(|end| stretch.start < *end && *end < stretch.end);
        assert!(
            !torn || !fits(&cut.text[stretch.clone()]),
            "torn: {stretch:?}"
        );
    }
}
