//! The time, in the unit that everything here uses.

use std::sync::LazyLock;
use std::time::Instant;

use septet_core::wire::Millis;

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> Millis {
    let now = jiff::Timestamp::now().as_millisecond();
    #[cfg(feature = "failpoints")]
    let now = now + crate::failpoint::astray();
    now
}

/// Milliseconds since some moment, by a clock that nobody can set: for pauses.
pub(crate) fn steady() -> Millis {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    Millis::try_from(START.elapsed().as_millis()).unwrap_or(Millis::MAX)
}

/// Year and month, UTC, for the name of a campaign that has none.
pub(crate) fn year_and_month() -> (i16, u8) {
    let date = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    (date.year(), date.month().unsigned_abs())
}
