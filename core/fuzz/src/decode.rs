//! Whatever arrives is read or refused, and what is read can be written again.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use septet_core::encoding::{
    DecodeError, Encoding, Language, Place, Reference, ReferenceBits, UserData, decode,
};

use super::input::Input;

/// How octets came, a pair of tables, a place, and the octets; they are also read as a text.
pub fn check(data: &[u8]) {
    let mut input = Input::of(data);
    let coding = input.choose(&[0x00, 0x08, 0x04, 0xf0]);
    let has_header = input.choose(&[false, true]);
    let length = input.choose(&[Length::Whole, Length::Given]);
    let locking = input.choose(&languages());
    let single = input.choose(&languages());
    let wide = input.choose(&[false, true]);
    let reference = input.choose(&[
        None,
        Some(Reference::Eight(0xff)),
        Some(Reference::Sixteen(0x1234)),
    ]);
    let octets = input.bytes();

    let (octets, length) = match (length, octets) {
        (Length::Given, [length, octets @ ..]) => (octets, *length),
        _ if coding == 0 => (octets, saturated(octets.len() * 8 / 7)),
        _ => (octets, saturated(octets.len())),
    };
    check_arrived(&UserData {
        data_coding: coding,
        has_header,
        length,
        octets: octets.into(),
    });

    let encoding = if wide {
        Encoding::Ucs2
    } else {
        let locking = locking.filter(|language| *language != Language::Es);
        Encoding::Gsm7 { locking, single }
    };
    check_round_trip(&String::from_utf8_lossy(octets), encoding, reference);
}

#[derive(Clone, Copy)]
enum Length {
    /// All of the octets.
    Whole,
    /// What the first octet says.
    Given,
}

fn languages() -> [Option<Language>; 14] {
    core::array::from_fn(|index| Some(*Language::ALL.get(index.checked_sub(1)?)?))
}

fn saturated(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

fn check_arrived(data: &UserData) {
    let read = decode(data);
    check_what_follows(data, read.as_ref().map(|read| read.text.as_str()).ok());
    let read = match read {
        Ok(read) => read,
        Err(DecodeError::DataCoding(coding)) => {
            assert_eq!(coding, data.data_coding);
            return;
        }
        Err(error) => {
            assert!(error != DecodeError::TornHeader || data.has_header);
            assert!(error != DecodeError::LoneSurrogate || data.data_coding == 8);
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    if let Some(place) = read.place {
        assert!(data.has_header && (1..=place.total).contains(&place.sequence));
    }
    let header = match data.has_header {
        true => 1 + usize::from(data.octets[0]),
        false => 0,
    };
    let carried = match read.encoding {
        Encoding::Ucs2 => {
            assert_eq!(data.data_coding, 8);
            (usize::from(data.length) - header) / 2
        }
        Encoding::Gsm7 { locking, single } => {
            assert_eq!(data.data_coding, 0);
            assert!(data.has_header || (locking, single) == (None, None));
            usize::from(data.length) - (header * 8).div_ceil(7)
        }
    };
    if data.data_coding == 0 && !has_two_ways(read.encoding) {
        assert_eq!(read.text, read_slowly(&body(data), read.encoding));
    }
    let each = read.text.chars();
    let units: Option<usize> = each.map(|it| read.encoding.units_of(it)).sum();
    let Some(units) = units else {
        // U+FFFD for what the tables lack; nothing else comes out that does not go in.
        let mut each = read.text.chars();
        assert!(each.all(|it| it == '\u{fffd}' || read.encoding.units_of(it).is_some()));
        return;
    };
    assert!(units <= carried, "more was read than was there");
    if units <= read.encoding.alone() {
        let again = UserData::of(&read.text, read.encoding, None).expect("it was read");
        assert_eq!(decode(&again).map(|again| again.text), Ok(read.text));
        if units == carried && !has_two_ways(read.encoding) {
            assert_eq!(body(&again), body(data), "other octets for the same text");
        }
    }
}

/// What stands behind the end is not looked at, unused bits of the last octet neither.
fn check_what_follows(data: &UserData, text: Option<&str>) {
    let mut more = data.clone();
    more.octets.push(0xa5);
    if let Some(text) = text {
        assert_eq!(decode(&more).as_ref().map(|it| it.text.as_str()), Ok(text));
    }
    if data.data_coding == 0 && text.is_some() {
        let end = usize::from(data.length) * 7;
        let mut other = data.clone();
        if let Some(last) = other.octets.get_mut(end / 8) {
            *last ^= 0xff << (end % 8);
            let header = data.has_header.then(|| 1 + usize::from(data.octets[0]));
            if end / 8 >= header.unwrap_or_default() {
                let read = decode(&other);
                assert_eq!(read.as_ref().map(|it| it.text.as_str()).ok(), text);
            }
        }
    }
}

/// Some of the tables hold a character twice.
fn has_two_ways(encoding: Encoding) -> bool {
    matches!(encoding, Encoding::Gsm7 { single: Some(single), .. } if single >= Language::Bn)
}

/// Septets or UTF-16 units after the header.
fn body(data: &UserData) -> Vec<u8> {
    let header = match data.has_header {
        true => 1 + usize::from(data.octets[0]),
        false => 0,
    };
    let length = usize::from(data.length);
    if data.data_coding == 8 {
        return data.octets[header..length].into();
    }
    let bit = |at: usize| data.octets[at / 8] >> (at % 8) & 1;
    let septet = |index: usize| {
        (0..7)
            .rev()
            .fold(0, |all, at| all << 1 | bit(index * 7 + at))
    };
    ((header * 8).div_ceil(7)..length).map(septet).collect()
}

/// For every septet, the character that is written with it, alone and after an escape.
type Written = [[Option<char>; 128]; 2];

/// What septets say, by what is written with them.
fn read_slowly(septets: &[u8], encoding: Encoding) -> String {
    static KNOWN: LazyLock<Mutex<HashMap<Encoding, Written>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().expect("nobody panicked");
    let [plain, extended] = known.entry(encoding).or_insert_with(|| table(encoding));
    let of = |table: &[Option<char>; 128], septet: u8| table[usize::from(septet)];
    let mut text = String::new();
    let mut septets = septets.iter().copied();
    while let Some(septet) = septets.next() {
        let character = if septet != 0x1b {
            of(plain, septet)
        } else {
            match septets.next() {
                None => break,
                Some(0x1b) => Some(' '),
                Some(septet) => of(extended, septet).or(of(plain, septet)),
            }
        };
        text.push(character.unwrap_or('\u{fffd}'));
    }
    text
}

fn table(encoding: Encoding) -> Written {
    let mut table = [[None; 128]; 2];
    let Encoding::Gsm7 { single, .. } = encoding else {
        return table;
    };
    for character in '\0'..='\u{ffff}' {
        let mut write = |encoding: Encoding, wanted: usize| {
            if encoding.units_of(character) == Some(wanted) {
                let text = character.to_string();
                let septets = body(&UserData::of(&text, encoding, None).expect("it has these"));
                assert_eq!(septets.len(), wanted);
                table[wanted - 1][usize::from(septets[wanted - 1])] = Some(character);
            }
        };
        write(encoding, 1);
        // What the main table has too is not written after an escape, but beside another one.
        for locking in languages() {
            let locking = locking.filter(|language| *language != Language::Es);
            write(Encoding::Gsm7 { locking, single }, 2);
        }
    }
    table
}

/// As much of a text as the encoding has and a part holds comes back as it was.
fn check_round_trip(text: &str, encoding: Encoding, reference: Option<Reference>) {
    let room = match reference {
        None => encoding.alone(),
        Some(Reference::Eight(_)) => encoding.each(ReferenceBits::Eight),
        Some(Reference::Sixteen(_)) => encoding.each(ReferenceBits::Sixteen),
    };
    let mut units = 0;
    let mut kept = String::new();
    for character in text.chars() {
        let Some(size) = encoding.units_of(character) else {
            continue;
        };
        if units + size > room {
            break;
        }
        units += size;
        kept.push(character);
    }
    let place = reference.map(|reference| Place {
        reference,
        total: 2,
        sequence: 1,
    });
    let data = UserData::of(&kept, encoding, place).expect("it fits");
    assert!(data.octets.len() <= 140);
    let read = decode(&data).expect("we wrote it");
    assert_eq!((&read.text, read.encoding), (&kept, encoding));
    assert_eq!(read.place, place);
}
