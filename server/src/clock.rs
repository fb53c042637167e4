//! The time, in the unit that everything here uses.

use septet_core::wire::Millis;

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> Millis {
    jiff::Timestamp::now().as_millisecond()
}

/// Year and month, UTC, for the name of a campaign that has none.
pub(crate) fn year_and_month() -> (i16, u8) {
    let date = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    (date.year(), date.month().unsigned_abs())
}
