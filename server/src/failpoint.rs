//! Places at which the crash suite lets the server die, as by a lost machine, and a clock
//! that it can set.
//!
//! Without the feature `failpoints`, which nothing but that suite turns on, a
//! failpoint is nothing at all.

/// Ends the process, with no chance to tidy up, where `SEPTET_FAILPOINT` says so:
/// `name` at the first time, `name:3` at the third.
macro_rules! failpoint {
    ($name:literal) => {
        #[cfg(feature = "failpoints")]
        $crate::failpoint::reached($name);
    };
}
pub(crate) use failpoint;

#[cfg(feature = "failpoints")]
pub(crate) fn reached(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        let wanted = std::env::var("SEPTET_FAILPOINT").ok()?;
        let (name, nth) = wanted.split_once(':').unwrap_or((&wanted, "1"));
        Some((name.to_owned(), nth.parse().unwrap_or(1)))
    });
    static SEEN: AtomicU64 = AtomicU64::new(0);

    if let Some((wanted, nth)) = &*WANTED
        && wanted == name
        && SEEN.fetch_add(1, Ordering::Relaxed) + 1 == *nth
    {
        std::process::abort();
    }
}

/// How far the clock of this machine is said to be from the true time, in milliseconds: by
/// a file that `SEPTET_CLOCK_FILE` names, at every look.
#[cfg(feature = "failpoints")]
pub(crate) fn astray() -> i64 {
    use std::sync::LazyLock;

    static FILE: LazyLock<Option<std::ffi::OsString>> =
        LazyLock::new(|| std::env::var_os("SEPTET_CLOCK_FILE"));

    let said = FILE
        .as_ref()
        .and_then(|file| std::fs::read_to_string(file).ok());
    said.and_then(|offset| offset.trim().parse().ok())
        .unwrap_or_default()
}
