//! Days: `24/11/2026`, `24-11-2026`, `24/11/26`, `24/11`, `2026-11-24`, and in English
//! `24 Nov 2026`.

use alloc::format;
use alloc::string::String;

use super::en;
use super::scan::{ends, figure, number_ends};
use super::tongue::{Form, Tongue};

const PT: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];
const ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Of any year, where none is written.
#[derive(Clone, Copy)]
struct Day {
    day: u16,
    month: u16,
    year: Option<u16>,
}

pub(super) fn read(rest: &str, tongue: Tongue) -> Option<(usize, String)> {
    let found = year_first(rest).or_else(|| figures(rest, tongue));
    let named = || tongue.choose(None, None, Some(()));
    let (after, day) = found.or_else(|| named().and_then(|()| with_name(rest)))?;
    Some((rest.len() - after.len(), day.told(tongue)?))
}

/// `2026-11-24`
fn year_first(rest: &str) -> Option<(&str, Day)> {
    let (written, year) = figure(rest, 4)?;
    let rest = rest[written.len()..].strip_prefix('-')?;
    let (month, rest) = two(rest)?;
    let (day, rest) = two(rest.strip_prefix('-')?)?;
    let year = Some(year).filter(|_| written.len() == 4);
    (year.is_some() && number_ends(rest)).then_some((rest, Day { day, month, year }))
}

/// Two digits.
fn two(rest: &str) -> Option<(u16, &str)> {
    let (written, value) = figure(rest, 2)?;
    (written.len() == 2).then(|| (value, &rest[2..]))
}

/// `24/11/2026`, `24/11`; in the United States the month comes first.
fn figures(rest: &str, tongue: Tongue) -> Option<(&str, Day)> {
    let (first, one) = figure(rest, 2)?;
    let rest = &rest[first.len()..];
    let separator = rest.chars().next().filter(|mark| "/-.".contains(*mark))?;
    let rest = &rest[1..];
    let (second, other) = figure(rest, 2)?;
    let rest = &rest[second.len()..];
    let (day, month) = match tongue {
        Tongue::American => (other, one),
        _ => (one, other),
    };
    let full = first.len() == 2 && second.len() == 2;
    let Some((written, year)) = rest
        .strip_prefix(separator)
        .and_then(|rest| figure(rest, 4))
    else {
        let year = None;
        let alone = separator == '/' && full && number_ends(rest);
        return alone.then_some((rest, Day { day, month, year }));
    };
    let rest = &rest[1 + written.len()..];
    let year = match written.len() {
        4 => year,
        2 if full && separator != '.' => 2_000 + year,
        _ => return None,
    };
    let year = Some(year);
    number_ends(rest).then_some((rest, Day { day, month, year }))
}

/// `24 Nov 2026`, `24 November`.
fn with_name(rest: &str) -> Option<(&str, Day)> {
    let (written, day) = figure(rest, 2)?;
    let rest = rest[written.len()..].strip_prefix(' ')?;
    let (month, rest) = (1..).zip(EN).find_map(|(month, name)| {
        let after = |name: &str| rest.strip_prefix(name).filter(|after| ends(after));
        Some((month, after(name).or_else(|| after(&name[..3]))?))
    })?;
    let year = rest
        .strip_prefix(' ')
        .and_then(|rest| figure(rest, 4))
        .filter(|(written, _)| written.len() == 4 && number_ends(&rest[5..]));
    let after = if year.is_some() { &rest[5..] } else { rest };
    let year = year.map(|(_, year)| year);
    Some((after, Day { day, month, year }))
}

impl Day {
    /// `None` where no year has such a day.
    fn told(self, tongue: Tongue) -> Option<String> {
        let Self { day, month, year } = self;
        let longest = match month {
            2 if year.is_some_and(|year| !leap(year)) => 28,
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=longest).contains(&day) || year == Some(0) {
            return None;
        }
        let name = tongue.choose(PT, ES, EN)[usize::from(month) - 1];
        let cardinal = |number: u16| tongue.cardinal(u64::from(number), Form::Counting);
        let of_month = || tongue.ordinal(day as u8, false).unwrap_or_default();
        let in_english = |year: u16| en::year(year, tongue == Tongue::En);
        Some(match (tongue, year) {
            (Tongue::Brazilian, None) if day == 1 => format!("primeiro de {name}"),
            (Tongue::Brazilian, Some(year)) if day == 1 => {
                format!("primeiro de {name} de {}", cardinal(year))
            }
            (Tongue::Pt | Tongue::Brazilian | Tongue::Es, None) => {
                format!("{} de {name}", cardinal(day))
            }
            (Tongue::Pt | Tongue::Brazilian | Tongue::Es, Some(year)) => {
                format!("{} de {name} de {}", cardinal(day), cardinal(year))
            }
            (Tongue::En, None) => format!("the {} of {name}", of_month()),
            (Tongue::En, Some(year)) => {
                format!("the {} of {name} {}", of_month(), in_english(year))
            }
            (Tongue::American, None) => format!("{name} {}", of_month()),
            (Tongue::American, Some(year)) => {
                format!("{name} {}, {}", of_month(), in_english(year))
            }
        })
    }
}

fn leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}
