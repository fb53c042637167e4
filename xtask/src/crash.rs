//! `cargo xtask test crash`: servers that are killed again and again, and what came of it.

use std::fs;

use crate::command::{Result, cargo, root, run};
use crate::machine;

/// Kills of a long run, of both scenarios.
const LONG: &str = "1050";

const INTRODUCTION: &str = "\
# Reliability

Written by `cargo xtask test crash --long`; the suite is [`tests/tests/crash.rs`](../tests/tests/crash.rs), and a short run of it is part of
`cargo xtask test`.

Campaigns of 2,000 messages leave while `septet serve` is ended with SIGKILL at random moments and at every named failpoint (before and after
each commit, between the provider's answer and its record, in the middle of a delivery report) and started again. Meanwhile:

- the stand-in for 360nrs cuts connections before and after it accepted, answers late, with 429, 500, 502, 503 and broken JSON, sometimes half of
  the calls for a while, and makes delivery reports early, late, twice, in the wrong order or not at all;
- the clocks of the servers jump forwards and backwards, by 20 minutes to 6 hours, each to a time of its own;
- with PostgreSQL there are two servers behind a load balancer, a third one comes after a third of the kills, and after two thirds one is asked to
  stop and does not come back; PostgreSQL itself is killed at every eighth turn.

SQLite sends as fast as it goes; on PostgreSQL the servers keep to 2,000 messages a second together.

## How it is judged

Afterwards every recipient of every campaign is held against what was seen from outside. The stand-in, which knows nothing of the server, has noted
every call: which start of which server made it, whether the message was accepted, when the last byte of the answer had left or what became of the
answer instead, and which reports were made of it. The suite knows when it killed whom. The servers' own clocks count for nothing. A run fails where

- **doubled**: a number got a campaign's message twice, or was called for again after a call that may have been heard;
- **lost**: a recipient has no end, is said to have what was never accepted, or is said not to have what was;
- a message counts as sent although its answer was cut and no report was made of it, or has another end than its reports;
- a message is **in doubt** without a reason. There are three: its answer was *cut* or unclear; the server that made the call *died* no later than
  500 ms after the answer had left (when PostgreSQL was away meanwhile: 1.5 s after it was back); or the attempt was written down and the call
  *never made*, of which there may be no more than the 64 that a server has under way for each one interrupted while the campaign ran, and 16 on the average;
- a message is in doubt although a report of it was taken.

Time to resume is the median from the end of a start to the next call of 360nrs; where other servers go on meanwhile there is no such time.

| | messages | kills | clock jumps | doubled | lost | in doubt | cut | died | never called | resumes after | took | seed |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
";

const REPEAT: &str = "\
To repeat a run: `cargo xtask test crash --long --seed N`. Chance is the same then; the moments at which the machine switches between processes are not.
";

/// `--long` for a run that writes its figures down, `--seed N` to repeat one, `--kills N`
/// for as many in all.
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
