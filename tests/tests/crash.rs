//! Servers die at every bad moment while thousands of messages leave, the provider
//! fails in every way it can, and afterwards the sandbox has counted: nobody got a
//! message twice, nobody was forgotten.
//!
//! `cargo xtask test crash` builds the server with its failpoints and runs this.
//! `SEPTET_CRASH_SEED` repeats a run as far as chance can be repeated;
//! `SEPTET_CRASH_KILLS` says how many kills there are.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use septet_postgres::Postgres;
use septet_tests::Result;
use septet_tests::rig::{Database, Judge, Person, Platforms, Servers, Verdict};
use serde_json::{Value, json};
use tokio::time::sleep;

/// Where the server can be told to die.
const FAILPOINTS: [&str; 8] = [
    "after_claim",
    "before_attempt_commit",
    "after_attempt_commit",
    "after_call_before_outcome",
    "before_outcome_commit",
    "after_outcome_commit",
    "report_before_commit",
    "report_after_commit",
];
/// Messages of one campaign.
const MESSAGES: u64 = 2_000;
/// How late an answer or a report is at most, in milliseconds.
const LATE: u32 = 250;
/// Kills in all when nobody says how many.
const KILLS: usize = 24;
/// Messages that a kill leaves in doubt, between the commit and the call, at most and on
/// the average of a run; of those that were only claimed there would be many more.
const UNCALLED: u64 = 16;
/// How long the end of all campaigns is waited for.
const END: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn one_server_on_sqlite_sends_nothing_twice_and_loses_nothing() -> Result<()> {
    let mut run = Run::start("SQLite, 1 server", &Database::Sqlite, 1).await?;
    let mut died = [0; FAILPOINTS.len()];
    let kills = kills()?;
    for round in 0.. {
        if run.judge.kills() >= kills {
            break;
        }
        // At random moments and at named places, in turn.
        if round % 2 == 0 {
            run.servers.start(0, None).await?;
            run.resumed().await?;
            run.keep_busy().await?;
            run.storm_sometimes().await?;
            sleep(run.chance.up_to(400)).await;
            run.servers.kill(0).await?;
        } else {
            let which = round / 2 % FAILPOINTS.len();
            let nth = 1 + run.chance.below(60);
            let failpoint = format!("{}:{nth}", FAILPOINTS[which]);
            run.servers.start(0, Some(&failpoint)).await?;
            let by_itself = run.servers.died(0, Duration::from_secs(2)).await?;
            died[which] += usize::from(by_itself);
        }
        run.judge.killed();
    }
    run.servers.start(0, None).await?;
    for (name, times) in FAILPOINTS.iter().zip(died) {
        println!("  died {times} times at {name}");
    }
    // A run that is cut short by hand does not come by all of them.
    if kills >= KILLS {
        assert!(
            died.iter().filter(|times| **times > 0).count() >= 6,
            "{died:?}"
        );
    }
    run.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn three_servers_on_postgresql_send_nothing_twice_and_lose_nothing() -> Result<()> {
    let mut postgres = Postgres::start()?;
    let database = Database::Postgres(postgres.url().to_owned());
    let mut run = Run::start("PostgreSQL, 3 servers", &database, 3).await?;
    for place in 0..run.servers.places() {
        run.servers.start(place, None).await?;
    }
    let kills = kills()?;
    for round in 1.. {
        if run.judge.kills() >= kills {
            break;
        }
        run.keep_busy().await?;
        run.storm_sometimes().await?;
        sleep(run.chance.up_to(300)).await;
        if round % 8 == 0 {
            let since = std::time::SystemTime::now();
            tokio::task::block_in_place(|| postgres.crash())?;
            run.judge.was_away(since);
            continue;
        }
        let places = run.servers.places() as u64;
        let place = usize::try_from(run.chance.below(places))?;
        run.judge.killed();
        run.servers.kill(place).await?;
        sleep(run.chance.up_to(300)).await;
        if round % 2 == 0 {
            run.servers.start(place, None).await?;
        } else {
            let which = round / 2 % FAILPOINTS.len();
            let nth = 1 + run.chance.below(60);
            let failpoint = format!("{}:{nth}", FAILPOINTS[which]);
            run.servers.start(place, Some(&failpoint)).await?;
            run.servers.died(place, Duration::from_secs(2)).await?;
            run.judge.killed();
            run.servers.start(place, None).await?;
        }
    }
    run.end().await
}

/// A run under way.
struct Run {
    title: &'static str,
    seed: u64,
    started: Instant,
    platforms: Platforms,
    servers: Servers,
    person: Person,
    judge: Judge,
    chance: Chance,
    /// Name and id, the last one perhaps not at its end.
    campaigns: Vec<(String, String)>,
    /// From the start of a server to the next message that the provider accepts.
    resumed: Vec<Duration>,
}

impl Run {
    async fn start(title: &'static str, database: &Database, places: usize) -> Result<Self> {
        let seed = seed()?;
        println!("{title}: SEPTET_CRASH_SEED={seed}");
        let platforms = Platforms::start(Duration::from_millis(200)).await?;
        let binary = std::env::var_os("SEPTET_BINARY");
        let binary = PathBuf::from(binary.ok_or("run `cargo xtask test crash`")?);
        let mut servers = Servers::new(binary, &platforms, database, places).await?;
        servers.start(0, None).await?;
        let person = Person::sign_in(&servers).await?;
        let mut run = Self {
            title,
            seed,
            started: Instant::now(),
            platforms,
            servers,
            person,
            judge: Judge::new(i64::from(LATE)),
            chance: Chance(seed),
            campaigns: Vec::new(),
            resumed: Vec::new(),
        };
        run.trouble().await?;
        run.keep_busy().await?;
        run.servers.kill(0).await?;
        run.judge.killed();
        Ok(run)
    }

    /// Everything that can go wrong on the way, seldom enough for messages to leave.
    async fn trouble(&self) -> Result<()> {
        let chances = json!({
            "seed": self.seed,
            "cut_unread": 1, "cut_untaken": 1, "cut_taken": 3,
            "error_500": 1, "error_502": 1, "error_taken": 1, "garbled": 1,
            "too_many": 2, "too_many_later": 1,
            "late": 300, "late_ms": LATE,
            "report_early": 100, "report_doubled": 100, "report_reordered": 100,
            "report_late": 300, "report_dropped": 50,
        });
        self.platforms.put("/sandbox/chances", &chances).await
    }

    /// Now and then the provider fails every second call, for a moment.
    async fn storm_sometimes(&mut self) -> Result<()> {
        if self.chance.below(8) > 0 {
            return Ok(());
        }
        let storm = json!({ "seed": self.seed, "error_503": 300, "cut_taken": 200 });
        self.platforms.put("/sandbox/chances", &storm).await?;
        sleep(self.chance.up_to(300)).await;
        self.trouble().await
    }

    /// Makes sure that a campaign is under way.
    async fn keep_busy(&mut self) -> Result<()> {
        if let Some((_, id)) = self.campaigns.last() {
            let campaign = self.person.look(id).await?;
            if !is_over(&campaign) {
                return Ok(());
            }
        }
        let list = self.platforms.crowd(MESSAGES).await?;
        let name = format!("crash-{}", self.campaigns.len());
        let id = self.person.send(&name, &list).await?;
        self.campaigns.push((name, id.clone()));
        // Some servers die while they read the audience, most while messages leave.
        let patient = self.chance.below(4) > 0;
        while patient && is_preparing(&self.person.look(&id).await?) {
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Measures how long it takes until a message leaves again, where one does.
    async fn resumed(&mut self) -> Result<()> {
        let started = Instant::now();
        let before = self.platforms.accepted().await?;
        while started.elapsed() < Duration::from_millis(500) {
            if self.platforms.accepted().await? > before {
                self.resumed.push(started.elapsed());
                break;
            }
            sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    /// Lets everything come to its end, and judges.
    async fn end(mut self) -> Result<()> {
        self.platforms.put("/sandbox/chances", &json!({})).await?;
        let deadline = Instant::now() + END;
        let mut total = Verdict::default();
        for (name, id) in &self.campaigns {
            loop {
                let campaign = self.person.look(id).await?;
                if is_over(&campaign) {
                    if campaign["counts"]["total"] != MESSAGES {
                        return Err(format!("{name} has lost somebody: {campaign}").into());
                    }
                    break;
                }
                if Instant::now() > deadline {
                    return Err(format!("{name} does not come to its end: {campaign}").into());
                }
                sleep(Duration::from_millis(100)).await;
            }
        }
        // The last reports are under way.
        sleep(Duration::from_secs(2)).await;
        for (name, id) in &self.campaigns {
            let verdict = self
                .judge
                .judge(&self.platforms, &self.person, name, id)
                .await?;
            total.add(verdict);
        }
        self.resumed.sort();
        let median = self.resumed.get(self.resumed.len() / 2);
        let resume = median.map_or("–".to_owned(), |time| format!("{} ms", time.as_millis()));
        let messages: u64 = total.states.values().sum();
        let row = format!(
            "| {} | {messages} | {} | {} | {} | {} | {resume} | {} s | {} |",
            self.title,
            self.judge.kills(),
            total.doubled.len(),
            total.lost.len() + total.denied.len() + total.open.len(),
            total.count("in_doubt"),
            self.started.elapsed().as_secs(),
            self.seed,
        );
        println!(
            "{row}\n  {:?}, {} never called",
            total.states, total.uncalled
        );
        note(&row)?;
        let most = UNCALLED * self.judge.kills() as u64;
        assert!(total.uncalled <= most, "{} of {most}", total.uncalled);
        assert!(
            total.is_good(),
            "SEPTET_CRASH_SEED={}: {total:#?}",
            self.seed
        );
        Ok(())
    }
}

fn is_over(campaign: &Value) -> bool {
    campaign["state"]["state"] == "finished"
}

fn is_preparing(campaign: &Value) -> bool {
    campaign["state"]["state"] == "preparing"
}

/// Adds a row to the figures that `cargo xtask test crash --long` writes down.
fn note(row: &str) -> Result<()> {
    use std::io::Write;
    let Some(file) = std::env::var_os("SEPTET_CRASH_FIGURES") else {
        return Ok(());
    };
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)?;
    writeln!(file, "{row}")?;
    Ok(())
}

fn seed() -> Result<u64> {
    match std::env::var("SEPTET_CRASH_SEED") {
        Ok(seed) => Ok(seed.parse()?),
        Err(_) => {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
            Ok(now.as_secs())
        }
    }
}

fn kills() -> Result<usize> {
    match std::env::var("SEPTET_CRASH_KILLS") {
        Ok(kills) => Ok(kills.parse()?),
        Err(_) => Ok(KILLS),
    }
}

/// Numbers by chance (xorshift64*).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = (self.0 ^ (self.0 >> 12)).max(1);
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % end
    }

    fn up_to(&mut self, milliseconds: u64) -> Duration {
        Duration::from_millis(self.below(milliseconds + 1))
    }
}
