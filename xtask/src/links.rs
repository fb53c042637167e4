//! `cargo xtask bench links`: what following a short link takes.

use std::fs;

use crate::command::{Result, captured, cargo, root, run};
use crate::{machine, page};

const INTRODUCTION: &str = "\
# Benchmarks of short links

Written by `cargo xtask bench links`; the code is [`tests/src/bin/bench_links.rs`](../tests/src/bin/bench_links.rs).

2,000 people, each with a link of their own, follow them over 128 connections to the real `septet serve` with SQLite, built for release. They come at a given pace, whether or not the
server keeps up with it, and a visit is timed from when it was due to the last byte of the redirect. Each click is in the database, on disk, before that is sent; afterwards the
campaign's counts are held against the answers. The visitors run on the same machine and share its processors.

| visits a second | reached | half within | 90 % | 99 % | 99.9 % |
|--:|--:|--:|--:|--:|--:|
";

/// Builds for release, measures, and writes the table down.
pub(crate) fn bench() -> Result<()> {
    page::build(page::Optimizer::Wanted)?;
    run(cargo().args(["build", "--release", "--package", "septet-server"]))?;
    let table = captured(
        cargo()
            .args(["run", "--release", "--package", "septet-tests"])
            .args(["--bin", "bench_links"])
            .env("SEPTET_BINARY", root().join("target/release/septet")),
    )?;
    let document = format!("{INTRODUCTION}{table}\n{}", machine::described(&[]));
    let file = root().join("docs/BENCHMARKS-LINKS.md");
    fs::write(&file, document)
        .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    println!("{table}");
    Ok(())
}
