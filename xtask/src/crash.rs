//! `cargo xtask test crash`: servers that are killed again and again, and what came of it.

use std::fs;

use crate::command::{Result, cargo, root, run};
use crate::machine;

/// Kills of each scenario in a long run.
const LONG: &str = "600";

const INTRODUCTION: &str = "\
# Reliability

Written by `cargo xtask test crash --long`; the suite is [`tests/tests/crash.rs`](../tests/tests/crash.rs), and a short run of it is part of
`cargo xtask test`.

Campaigns of 2,000 messages leave while `septet serve` is ended with SIGKILL at random moments and at every named failpoint (before and after
each commit, between the provider's answer and its record, in the middle of a delivery report) and started again. Meanwhile the stand-in for 360nrs
cuts connections before and after it accepted, answers late, with 429, 500, 502, 503 and broken JSON, sometimes half of the calls for a while, and makes
delivery reports early, late, twice, in the wrong order or not at all. With PostgreSQL there are three servers behind a load balancer, and PostgreSQL
itself is killed at every eighth turn.

Afterwards every recipient of every campaign is held against the count of the stand-in, which knows nothing of the server:

- **doubled**: numbers that got a campaign's message twice;
- **lost**: recipients who have no end, who are said to have what was never accepted, or are said not to have what was;
- **in doubt**: recipients of whom the server says that it does not know. Each of them is one whose answer was cut or unclear, or whose call
  was under way at a kill; anything else fails the run.

Time to resume is the median from the end of a start to the next message that the provider accepts.

| | messages | kills | doubled | lost | in doubt | resumes after | took | seed |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
";

const REPEAT: &str = "\
To repeat a run: `cargo xtask test crash --long --seed N`. Chance is the same then; the moments at which the machine switches between processes are not.
";

/// `--long` for a run that writes its figures down, `--seed N` to repeat one, `--kills N`
/// for as many in each scenario.
pub(crate) fn crash(arguments: &[String]) -> Result<()> {
    let long = arguments.iter().any(|argument| argument == "--long");
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1)
    };
    run(cargo()
        .args(["build", "--package", "septet-server"])
        .args(["--features", "failpoints"]))?;
    let figures = root().join("target/crash-figures");
    if figures.exists() {
        fs::remove_file(&figures)
            .map_err(|error| format!("cannot remove {}: {error}", figures.display()))?;
    }
    let mut test = cargo();
    test.args(["test", "--package", "septet-tests", "--features", "crash"])
        .args(["--test", "crash", "--", "--nocapture", "--test-threads=1"])
        .env("SEPTET_BINARY", root().join("target/debug/septet"));
    if long {
        test.env("SEPTET_CRASH_FIGURES", &figures)
            .env("SEPTET_CRASH_KILLS", LONG);
    }
    for (name, variable) in [
        ("--seed", "SEPTET_CRASH_SEED"),
        ("--kills", "SEPTET_CRASH_KILLS"),
    ] {
        if let Some(value) = value(name) {
            test.env(variable, value);
        }
    }
    run(&mut test)?;
    if long {
        let rows = fs::read_to_string(&figures)
            .map_err(|error| format!("cannot read {}: {error}", figures.display()))?;
        let document = format!(
            "{INTRODUCTION}{rows}\n{}\n{REPEAT}",
            machine::described(&[])
        );
        let file = root().join("docs/RELIABILITY.md");
        fs::write(&file, document)
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(())
}
