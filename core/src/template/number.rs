//! A number as HubSpot stores it, with a language's separators.
//!
//! Decimals are written as given, two at most. What has leading zeros is a code
//! rather than a number, and is left as it is like everything that is no number.

use alloc::string::String;
use alloc::vec::Vec;

use super::filter::Locale;

/// Writes a number in place of what HubSpot stores; leaves what is none.
pub(super) fn write(text: &mut String, locale: Locale) {
    if !is_number(text) {
        return;
    }
    let (thousands, decimal) = match locale {
        Locale::Pt | Locale::Es => (b'.', b','),
        Locale::En => (b',', b'.'),
    };
    let mut bytes = core::mem::take(text).into_bytes();
    round(&mut bytes);
    let point = bytes.iter().position(|byte| *byte == b'.');
    if let Some(point) = point {
        bytes[point] = decimal;
    }
    let start = usize::from(bytes[0] == b'-');
    let mut place = point.unwrap_or(bytes.len());
    while place > start + 3 {
        place -= 3;
        bytes.insert(place, thousands);
    }
    // They are ASCII, every one.
    *text = String::from_utf8(bytes).unwrap_or_default();
}

/// `-1234.5`
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    digits(whole) && digits(decimals) && (whole == "0" || !whole.starts_with('0'))
}

/// Rounds to two decimals, halves away from zero; zero has no sign.
fn round(bytes: &mut Vec<u8>) {
    if let Some(point) = bytes.iter().position(|byte| *byte == b'.') {
        let up = bytes.get(point + 3).is_some_and(|byte| *byte >= b'5');
        bytes.truncate(point + 3);
        if up {
            increase(bytes);
        }
    }
    if !bytes.iter().any(|byte| (b'1'..=b'9').contains(byte)) {
        bytes.retain(|byte| *byte != b'-');
    }
}

/// Adds one to the last digit.
fn increase(bytes: &mut Vec<u8>) {
    for byte in bytes.iter_mut().rev().filter(|byte| byte.is_ascii_digit()) {
        if *byte < b'9' {
            *byte += 1;
            return;
        }
        *byte = b'0';
    }
    bytes.insert(usize::from(bytes[0] == b'-'), b'1');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written_as(value: &str, locale: Locale) -> String {
        let mut text = value.into();
        write(&mut text, locale);
        text
    }

    #[test]
    fn each_language_has_its_separators() {
        for (value, pt, en) in [
            ("0", "0", "0"),
            ("999", "999", "999"),
            ("1000", "1.000", "1,000"),
            ("1234567.5", "1.234.567,5", "1,234,567.5"),
            ("-1234.50", "-1.234,50", "-1,234.50"),
            ("-123", "-123", "-123"),
        ] {
            assert_eq!(written_as(value, Locale::Pt), pt);
            assert_eq!(written_as(value, Locale::Es), pt);
            assert_eq!(written_as(value, Locale::En), en);
        }
    }

    #[test]
    fn more_than_two_decimals_are_rounded() {
        for (value, expected) in [
            ("1.234", "1.23"),
            ("1.235", "1.24"),
            ("999.995", "1,000.00"),
            ("-9.999", "-10.00"),
            ("-0.001", "0.00"),
            ("0.005", "0.01"),
        ] {
            assert_eq!(written_as(value, Locale::En), expected);
        }
    }

    #[test]
    fn what_is_no_number_is_left_as_it_is() {
        for value in [
            "", "-", "1,5", "1.", ".5", "1e5", "007", "00.5", "+1", "12 kg", "--1", "1.2.3", "١٢",
        ] {
            assert_eq!(written_as(value, Locale::Pt), value);
        }
    }
}
