//! Fuzzing the core: each target of `core/fuzz` for a while, one after the other.
//!
//! What the fuzzer finds worth keeping goes to `target/fuzz/found`, so that the corpus in
//! the repository stays as small as it is; what breaks a check goes to `core/fuzz/artifacts`.

use std::fs;

use crate::command::{Result, root, run, tool};
use crate::tools;

const TARGETS: [&str; 5] = ["count", "segment", "decode", "template", "links"];

/// Runs every target for so many seconds; the first that breaks is an error.
pub(crate) fn all(seconds: Option<&str>) -> Result<()> {
    let seconds: u32 = seconds.map_or(Ok(60), |text| {
        text.parse()
            .map_err(|_| format!("seconds are a number, not {text:?}"))
    })?;
    tools::fuzzer()?;
    for target in TARGETS {
        let found = root().join("target/fuzz/found").join(target);
        fs::create_dir_all(&found)
            .map_err(|error| format!("cannot make {}: {error}", found.display()))?;
        // Without a sanitizer, which the core's safe code has no need of, stable Rust is enough.
        run(tool("cargo")
            .args(["fuzz", "run", "--sanitizer", "none"])
            .args(["--fuzz-dir", "core/fuzz", "--target-dir", "target/fuzz"])
            .arg(target)
            .arg(found)
            .arg(format!("core/fuzz/corpus/{target}"))
            .args(["--", "-dict=core/fuzz/dictionary"])
            .arg(format!("-max_total_time={seconds}")))?;
    }
    Ok(())
}
