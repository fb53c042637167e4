//! Counting says what cutting says, and neither is surprised by more or less of the same text.

use septet_core::encoding::{
    Count, ReferenceBits, SegmentError, SegmentOptions, Transliteration, count, replacement,
    segment,
};

use super::input::Input;

/// Options, and a text; a letter between them repeats it, up to beyond 255 parts.
pub fn check(data: &[u8]) {
    let mut input = Input::of(data);
    let options = input.options();
    let times = input.choose(&[1, 1, 2, 1, 9, 1, 1, 255]);
    let text = input.text();
    let text = text.repeat(if text.len() * times < 40_000 {
        times
    } else {
        1
    });

    let counted = count(&text, &options);
    check_against_segment(&text, &options, counted);
    match counted {
        Ok(counted) => {
            assert!((1..=usize::from(options.max_parts)).contains(&counted.parts));
        }
        Err(SegmentError::TooManyParts { parts, max }) => {
            assert_eq!(max, options.max_parts);
            assert!(parts > usize::from(max));
            let more = SegmentOptions {
                max_parts: u8::MAX,
                ..options
            };
            assert_eq!(parts_of(&text, &more), Some(parts));
        }
        Err(SegmentError::NotEncodable { character, index }) => {
            check_refused(&text, &options, character, index);
        }
    }
    let sixteen = SegmentOptions {
        reference: ReferenceBits::Sixteen,
        ..options
    };
    let eight = SegmentOptions {
        reference: ReferenceBits::Eight,
        ..options
    };
    assert!(
        parts_of(&text, &eight) <= parts_of(&text, &sixteen),
        "a larger header makes more room"
    );
    if options.transliterate == Transliteration::Never && counted.is_ok() {
        let half = &text[..text.floor_char_boundary(text.len() / 2)];
        assert!(
            parts_of(half, &options) <= parts_of(&text, &options),
            "less text takes more parts"
        );
    }
}

fn check_against_segment(
    text: &str,
    options: &SegmentOptions,
    counted: Result<Count, SegmentError>,
) {
    let cut = segment(text, options);
    let said = cut.as_ref().map_err(|error| *error).map(|cut| Count {
        encoding: cut.encoding,
        units: cut.units,
        parts: cut.parts().len(),
        remaining: cut.remaining,
    });
    assert_eq!(counted, said, "count and segment differ");
    let Ok(cut) = cut else { return };
    let units = |text: &str| -> Option<usize> {
        let each = text.chars();
        each.map(|character| cut.encoding.units_of(character)).sum()
    };
    assert_eq!(units(&cut.text), Some(cut.units));
    let sum: usize = cut.parts().map(|part| part.units).sum();
    assert_eq!(sum, cut.units);
    let room = match cut.parts().len() {
        1 => cut.encoding.alone(),
        _ => cut.encoding.each(options.reference),
    };
    let last = cut.parts().last().expect("there is a part");
    assert_eq!(last.units + cut.remaining, room);
}

/// The character is there, what is before it is not refused, and what ends with it is.
fn check_refused(text: &str, options: &SegmentOptions, character: char, index: usize) {
    let (at, found) = text.char_indices().nth(index).expect("it is in the text");
    assert_eq!(found, character);
    let (before, after) = (&text[..at], at + character.len_utf8());
    let is_refused = |text: &str| {
        let counted = count(text, options);
        matches!(counted, Err(SegmentError::NotEncodable { .. }))
    };
    assert!(!is_refused(before), "an earlier one is wrong as well");
    assert!(is_refused(&text[..after]), "{character:?} is not wrong");
    if options.transliterate != Transliteration::Never
        && let Some(near) = replacement(character)
    {
        let replaced = [before, near].concat();
        assert!(is_refused(&replaced), "{character:?} can be replaced");
    }
}

/// As many as it takes, allowed or not; `None` where no encoding has it.
fn parts_of(text: &str, options: &SegmentOptions) -> Option<usize> {
    match count(text, options) {
        Ok(counted) => Some(counted.parts),
        Err(SegmentError::TooManyParts { parts, .. }) => Some(parts),
        Err(SegmentError::NotEncodable { .. }) => None,
    }
}
