//! Numbers with a language's separators, percentages, ordinals and measures.

use alloc::format;
use alloc::string::String;

use super::scan::{after_space, digits, ends, number_ends};
use super::tongue::{Form, Tongue};
use super::{join, noun};

/// What is counted, by its sign; its names are one and many of it.
struct Measure {
    sign: &'static str,
    pt: [&'static str; 2],
    es: [&'static str; 2],
    en: [&'static str; 2],
}

const MEASURES: [Measure; 4] = [
    Measure {
        sign: "km",
        pt: ["quilómetro", "quilómetros"],
        es: ["kilómetro", "kilómetros"],
        en: ["kilometre", "kilometres"],
    },
    Measure {
        sign: "kg",
        pt: ["quilograma", "quilogramas"],
        es: ["kilogramo", "kilogramos"],
        en: ["kilogram", "kilograms"],
    },
    Measure {
        sign: "cm",
        pt: ["centímetro", "centímetros"],
        es: ["centímetro", "centímetros"],
        en: ["centimetre", "centimetres"],
    },
    Measure {
        sign: "min",
        pt: ["minuto", "minutos"],
        es: ["minuto", "minutos"],
        en: ["minute", "minutes"],
    },
];

/// A number as it is written.
pub(super) struct Amount<'t> {
    pub(super) whole: u64,
    pub(super) decimals: &'t str,
    pub(super) after: &'t str,
}

pub(super) fn read(rest: &str, tongue: Tongue) -> Option<(usize, String)> {
    let unsigned = rest.strip_prefix(['-', '−']);
    let minus = if unsigned.is_some() {
        tongue.choose("menos", "menos", "minus")
    } else {
        ""
    };
    let number = unsigned.unwrap_or(rest);
    if let Some((after, spoken)) = ordinal(number, tongue).filter(|_| minus.is_empty()) {
        return Some((rest.len() - after.len(), spoken));
    }
    let amount = amount(number, tongue, false)?;
    let told = |form| amount.told(tongue, form);
    let (after, spoken) = if let Some(after) = after_space(amount.after).strip_prefix('%') {
        let percent = tongue.choose("por cento", "por ciento", "percent");
        (after, format!("{} {percent}", told(Form::Counting)))
    } else if let Some((after, names)) = measure(amount.after, tongue) {
        let one = amount.whole == 1 && amount.decimals.is_empty();
        let name = names[usize::from(!one)];
        (after, format!("{} {name}", told(Form::Masculine)))
    } else if number_ends(amount.after) {
        (amount.after, told(noun::form(amount.after, tongue)))
    } else {
        return None;
    };
    Some((rest.len() - after.len(), join(&[minus, &spoken])))
}

/// `1º`, `2.ª`; `3rd`.
fn ordinal(rest: &str, tongue: Tongue) -> Option<(&str, String)> {
    let written = digits(rest);
    let number = written.parse().ok()?;
    let after = &rest[written.len()..];
    if tongue.choose(false, false, true) {
        let mut ends_in = ["st", "nd", "rd", "th"].into_iter();
        let after = ends_in.find_map(|end| after.strip_prefix(end))?;
        return Some((
            after,
            tongue.ordinal(number, false).filter(|_| ends(after))?,
        ));
    }
    let after = after.strip_prefix('.').unwrap_or(after);
    let feminine = after.starts_with('ª');
    let after = after.strip_prefix(['º', 'ª'])?;
    Some((
        after,
        tongue.ordinal(number, feminine).filter(|_| ends(after))?,
    ))
}

fn measure(after: &str, tongue: Tongue) -> Option<(&str, [&'static str; 2])> {
    let after = after_space(after);
    MEASURES.iter().find_map(|measure| {
        let Measure { sign, pt, es, en } = measure;
        let after = after.strip_prefix(sign).filter(|after| ends(after))?;
        let names = match (*sign, tongue) {
            ("km", Tongue::Brazilian) => ["quilômetro", "quilômetros"],
            ("km", Tongue::American) => ["kilometer", "kilometers"],
            ("cm", Tongue::American) => ["centimeter", "centimeters"],
            _ => tongue.choose(*pt, *es, *en),
        };
        Some((after, names))
    })
}

/// A number at the beginning of a text. Where thousands are not marked, either mark may
/// stand before decimals, as on price tags. A common space marks thousands where it is
/// said that this is a sum of money; elsewhere it may as well end the number.
pub(super) fn amount(rest: &str, tongue: Tongue, is_money: bool) -> Option<Amount<'_>> {
    let (thousand, decimal) = tongue.choose(('.', ','), ('.', ','), (',', '.'));
    let first = digits(rest);
    let mut after = &rest[first.len()..];
    let mut whole: u64 = first.parse().ok()?;
    let mut marked = false;
    let group = |after: &str| {
        let is_mark = |mark: char| {
            mark == thousand || "\u{a0}\u{202f}\u{2009}".contains(mark) || (is_money && mark == ' ')
        };
        let group = digits(after.strip_prefix(is_mark)?);
        group.parse().ok().filter(|_: &u64| group.len() == 3)
    };
    while first.len() <= 3
        && !first.starts_with('0')
        && let Some(value) = group(after)
    {
        whole = whole.checked_mul(1_000)?.checked_add(value)?;
        let mark = after.chars().next().map_or(0, char::len_utf8);
        after = &after[mark + 3..];
        marked = true;
    }
    let after_mark = |mark, most: usize| {
        let decimals = digits(after.strip_prefix(mark)?);
        (1..=most).contains(&decimals.len()).then_some(decimals)
    };
    let other = || after_mark(thousand, 2).filter(|_| !marked);
    let decimals = after_mark(decimal, usize::MAX).or_else(other);
    let after = decimals.map_or(after, |decimals| &after[1 + decimals.len()..]);
    Some(Amount {
        whole,
        decimals: decimals.unwrap_or_default(),
        after,
    })
}

impl Amount<'_> {
    /// "Doze vírgula cinco".
    pub(super) fn told(&self, tongue: Tongue, form: Form) -> String {
        if self.decimals.is_empty() {
            return tongue.cardinal(self.whole, form);
        }
        let whole = tongue.cardinal(self.whole, Form::Counting);
        let point = tongue.choose("vírgula", "coma", "point");
        // Two decimals are a number of their own, but in English.
        let short = self.decimals.len() <= 2 && !self.decimals.starts_with('0');
        let decimals = match self.decimals.parse() {
            Ok(decimals) if short && tongue.choose(true, true, false) => {
                tongue.cardinal(decimals, Form::Counting)
            }
            _ => tongue.spell(self.decimals),
        };
        join(&[&whole, point, &decimals])
    }
}
