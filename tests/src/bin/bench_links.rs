//! Times following short links: the real server with SQLite, whose clicks are in the database
//! before the answer leaves.
//!
//! `cargo xtask bench links` builds everything for release, runs this and writes the table
//! down. It passes no judgement on times; that clicks are missing fails.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use septet_tests::Result;
use septet_tests::followers::{Pace, follow};
use septet_tests::rig::{Database, Linked};

/// People with a link of their own.
const PEOPLE: u64 = 2_000;
/// Visits in a second.
const RATES: [u32; 4] = [1_000, 5_000, 7_500, 10_000];
const LASTING: Duration = Duration::from_secs(15);
const CONNECTIONS: usize = 128;

#[tokio::main]
async fn main() -> Result<()> {
    let binary = std::env::var_os("SEPTET_BINARY");
    let binary = PathBuf::from(binary.ok_or("run `cargo xtask bench links`")?);
    let linked = Linked::start(binary, &Database::Sqlite, PEOPLE).await?;
    let paths: Arc<[String]> = linked.paths().into();
    let mut clicks = 0;
    for rate in RATES {
        let pace = Pace {
            rate,
            lasting: LASTING,
            connections: CONNECTIONS,
        };
        let walked = follow(linked.port(), paths.clone(), pace).await;
        clicks += walked.took.len() as u64;
        let counted = linked.clicks().await?;
        if counted != clicks || walked.failed > 0 {
            return Err(format!(
                "{counted} clicks of {clicks}, {} visits failed",
                walked.failed
            )
            .into());
        }
        let reached = walked.took.len() as f64 / walked.lasted.as_secs_f64();
        let times = [500, 900, 990, 999].map(|part| walked.within(part));
        let times = times.map(|time| format!("{:.1} ms", time.as_secs_f64() * 1000.0));
        println!("| {rate} | {reached:.0} | {} |", times.join(" | "));
    }
    Ok(())
}
