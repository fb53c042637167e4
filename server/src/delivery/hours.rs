//! Whether it is a good hour where a phone lives.
//!
//! A number tells its country, not where in it the phone is. In a country of several
//! time zones a message leaves when the hour is good in all of them; where no hour is,
//! that of most of its people decides. The zones are those of the tz database
//! (`data/zones.tsv`: per country one zone of each that tells the time alike, most people first).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use septet_core::phone::Country;
use septet_core::wire::{Hours, Millis};

const ZONES: &str = include_str!("../../data/zones.tsv");
/// How far ahead an hour is looked for that is good everywhere.
const HORIZON: Millis = 2 * 24 * 60 * 60 * 1000;

/// Zones by calling code; the first of each country before the others.
static BY_CODE: LazyLock<BTreeMap<u16, Vec<TimeZone>>> = LazyLock::new(|| {
    let countries: BTreeMap<&str, Vec<&str>> = ZONES
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(code, zones)| (code, zones.split(' ').collect()))
        .collect();
    let mut names: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for country in Country::all() {
        let of_code = names.entry(country.calling_code()).or_default();
        let zones = countries.get(country.code()).into_iter().flatten();
        // The United States and Russia share their codes with smaller countries.
        let mut zones: Vec<&str> = zones.copied().collect();
        if ["US", "RU", "GB"].contains(&country.code()) {
            zones.append(of_code);
            *of_code = zones;
        } else {
            of_code.append(&mut zones);
        }
    }
    let zone = |name| TimeZone::get(name).ok();
    names
        .into_iter()
        .map(|(code, names)| (code, names.into_iter().filter_map(zone).collect()))
        .collect()
});

/// From when on a message to this number may leave; `None`: now.
pub(super) fn opens_at(digits: &str, hours: Hours, now: Millis) -> Option<Millis> {
    // Calling codes have one to three digits, and none begins another.
    let zones = (1..=3)
        .filter_map(|length| digits.get(..length)?.parse().ok())
        .find_map(|code: u16| BY_CODE.get(&code))
        .filter(|zones| !zones.is_empty())?;
    let at = everywhere(zones, hours, now).unwrap_or_else(|| next(&zones[0], hours, now));
    (at > now).then_some(at)
}

/// The next time at which the hour is good in all zones.
fn everywhere(zones: &[TimeZone], hours: Hours, now: Millis) -> Option<Millis> {
    let mut at = now;
    while at <= now + HORIZON {
        let latest = zones.iter().map(|zone| next(zone, hours, at)).max()?;
        if latest == at {
            return Some(at);
        }
        at = latest;
    }
    None
}

/// The next time at which the hour is good in a zone.
fn next(zone: &TimeZone, hours: Hours, from: Millis) -> Millis {
    let opens = || {
        let clock = zone.to_datetime(Timestamp::from_millisecond(from).ok()?);
        let minute = u16::try_from(clock.hour()).ok()? * 60 + u16::try_from(clock.minute()).ok()?;
        let wait = hours.wait(minute);
        if wait == 0 {
            return Some(from);
        }
        // By the clock on the wall, which may be changed in between.
        let clock = clock.with().second(0).subsec_nanosecond(0).build().ok()?;
        let opens = clock.checked_add(i64::from(wait).minutes()).ok()?;
        Some(zone.to_timestamp(opens).ok()?.as_millisecond())
    };
    // None but for years that nobody lives to see.
    opens().unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Hours = Hours {
        from: 9 * 60,
        until: 20 * 60,
    };

    fn at(time: &str) -> Millis {
        let time: Timestamp = time.parse().unwrap();
        time.as_millisecond()
    }

    #[track_caller]
    fn opens(digits: &str, hours: Hours, now: &str, expected: Option<&str>) {
        assert_eq!(opens_at(digits, hours, at(now)), expected.map(at), "{now}");
    }

    #[test]
    fn a_message_waits_for_the_morning_of_the_recipient() {
        opens("48600000000", DAY, "2026-11-23T10:00:00Z", None);
        let morning = Some("2026-11-24T08:00:00Z");
        opens("48600000000", DAY, "2026-11-23T19:00:00Z", morning);
        opens("48600000000", DAY, "2026-11-24T07:59:31Z", morning);
    }

    #[test]
    fn it_is_late_in_a_country_when_it_is_late_in_any_of_its_zones() {
        // 9:00 in Madrid, 8:00 on the Canaries.
        let canaries = Some("2026-11-23T09:00:00Z");
        opens("34600000000", DAY, "2026-11-23T08:00:00Z", canaries);
        opens("34600000000", DAY, "2026-11-23T18:59:00Z", None);
        opens(
            "34600000000",
            DAY,
            "2026-11-23T19:00:00Z",
            Some("2026-11-24T09:00:00Z"),
        );
    }

    #[test]
    fn where_no_hour_is_good_everywhere_most_people_decide() {
        let morning = Hours {
            from: 9 * 60,
            until: 11 * 60,
        };
        // 9:30 in Moscow.
        opens("79000000000", morning, "2026-11-23T06:30:00Z", None);
        opens(
            "79000000000",
            morning,
            "2026-11-23T08:00:00Z",
            Some("2026-11-24T06:00:00Z"),
        );
    }

    #[test]
    fn clocks_that_are_changed_are_followed() {
        // On the last Sunday of March, 1:00 UTC is when Portugal and Poland go to summer time.
        let morning = Some("2027-03-28T07:00:00Z");
        opens("48600000000", DAY, "2027-03-27T22:00:00Z", morning);
        let morning = Some("2026-10-25T08:00:00Z");
        opens("48600000000", DAY, "2026-10-24T22:00:00Z", morning);
    }

    #[test]
    fn every_calling_code_has_a_zone_and_every_zone_is_known() {
        for country in Country::all() {
            let zones = &BY_CODE[&country.calling_code()];
            assert!(!zones.is_empty(), "{}", country.code());
        }
        for zone in ZONES
            .split(['\n', '\t', ' '])
            .filter(|zone| zone.contains('/'))
        {
            assert!(TimeZone::get(zone).is_ok(), "{zone}");
        }
        assert_eq!(ZONES.lines().count(), Country::all().count());
        opens("999", DAY, "2026-11-23T03:00:00Z", None);
    }
}
