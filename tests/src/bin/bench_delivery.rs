//! Times delivery as a whole: the real server, a real database, and the sandbox as a
//! provider that answers at once, all on this machine.
//!
//! `cargo xtask bench delivery` builds everything for release, runs this and writes
//! the table down. It passes no judgement: nothing fails because it is slow.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use septet_postgres::Postgres;
use septet_tests::Result;
use septet_tests::rig::{Database, Person, Platforms, Servers};
use serde_json::json;
use tokio::time::sleep;

/// Recipients of the campaign that is interrupted.
const INTERRUPTED: u64 = 2_000;
/// Kills of which the median is taken.
const KILLS: usize = 5;
/// How long one campaign may take.
const PATIENCE: Duration = Duration::from_secs(1800);

#[tokio::main]
async fn main() -> Result<()> {
    let mut sizes = vec![10_000, 100_000];
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--million") {
        sizes.push(1_000_000);
    }
    if let [flag, size] = &arguments[..]
        && flag == "--recipients"
    {
        sizes = vec![size.parse()?];
    }
    for (name, servers) in [("SQLite", 1), ("PostgreSQL", 1), ("PostgreSQL", 3)] {
        for size in &sizes {
            let row = if name == "SQLite" {
                measure(&Database::Sqlite, servers, *size).await?
            } else {
                let postgres = Postgres::durable()?;
                let database = Database::Postgres(postgres.url().to_owned());
                measure(&database, servers, *size).await?
            };
            println!("| {name} | {servers} | {} | {row} |", grouped(*size));
        }
    }
    Ok(())
}

/// The cells of a row.
async fn measure(database: &Database, places: usize, size: u64) -> Result<String> {
    let binary = std::env::var_os("SEPTET_BINARY");
    let binary = PathBuf::from(binary.ok_or("run `cargo xtask bench delivery`")?);
    let platforms = Platforms::start(Duration::ZERO).await?;
    let keep = json!({ "texts": false, "reports": true });
    platforms.put("/sandbox/keep", &keep).await?;
    let mut servers = Servers::new(binary, &platforms, database, places).await?;
    servers.set("SEPTET_RATE", "0");
    for place in 0..places {
        servers.start(place, None).await?;
    }
    let person = Person::sign_in(&servers).await?;

    let memory = Memory::default();
    let started = Instant::now();
    let list = platforms.crowd(size).await?;
    let id = memory.during(&servers, person.send("bench", &list)).await?;
    let begin = memory.during(&servers, until(&platforms, 1)).await?;
    let prepared = started.elapsed();
    memory.during(&servers, until(&platforms, size)).await?;
    finished(&person, &id).await?;
    let sent = begin.elapsed();

    let how = json!({ "states": [1], "at_once": 128 });
    let released = memory.during(&servers, platforms.post("/sandbox/release", &how));
    let released = released.await?;
    let number = |name: &str| released[name].as_u64().unwrap_or_default();
    if number("acknowledged") != size {
        return Err(format!("not all reports were taken: {released}").into());
    }
    let campaign = person.get(&format!("/api/campaigns/{id}")).await?;
    if campaign["counts"]["delivered"] != size {
        return Err(format!("not all were delivered: {campaign}").into());
    }

    let resumed = resume(&platforms, &mut servers, &person).await?;
    Ok(format!(
        "{:.1} s | {} | {} µs | {} | {} MB | {} ms",
        prepared.as_secs_f64(),
        rate(size, sent),
        sent.as_micros() / u128::from(size),
        rate(size, Duration::from_millis(number("milliseconds"))),
        memory.0.load(Ordering::Relaxed) / 1_000_000,
        resumed.as_millis(),
    ))
}

/// When so many messages have been accepted.
async fn until(platforms: &Platforms, accepted: u64) -> Result<Instant> {
    let deadline = Instant::now() + PATIENCE;
    while platforms.accepted().await? < accepted {
        if Instant::now() > deadline {
            return Err("messages do not leave".into());
        }
        sleep(Duration::from_millis(if accepted > 1 { 50 } else { 5 })).await;
    }
    Ok(Instant::now())
}

/// Waits until every outcome has been written down.
async fn finished(person: &Person, campaign: &str) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while person.look(campaign).await?["state"]["state"] != "finished" {
        if Instant::now() > deadline {
            return Err("the campaign does not end".into());
        }
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// From the kill of all servers to the next message that the provider accepts, the
/// time of starting them again included.
async fn resume(platforms: &Platforms, servers: &mut Servers, person: &Person) -> Result<Duration> {
    let mut times = Vec::new();
    for nth in 0..KILLS {
        let list = platforms.crowd(INTERRUPTED).await?;
        let start = platforms.accepted().await?;
        let id = person.send(&format!("bench-{nth}"), &list).await?;
        until(platforms, start + INTERRUPTED / 4).await?;
        for place in 0..servers.places() {
            servers.kill(place).await?;
        }
        let killed = Instant::now();
        let accepted = platforms.accepted().await?;
        if accepted >= start + INTERRUPTED {
            return Err("it was over before the kill".into());
        }
        for place in 0..servers.places() {
            servers.start(place, None).await?;
            if place == 0 {
                until(platforms, accepted + 1).await?;
                times.push(killed.elapsed());
            }
        }
        finished(person, &id).await?;
    }
    times.sort();
    Ok(times[KILLS / 2])
}

/// The most memory that a server held.
#[derive(Debug, Default, Clone)]
struct Memory(Arc<AtomicU64>);

impl Memory {
    /// Watches while something is done.
    async fn during<T>(&self, servers: &Servers, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = sleep(Duration::from_millis(100)) => {
                    self.0.fetch_max(servers.memory(), Ordering::Relaxed);
                }
            }
        }
    }
}

fn rate(count: u64, time: Duration) -> String {
    let millis = time.as_millis().max(1);
    grouped(u64::try_from(u128::from(count) * 1000 / millis).unwrap_or(u64::MAX))
}

/// A whole number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
