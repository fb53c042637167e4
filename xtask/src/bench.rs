//! What the core costs, beside others: times it natively, in Node and in Chromium, one after
//! the other on an otherwise quiet machine, and writes `docs/BENCHMARKS.md`.
//!
//! The timing itself is in `core/benches/`; here is only the table. It passes no
//! judgement: nothing fails because it is slow.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::command::{Result, captured, cargo, root, run, tool};
use crate::{machine, package, tools};

/// Files of `core/data/bench` and what stands above their column.
const CORPORA: [(&str, &str); 6] = [
    ("gsm7", "GSM-7, 40–150"),
    ("extended", "GSM-7 extended, 320–640"),
    ("ucs2", "UCS-2, 60–200"),
    ("gsm7-1600", "GSM-7, 1,600"),
    ("extended-1600", "GSM-7 extended, 1,600"),
    ("ucs2-1600", "UCS-2, 1,600"),
];

const INTRODUCTION: &str = "\
# Benchmarks

Written by `cargo xtask bench core`; the texts are in [`core/data/bench/`](../core/data/bench/), the code in
[`core/benches/`](../core/benches/).

A cell is the median of the nanoseconds that one text takes and, in brackets, how many times that is of the first row for the same
language: reading the same bytes as UTF-8 in Rust, a plain loop over the same strings in Node and in headless Chromium. There everyone
takes turns of milliseconds in many rounds, so that what disturbs the machine meets them all. The columns are the kinds of text with
their lengths in characters, and the last one says in how many of the 960 texts somebody counts another number of parts than
`septet segment`.
";

const FOOTNOTE: &str = "\
`septet count` only counts. `septet segment`, `rusmpp-extra`, `split-sms` and `sms-segments-calculator` also cut the text;
`rusmpp-extra` refuses emoji, which is where it differs.

What bounds counting in JavaScript is reading the string. Node copies one into the module's memory in one call of some 50 ns; in
browsers nothing copies UTF-16, so a loop of `charCodeAt` does, at a little more than a nanosecond for each character (their encoder for
UTF-8 takes twice that for short texts, and for those beyond Latin-1). A text in UCS-2 is read no further than its first character
that GSM-7 lacks, and then at the ends of its parts; the plain loop stops reading there as well, which is why it comes nearest there.
Going into WASM and back takes a tenth of a short text's time, so that `countMany` saves little over `count`.
";

const FORECASTS: &str = "\
A forecast for 100,000 contacts by a template with three tokens, in milliseconds, with all that goes into WASM (the median of 15):
";

/// Times everything, prints the table and writes it down.
pub(crate) fn core() -> Result<()> {
    tools::wasm_binder()?;
    tools::node()?;
    tools::npm()?;
    let chrome = tools::browser()?.chrome;
    let rust = native()?;
    let [node, chromium] = javascript(&chrome)?;

    let table = table(&[
        ("Rust", &rust, "from_utf8"),
        ("Node", &node.rows, "plain loop"),
        ("Chromium", &chromium.rows, "plain loop"),
    ])?;
    let forecasts = forecasts(&[("Node", &node), ("Chromium", &chromium)]);
    let document = format!(
        "{INTRODUCTION}\n{table}\n{}\n{FOOTNOTE}\n{FORECASTS}\n{forecasts}",
        machine::described(&[&node.engine, &chromium.engine])
    );
    let file = root().join("docs/BENCHMARKS.md");
    fs::write(&file, document)
        .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    println!("{table}\n{forecasts}");
    Ok(())
}

/// One who counts, in all columns.
#[derive(Debug, Default, PartialEq)]
struct Row {
    name: String,
    /// Nanoseconds for a text, by corpus.
    times: HashMap<String, f64>,
    /// Texts that are counted otherwise, if somebody looked.
    differing: Option<u64>,
}

fn row<'a>(rows: &'a mut Vec<Row>, name: &str) -> &'a mut Row {
    let known = rows.iter().position(|row| row.name == name);
    let index = known.unwrap_or_else(|| {
        rows.push(Row {
            name: name.into(),
            ..Row::default()
        });
        rows.len() - 1
    });
    &mut rows[index]
}

/// The criterion benches of the core.
fn native() -> Result<Vec<Row>> {
    let results = root().join("target/bench-core");
    if results.exists() {
        fs::remove_dir_all(&results)
            .map_err(|error| format!("cannot empty {}: {error}", results.display()))?;
    }
    let said = captured(
        cargo()
            .args(["bench", "--package", "septet-core", "--bench", "count"])
            .args(["--", "--noplot"])
            .env("CRITERION_HOME", &results),
    )?;
    let mut rows = Vec::new();
    for group in folders(&results)? {
        for bench in folders(&group)? {
            let benchmark = json(&bench.join("new/benchmark.json"))?;
            let estimates = json(&bench.join("new/estimates.json"))?;
            let read = || {
                let corpus = benchmark["group_id"].as_str()?;
                let name = benchmark["function_id"].as_str()?;
                let texts = benchmark["throughput"]["Elements"].as_f64()?;
                let all = estimates["median"]["point_estimate"].as_f64()?;
                Some((corpus, name, all / texts))
            };
            let (corpus, name, time) =
                read().ok_or_else(|| format!("{} is not criterion's", bench.display()))?;
            row(&mut rows, name).times.insert(corpus.into(), time);
        }
    }
    for line in said.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        if let ["differs", _, name, differing] = fields[..] {
            let differing: u64 = differing
                .parse()
                .map_err(|_| format!("no number: {line}"))?;
            *row(&mut rows, name).differing.get_or_insert(0) += differing;
        }
    }
    for row in &mut rows {
        if let Some(version) = tools::locked(&row.name)? {
            row.name = format!("{} {version}", row.name);
        }
    }
    Ok(rows)
}

/// What one JavaScript engine took.
struct Measured {
    /// Its name and version.
    engine: String,
    rows: Vec<Row>,
    /// Milliseconds of each forecast, by what it was of.
    forecasts: Vec<(String, f64)>,
}

/// The core as a JavaScript package, beside others: in Node and in Chromium.
fn javascript(chrome: &Path) -> Result<[Measured; 2]> {
    package::build()?;
    let peers = root().join("core/benches/peers");
    run(tool("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&peers))?;
    let node = captured(tool("node").arg(peers.join("bench.mjs")))?;
    let browser = peers.join("browser.mjs");
    let chromium = captured(tool("node").arg(browser).env("CHROME", chrome))?;
    Ok([measured(&node)?, measured(&chromium)?])
}

fn measured(said: &str) -> Result<Measured> {
    let said: Value = serde_json::from_str(said)
        .map_err(|error| format!("a benchmark wrote no JSON: {error}"))?;
    let mut rows = Vec::new();
    for measured in said["rows"].as_array().into_iter().flatten() {
        let read = || {
            let name = measured["name"].as_str()?;
            let corpus = measured["corpus"].as_str()?;
            let time = measured["nanoseconds"].as_f64()?;
            Some((name, corpus, time, measured["differs"].as_u64()?))
        };
        let (name, corpus, time, differing) =
            read().ok_or_else(|| format!("a benchmark wrote {measured}"))?;
        let row = row(&mut rows, name);
        row.times.insert(corpus.into(), time);
        *row.differing.get_or_insert(0) += differing;
    }
    let forecasts = said["forecasts"].as_array().into_iter().flatten();
    let forecasts = forecasts.map(|forecast| {
        let name = forecast["name"].as_str()?;
        Some((name.into(), forecast["milliseconds"].as_f64()?))
    });
    let forecasts: Option<_> = forecasts.collect();
    Ok(Measured {
        engine: said["engine"].as_str().unwrap_or("unknown engine").into(),
        rows,
        forecasts: forecasts.ok_or("a benchmark wrote no milliseconds")?,
    })
}

/// The table of forecasts in Markdown: a line for each, a column for each engine.
fn forecasts(engines: &[(&str, &Measured)]) -> String {
    let mut table = String::from("| |");
    for (language, _) in engines {
        let _ = write!(table, " {language} |");
    }
    table.push_str("\n|---|");
    table.push_str(&"--:|".repeat(engines.len()));
    table.push('\n');
    let lines = engines.iter().map(|(_, measured)| measured.forecasts.len());
    for line in 0..lines.min().unwrap_or_default() {
        let _ = write!(table, "| {} |", engines[0].1.forecasts[line].0);
        for (_, measured) in engines {
            let _ = write!(table, " {:.1} |", measured.forecasts[line].1);
        }
        table.push('\n');
    }
    table
}

/// The table in Markdown: for each language its first row, then the others, fastest first.
fn table(languages: &[(&str, &[Row], &str)]) -> Result<String> {
    let mut table = String::from("| | |");
    for (_, title) in CORPORA {
        let _ = write!(table, " {title} |");
    }
    table.push_str(" other parts |\n|---|---|");
    table.push_str(&"--:|".repeat(CORPORA.len() + 1));
    table.push('\n');
    for (language, rows, first) in languages {
        let first = rows.iter().find(|row| row.name == *first);
        let first = first.ok_or_else(|| format!("nobody timed the first row for {language}"))?;
        let mut rows: Vec<&Row> = rows.iter().collect();
        let all = |row: &Row| row.times.values().sum::<f64>();
        rows.sort_by(|one, other| all(one).total_cmp(&all(other)));
        rows.retain(|row| *row != first);
        rows.insert(0, first);
        for row in rows {
            let _ = write!(table, "| {language} | {} |", row.name);
            for (corpus, _) in CORPORA {
                let cell = row.times.get(corpus).zip(first.times.get(corpus));
                let cell = cell.map_or_else(String::new, |(time, of)| cell_of(*time, *of));
                let _ = write!(table, " {cell} |");
            }
            let differing = row.differing.map_or_else(String::new, |it| it.to_string());
            let _ = writeln!(table, " {differing} |");
        }
    }
    Ok(table)
}

/// `12,345 (6.7×)`
fn cell_of(time: f64, of: f64) -> String {
    let factor = time / of;
    let factor = if factor < 9.95 {
        format!("{factor:.1}")
    } else {
        grouped(factor)
    };
    format!("{} ({factor}×)", grouped(time))
}

/// A whole number with commas between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    Ok(paths.filter(|path| path.is_dir()).collect())
}

fn json(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{} is no JSON: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(name: &str, time: f64) -> Row {
        let times = CORPORA.map(|(corpus, _)| (corpus.to_owned(), time));
        Row {
            name: name.into(),
            times: times.into(),
            differing: None,
        }
    }

    #[test]
    fn a_cell_says_nanoseconds_and_how_many_times_the_first_row() {
        assert_eq!(cell_of(12.4, 12.4), "12 (1.0×)");
        assert_eq!(cell_of(1234.0, 100.0), "1,234 (12×)");
        assert_eq!(cell_of(1_234_567.0, 1_000_000.0), "1,234,567 (1.2×)");
        assert_eq!(cell_of(25_625.0, 12.0), "25,625 (2,135×)");
    }

    #[test]
    fn the_row_that_others_are_multiples_of_stands_first_and_then_the_fastest() {
        let rows = [
            timed("slow", 90.0),
            timed("first", 30.0),
            timed("fast", 3.0),
        ];
        let table = table(&[("Rust", &rows, "first")]).unwrap();
        let names = table
            .lines()
            .skip(2)
            .filter_map(|line| line.split(" | ").nth(1));
        assert_eq!(names.collect::<Vec<_>>(), ["first", "fast", "slow"]);
    }
}
