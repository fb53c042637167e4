//! A date as HubSpot stores it, written short as a language does.
//!
//! HubSpot gives a date as milliseconds since the epoch, at midnight UTC, or as
//! `YYYY-MM-DD`. Anything else, a time of day included, is not a date here.

use alloc::string::String;

use super::filter::Locale;

const DAY: i64 = 86_400_000;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A day of the Gregorian calendar, of the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Day {
    year: u16,
    month: u8,
    day: u8,
}

/// Writes a date in place of what HubSpot stores; leaves what is none.
pub(super) fn write(text: &mut String, locale: Locale) {
    let Some(Day { year, month, day }) = read(text) else {
        return;
    };
    text.clear();
    let (day, month_of_year) = (u16::from(day), u16::from(month));
    match locale {
        Locale::Pt | Locale::Es => {
            push_digits(text, day, 2);
            text.push('/');
            push_digits(text, month_of_year, 2);
            text.push('/');
            push_digits(text, year, 4);
        }
        Locale::En => {
            push_digits(text, day, 1);
            text.push(' ');
            text.push_str(MONTHS[usize::from(month) - 1]);
            text.push(' ');
            push_digits(text, year, 1);
        }
    }
}

/// Writes a number with so many digits or more.
fn push_digits(text: &mut String, number: u16, fewest: usize) {
    if fewest > 1 || number > 9 {
        push_digits(text, number / 10, fewest.saturating_sub(1));
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

fn read(text: &str) -> Option<Day> {
    written(text).or_else(|| stored(text))
}

/// `2026-11-23`
fn written(text: &str) -> Option<Day> {
    let pattern = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if text.len() != 10 || !text.bytes().enumerate().all(pattern) {
        return None;
    }
    let day = Day {
        year: text[..4].parse().ok()?,
        month: text[5..7].parse().ok()?,
        day: text[8..].parse().ok()?,
    };
    let fits = day.year > 0 && (1..=12).contains(&day.month);
    (fits && (1..=length(day.year, day.month)).contains(&day.day)).then_some(day)
}

/// `1795392000000`
fn stored(text: &str) -> Option<Day> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis: i64 = text.parse().ok()?;
    (millis % DAY == 0).then(|| day_of(millis / DAY))?
}

/// The day so many days after 1 January 1970: years here begin in March, so that a
/// leap day is the last of its year, and 400 of them always have 146,097 days.
fn day_of(days: i64) -> Option<Day> {
    const ERA: i64 = 146_097;
    let since = days.checked_add(719_468)?;
    let (era, of_era) = (since.div_euclid(ERA), since.rem_euclid(ERA));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    (1..=9999).contains(&year).then_some(Day {
        year: u16::try_from(year).ok()?,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
    })
}

fn length(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    fn written_as(value: &str, locale: Locale) -> String {
        let mut text = value.into();
        write(&mut text, locale);
        text
    }

    #[test]
    fn each_language_writes_a_date_its_way() {
        for value in ["1795392000000", "2026-11-23"] {
            assert_eq!(written_as(value, Locale::Pt), "23/11/2026");
            assert_eq!(written_as(value, Locale::Es), "23/11/2026");
            assert_eq!(written_as(value, Locale::En), "23 Nov 2026");
        }
        assert_eq!(written_as("2026-01-05", Locale::Pt), "05/01/2026");
        assert_eq!(written_as("2026-01-05", Locale::En), "5 Jan 2026");
        assert_eq!(written_as("-86400000", Locale::En), "31 Dec 1969");
    }

    #[test]
    fn what_is_no_date_is_left_as_it_is() {
        for value in [
            "",
            "-",
            "amanhã",
            "1795392000001",
            "2026-11-23T10:00:00Z",
            "2026-13-01",
            "2026-02-29",
            "0000-01-01",
            "23/11/2026",
            "+86400000",
            "99999999999999999999",
            "9223372036800000000",
            "2026-1-1",
            "2026–1-1",
        ] {
            assert_eq!(written_as(value, Locale::Pt), value);
        }
    }

    #[test]
    fn both_forms_of_every_day_of_the_calendar_are_the_same_day() {
        let (mut days, mut last) = (0, None);
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=length(year, month) {
                    let day = Day { year, month, day };
                    // 1 January of the year 1 is 719,162 days before the epoch.
                    last = day_of(days - 719_162);
                    assert_eq!(last, Some(day));
                    days += 1;
                }
            }
        }
        assert_eq!(
            last.map(|day| format!("{}-{}-{}", day.year, day.month, day.day))
                .as_deref(),
            Some("9999-12-31")
        );
        assert_eq!(day_of(days - 719_162), None);
        assert_eq!(day_of(-719_163), None);
        assert_eq!(stored(&i64::MAX.to_string()), None);
    }
}
