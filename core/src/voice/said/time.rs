//! Times of the day: `15:30`, `15h30`, `15h`, and in English `3:30 pm`, `3pm`.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use super::en;
use super::scan::{after_space, ends, figure, number_ends};
use super::tongue::{Form, Tongue};

pub(super) fn read(rest: &str, tongue: Tongue) -> Option<(usize, String)> {
    let (written, hour) = figure(rest, 2).filter(|(_, hour)| *hour <= 24)?;
    let after = &rest[written.len()..];
    let minutes = |after: &str| {
        let (written, minute) = figure(after, 2)?;
        (written.len() == 2 && minute < 60).then_some(minute)
    };
    let (after, minute) = if let Some(after) = after.strip_prefix(':') {
        let minute = minutes(after)?;
        (&after[2..], Some(minute))
    } else if let Some(after) = after.strip_prefix('h').filter(|_| speaks_of_hours(tongue)) {
        match minutes(after) {
            Some(minute) => (&after[2..], Some(minute)),
            None => (after, Some(0)),
        }
    } else {
        (after, None)
    };
    let half = half_of_day(after, tongue).filter(|_| (1..=12).contains(&hour));
    let (after, minute) = match (half, minute) {
        (Some((after, _)), minute) => (after, minute.unwrap_or(0)),
        (None, Some(minute)) if number_ends(after) => (hours(after, tongue), minute),
        (None, _) => return None,
    };
    let half = half.map(|(_, half)| half);
    // The end of the day, and what is open all day.
    if hour == 24 && minute > 0 {
        return None;
    }
    let (hour, minute) = (u64::from(hour), u64::from(minute));
    let spoken = if speaks_of_hours(tongue) {
        in_hours(tongue, hour, minute)
    } else {
        in_halves(hour, minute, half)
    };
    Some((rest.len() - after.len(), spoken))
}

fn speaks_of_hours(tongue: Tongue) -> bool {
    tongue.choose(true, true, false)
}

/// `15:30 h`, `15:30 horas`
fn hours(after: &str, tongue: Tongue) -> &str {
    if !speaks_of_hours(tongue) {
        return after;
    }
    let next = after_space(after);
    let written = ["horas", "hora", "h"].into_iter();
    let mut hours = written.filter_map(|hours| next.strip_prefix(hours));
    hours.find(|after| ends(after)).unwrap_or(after)
}

/// `pm`, `p.m.`, `PM`, and what follows.
fn half_of_day(after: &str, tongue: Tongue) -> Option<(&str, &'static str)> {
    let after = after_space(after);
    let halves = [
        ("a.m.", "a.m."),
        ("p.m.", "p.m."),
        ("am", "a.m."),
        ("pm", "p.m."),
    ];
    let (written, half) = halves.into_iter().find(|(written, _)| {
        let (head, after) = after.split_at_checked(written.len()).unwrap_or_default();
        head.eq_ignore_ascii_case(written) && ends(after)
    })?;
    let english = tongue.choose(false, false, true);
    english.then(|| (&after[written.len()..], half))
}

/// "Quinze horas e trinta minutos".
fn in_hours(tongue: Tongue, hour: u64, minute: u64) -> String {
    let hours = tongue.cardinal(hour, Form::Feminine);
    let hours = match hour {
        1 => format!("{hours} hora"),
        _ => format!("{hours} horas"),
    };
    let minutes = tongue.cardinal(minute, Form::Masculine);
    let and = tongue.choose("e", "y", "");
    match minute {
        0 => hours,
        1 => format!("{hours} {and} {minutes} minuto"),
        _ => format!("{hours} {and} {minutes} minutos"),
    }
}

/// "Three thirty p.m.".
fn in_halves(hour: u64, minute: u64, half: Option<&str>) -> String {
    let half = half.or(match hour {
        0 | 24 => Some("a.m."),
        13.. => Some("p.m."),
        _ => None,
    });
    let hour = en::below_hundred(match hour % 12 {
        0 => 12,
        hour => hour,
    });
    let minutes = match minute {
        0 if half.is_some() => String::new(),
        0 => " o'clock".to_owned(),
        1..=9 => format!(" oh {}", en::below_hundred(minute)),
        _ => format!(" {}", en::below_hundred(minute)),
    };
    match half {
        Some(half) => format!("{hour}{minutes} {half}"),
        None => format!("{hour}{minutes}"),
    }
}
