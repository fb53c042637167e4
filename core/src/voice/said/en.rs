//! Numbers in English, as in Great Britain and as in the United States.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
const SCALES: [(u64, &str); 3] = [
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

/// A million millions are too many. Britons say "and" before what is less than a hundred.
pub(super) fn cardinal(number: u64, british: bool) -> String {
    let mut groups: Vec<String> = Vec::new();
    for (scale, name) in SCALES {
        let count = number / scale % 1_000;
        if count > 0 {
            groups.push(format!("{} {name}", below_thousand(count, british)));
        }
    }
    let units = number % 1_000;
    if british && !groups.is_empty() && (1..100).contains(&units) {
        groups.push(format!("and {}", below_hundred(units)));
    } else if units > 0 || groups.is_empty() {
        groups.push(below_thousand(units, british));
    }
    groups.join(" ")
}

fn below_thousand(number: u64, british: bool) -> String {
    let hundreds = match number / 100 {
        0 => return below_hundred(number),
        count => UNITS[count as usize],
    };
    let and = if british { "and " } else { "" };
    match number % 100 {
        0 => format!("{hundreds} hundred"),
        rest => format!("{hundreds} hundred {and}{}", below_hundred(rest)),
    }
}

pub(super) fn below_hundred(number: u64) -> String {
    match (number / 10, number % 10) {
        (0 | 1, _) => UNITS[number as usize].to_owned(),
        (tens, 0) => TENS[tens as usize].to_owned(),
        (tens, units) => format!("{}-{}", TENS[tens as usize], UNITS[units as usize]),
    }
}

/// 1 to 99.
pub(super) fn ordinal(number: u8) -> String {
    let words = below_hundred(u64::from(number));
    let (before, last) = match words.rsplit_once('-') {
        Some((tens, unit)) => (format!("{tens}-"), unit),
        None => (String::new(), words.as_str()),
    };
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        other => match other.strip_suffix('y') {
            Some(stem) => format!("{stem}ieth"),
            None => format!("{other}th"),
        },
    };
    before + &last
}

/// A year, in two halves where people say it so.
pub(super) fn year(year: u16, british: bool) -> String {
    let (century, rest) = (u64::from(year / 100), u64::from(year % 100));
    if !(11..=20).contains(&century) || (2_000..=2_009).contains(&year) {
        return cardinal(u64::from(year), british);
    }
    let century = below_hundred(century);
    match rest {
        0 => format!("{century} hundred"),
        1..=9 => format!("{century} oh {}", below_hundred(rest)),
        _ => format!("{century} {}", below_hundred(rest)),
    }
}
