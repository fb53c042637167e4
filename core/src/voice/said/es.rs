//! Numbers in Spanish.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use super::join;
use super::tongue::Form;

const UNITS: [&str; 30] = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
];
const TENS: [&str; 10] = [
    "",
    "",
    "",
    "treinta",
    "cuarenta",
    "cincuenta",
    "sesenta",
    "setenta",
    "ochenta",
    "noventa",
];
const HUNDREDS: [&str; 10] = [
    "",
    "",
    "doscient",
    "trescient",
    "cuatrocient",
    "quinient",
    "seiscient",
    "setecient",
    "ochocient",
    "novecient",
];
const FIRST: [&str; 10] = [
    "", "primer", "segund", "tercer", "cuart", "quint", "sext", "séptim", "octav", "noven",
];
const TENTH: [&str; 10] = [
    "",
    "décim",
    "vigésim",
    "trigésim",
    "cuadragésim",
    "quincuagésim",
    "sexagésim",
    "septuagésim",
    "octogésim",
    "nonagésim",
];

/// A million millions are too many.
pub(super) fn cardinal(number: u64, form: Form) -> String {
    if number == 0 {
        return UNITS[0].to_owned();
    }
    // A thousand millions have no name of their own.
    let millions = match number / 1_000_000 {
        0 => String::new(),
        1 => "un millón".to_owned(),
        count => format!("{} millones", cardinal(count, Form::Masculine)),
    };
    let thousands = match number / 1_000 % 1_000 {
        0 => String::new(),
        1 => "mil".to_owned(),
        // "Veintiún mil", whatever is counted, but "doscientas mil".
        count => format!("{} mil", below_thousand(count, Form::Masculine, form)),
    };
    let units = below_thousand(number % 1_000, form, form);
    join(&[&millions, &thousands, &units])
}

/// Nothing for 0. Hundreds have two forms, the last digit three.
fn below_thousand(number: u64, form: Form, of_hundreds: Form) -> String {
    let rest = number % 100;
    let end = if of_hundreds == Form::Feminine {
        "as"
    } else {
        "os"
    };
    let hundreds = match (number / 100, rest) {
        (0, _) => String::new(),
        (1, 0) => "cien".to_owned(),
        (1, _) => "ciento".to_owned(),
        (count, _) => format!("{}{end}", HUNDREDS[count as usize]),
    };
    join(&[&hundreds, &below_hundred(rest, form)])
}

fn below_hundred(number: u64, form: Form) -> String {
    let one = match form {
        Form::Counting => "uno",
        Form::Masculine => "un",
        Form::Feminine => "una",
    };
    match (number, number / 10, number % 10) {
        (0, ..) => String::new(),
        (1, ..) => one.to_owned(),
        (21, ..) if form == Form::Masculine => "veintiún".to_owned(),
        (21, ..) => format!("veinti{one}"),
        (_, 0..=2, _) => UNITS[number as usize].to_owned(),
        (_, tens, 0) => TENS[tens as usize].to_owned(),
        (_, tens, 1) => format!("{} y {one}", TENS[tens as usize]),
        (_, tens, units) => format!("{} y {}", TENS[tens as usize], UNITS[units as usize]),
    }
}

/// 1 to 99.
pub(super) fn ordinal(number: u8, feminine: bool) -> String {
    let end = if feminine { "a" } else { "o" };
    let (tens, units) = (usize::from(number / 10), usize::from(number % 10));
    match (number, TENTH[tens], FIRST[units]) {
        (11, ..) => format!("undécim{end}"),
        (12, ..) => format!("duodécim{end}"),
        (17, ..) => format!("decimoséptim{end}"),
        (13..=19, _, unit) => format!("decimo{unit}{end}"),
        (_, "", unit) => format!("{unit}{end}"),
        (_, ten, "") => format!("{ten}{end}"),
        (_, ten, unit) => format!("{ten}{end} {unit}{end}"),
    }
}
