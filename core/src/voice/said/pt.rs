//! Numbers in Portuguese, as in Portugal and as in Brazil.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

const UNITS: [&str; 20] = [
    "zero",
    "um",
    "dois",
    "três",
    "quatro",
    "cinco",
    "seis",
    "sete",
    "oito",
    "nove",
    "dez",
    "onze",
    "doze",
    "treze",
    "catorze",
    "quinze",
    "dezasseis",
    "dezassete",
    "dezoito",
    "dezanove",
];
const TENS: [&str; 10] = [
    "",
    "",
    "vinte",
    "trinta",
    "quarenta",
    "cinquenta",
    "sessenta",
    "setenta",
    "oitenta",
    "noventa",
];
const HUNDREDS: [&str; 10] = [
    "",
    "cent",
    "duzent",
    "trezent",
    "quatrocent",
    "quinhent",
    "seiscent",
    "setecent",
    "oitocent",
    "novecent",
];
const FIRST: [&str; 10] = [
    "", "primeir", "segund", "terceir", "quart", "quint", "sext", "sétim", "oitav", "non",
];
const TENTH: [&str; 10] = [
    "",
    "décim",
    "vigésim",
    "trigésim",
    "quadragésim",
    "quinquagésim",
    "sexagésim",
    "septuagésim",
    "octogésim",
    "nonagésim",
];

/// A million millions are too many.
pub(super) fn cardinal(number: u64, feminine: bool, brazil: bool) -> String {
    let mut groups: Vec<(u64, String)> = Vec::new();
    let mut scale = |count: u64, one: &str, many: &str| {
        if count > 0 {
            let name = if count == 1 { one } else { many };
            let words = cardinal(count, false, brazil);
            groups.push((count, format!("{words} {name}")));
        }
    };
    // In Portugal a thousand millions have no name of their own.
    if brazil {
        scale(number / 1_000_000_000, "bilhão", "bilhões");
        scale(number / 1_000_000 % 1_000, "milhão", "milhões");
    } else {
        scale(number / 1_000_000, "milhão", "milhões");
    }
    match number / 1_000 % 1_000 {
        0 => {}
        1 => groups.push((1, "mil".to_owned())),
        count => {
            let words = below_thousand(count, feminine, brazil);
            groups.push((count, format!("{words} mil")));
        }
    }
    let units = number % 1_000;
    if units > 0 || groups.is_empty() {
        groups.push((units, below_thousand(units, feminine, brazil)));
    }
    let last = groups.len() - 1;
    let mut words = String::new();
    for (index, (count, group)) in groups.iter().enumerate() {
        if index > 0 {
            let round = *count <= 100 || count % 100 == 0;
            words.push_str(if index == last && round { " e " } else { " " });
        }
        words.push_str(group);
    }
    words
}

fn below_thousand(number: u64, feminine: bool, brazil: bool) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    if hundreds == 0 {
        return below_hundred(rest, feminine, brazil);
    }
    let stem = HUNDREDS[hundreds as usize];
    let hundreds = match (hundreds, rest) {
        (1, 0) => return "cem".to_owned(),
        (1, _) => format!("{stem}o"),
        _ if feminine => format!("{stem}as"),
        _ => format!("{stem}os"),
    };
    if rest == 0 {
        return hundreds;
    }
    format!("{hundreds} e {}", below_hundred(rest, feminine, brazil))
}

fn below_hundred(number: u64, feminine: bool, brazil: bool) -> String {
    let unit = |unit: u64| match (unit, feminine, brazil) {
        (1, true, _) => "uma",
        (2, true, _) => "duas",
        (16, _, true) => "dezesseis",
        (17, _, true) => "dezessete",
        (19, _, true) => "dezenove",
        _ => UNITS[unit as usize],
    };
    match (number / 10, number % 10) {
        (0 | 1, _) => unit(number).to_owned(),
        (tens, 0) => TENS[tens as usize].to_owned(),
        (tens, units) => format!("{} e {}", TENS[tens as usize], unit(units)),
    }
}

/// 1 to 99.
pub(super) fn ordinal(number: u8, feminine: bool) -> String {
    let end = if feminine { "a" } else { "o" };
    let (tens, units) = (usize::from(number / 10), usize::from(number % 10));
    match (TENTH[tens], FIRST[units]) {
        ("", unit) => format!("{unit}{end}"),
        (ten, "") => format!("{ten}{end}"),
        (ten, unit) => format!("{ten}{end} {unit}{end}"),
    }
}
