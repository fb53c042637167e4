//! `cargo xtask bench delivery`: what delivery takes, on both databases.

use std::fs;

use crate::command::{Result, captured, cargo, output, root, run};
use crate::{machine, page, tools};

const INTRODUCTION: &str = "\
# Benchmarks of delivery

Written by `cargo xtask bench delivery`; the code is [`tests/src/bin/bench_delivery.rs`](../tests/src/bin/bench_delivery.rs).

One campaign of personalised messages leaves through the real `septet serve`, built for release. The stand-ins for HubSpot and 360nrs answer at once, and
run on the same machine as the servers and PostgreSQL, which share its processors. SQLite and PostgreSQL wait for the disk as they do in production.

- **prepared**: from asking for the list to the first message that the provider accepts: contacts are read from HubSpot a hundred at a time.
- **sent**: messages per second, from the first that the provider accepts until every outcome is in the database; and the same as time per message.
- **reports**: delivery reports per second, from the first call to the last answer, which comes when the report is in the database; 128 calls at once.
- **memory**: the most that a server (the largest of several) held resident during all of this.
- **resumes**: median from the kill of all servers in the middle of a campaign to the next message that the provider accepts, starting included.

| database | servers | recipients | prepared | sent | per message | reports | memory | resumes |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
";

const BOUND: &str = "\
## What bounds it

Profiled while messages left (`perf record -a`, shares of both processors):

| | SQLite, 1 server | PostgreSQL, 1 server |
|---|--:|--:|
| the database: SQLite's threads, PostgreSQL's processes | 31 % | 34 % |
| the server's own code, with its allocator | 20 % | 26 % |
| HTTP and TCP in the kernel | 13 % | 14 % |
| the stand-ins for HubSpot and 360nrs | 5 % | 7 % |
| nothing: waiting, mostly for the disk | 28 % | 18 % |

It is the database. Each message is written twice, and nothing goes on before that is on disk: the attempt before the call, the outcome after it. Hundreds share a transaction, and
one transaction follows the other, on SQLite in one thread, which is busy for two thirds of the time and waits for the disk in most of the rest. On PostgreSQL, servers, database and
stand-ins share two processors, so that three servers do no more than one. Counting, filling in and splitting the text do not show. The cost of a message is the same for a million
recipients as for ten thousand because every statement finds its rows by an index, and no server holds more of an audience than a page.
";

/// Builds for release, measures, and writes the table down.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    tools::postgres()?;
    page::build(page::Optimizer::Wanted)?;
    run(cargo().args(["build", "--release", "--package", "septet-server"]))?;
    let table = captured(
        cargo()
            .args(["run", "--release", "--package", "septet-tests"])
            .args(["--bin", "bench_delivery", "--"])
            .args(arguments)
            .env("SEPTET_BINARY", root().join("target/release/septet")),
    )?;
    let postgres = septet_postgres::programs().map(|programs| programs.join("postgres"));
    let version =
        postgres.and_then(|program| output(std::process::Command::new(program).arg("--version")));
    let version = version.map_or_else(|| "PostgreSQL".into(), |said| said.trim().to_owned());
    let document = format!(
        "{INTRODUCTION}{table}\n{}\n{BOUND}",
        machine::described(&[&version])
    );
    let file = root().join("docs/BENCHMARKS-DELIVERY.md");
    fs::write(&file, document)
        .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    println!("{table}");
    Ok(())
}
