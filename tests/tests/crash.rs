//! Servers die at every bad moment while thousands of messages leave, clocks jump,
//! replicas come and go, the provider fails in every way it can, and afterwards every call
//! that the sandbox saw is held against what the servers say: nobody got a message twice,
//! nobody was forgotten, and nothing is in doubt without a reason.
//!
//! `cargo xtask test crash` builds the server with its failpoints and runs this.
//! `SEPTET_CRASH_SEED` repeats a run as far as chance can be repeated;
//! `SEPTET_CRASH_KILLS` says how many kills there are in all.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use septet_postgres::Postgres;
use septet_tests::Result;
use septet_tests::rig::{Database, Fault, Judge, Person, Platforms, Servers, Verdict, now};
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
/// Where fewer calls were made since the last look, there is nothing left to leave.
const FEW: u64 = 50;
/// How late an answer or a report is at most, in milliseconds.
const LATE: u32 = 250;
/// Kills in all when nobody says how many.
const KILLS: usize = 48;
/// One of so many of them is PostgreSQL's, where what died is only found after a while.
const SHARED: usize = 3;
/// Kills between two words about how it goes.
const WORD: usize = 50;
/// Messages that a kill leaves in doubt, between the commit and the call, at most and on
/// the average of a run; of those that were only claimed there would be many more.
const UNCALLED: u64 = 16;
/// How long the end of all campaigns is waited for.
const END: Duration = Duration::from_secs(120);
/// How far a server's clock is from the true time at most, in steps.
const ASTRAY: u64 = 9;
/// Milliseconds of such a step: 20 minutes. What waits to be tried again waits for ten
/// at most when a clock is set back by less.
const STEP: i64 = 20 * 60 * 1000;

#[tokio::test(flavor = "multi_thread")]
async fn one_server_on_sqlite_sends_nothing_twice_and_loses_nothing() -> Result<()> {
    let mut run = Run::start("SQLite, 1 server", &Database::Sqlite, 1, "0").await?;
    let mut died = [0; FAILPOINTS.len()];
    let all = kills()?;
    let kills = all - all / SHARED;
    for round in 0.. {
        if run.is_done(kills) {
            break;
        }
        // At random moments and at named places, in turn.
        if round % 2 == 0 {
            run.servers.start(0, None).await?;
            run.resumed().await?;
            run.keep_busy().await?;
            run.trouble_sometimes().await?;
            sleep(run.chance.up_to(400)).await;
            run.kill(0).await?;
        } else {
            let which = round / 2 % FAILPOINTS.len();
            let by_itself = run.die_at(0, FAILPOINTS[which]).await?;
            died[which] += usize::from(by_itself);
        }
    }
    run.servers.start(0, None).await?;
    for (name, times) in FAILPOINTS.iter().zip(died) {
        println!("  died {times} times at {name}");
    }
    // A run that is cut short by hand does not come by all of them.
    if all >= KILLS {
        assert!(
            died.iter().filter(|times| **times > 0).count() >= 6,
            "{died:?}"
        );
    }
    run.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_on_postgresql_come_and_go_and_send_nothing_twice_and_lose_nothing() -> Result<()> {
    let mut postgres = Postgres::start()?;
    let database = Database::Postgres(postgres.url().to_owned());
    // Fast, and yet so that the pace is kept together.
    let mut run = Run::start("PostgreSQL, 2 to 3 servers", &database, 3, "2000").await?;
    let (mut places, kills) = (vec![0, 1], kills()? / SHARED);
    for place in &places {
        run.servers.start(*place, None).await?;
    }
    for round in 1.. {
        if run.is_done(kills) {
            break;
        }
        run.keep_busy().await?;
        // A replica is added, and another is taken away.
        if places == [0, 1] && run.judge.kills() >= kills / 3 {
            run.servers.start(2, None).await?;
            places = vec![0, 1, 2];
        } else if places.len() == 3 && run.judge.kills() >= 2 * kills / 3 {
            run.servers.stop(0).await?;
            places = vec![1, 2];
        }
        run.trouble_sometimes().await?;
        sleep(run.chance.up_to(300)).await;
        if round % 8 == 0 {
            let since = now();
            tokio::task::block_in_place(|| postgres.crash())?;
            run.judge.was_away(since, now(), places.len());
            continue;
        }
        let nth = usize::try_from(run.chance.below(places.len() as u64))?;
        let place = places[nth];
        run.kill(place).await?;
        sleep(run.chance.up_to(300)).await;
        if round % 2 == 1 {
            let which = round / 2 % FAILPOINTS.len();
            run.die_at(place, FAILPOINTS[which]).await?;
        }
        run.servers.start(place, None).await?;
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
    /// The last one perhaps not at its end.
    campaigns: Vec<Campaign>,
    /// Calls of 360nrs when it was last looked whether there are any.
    calls: u64,
    /// How often a word was said.
    told: usize,
    /// How often a clock jumped.
    jumps: usize,
    /// From the start of a server to the next call of 360nrs.
    resumed: Vec<Duration>,
}

/// A campaign, and from when to when anything of it could be under way.
struct Campaign {
    name: String,
    id: String,
    from: i64,
    to: i64,
}

impl Run {
    async fn start(
        title: &'static str,
        database: &Database,
        places: usize,
        rate: &str,
    ) -> Result<Self> {
        let seed = seed()?;
        println!("{title}: SEPTET_CRASH_SEED={seed}");
        let platforms = Platforms::start(Duration::from_millis(200)).await?;
        let binary = std::env::var_os("SEPTET_BINARY");
        let binary = PathBuf::from(binary.ok_or("run `cargo xtask test crash`")?);
        let mut servers = Servers::new(binary, &platforms, database, places).await?;
        servers.set("SEPTET_RATE", rate);
        // The evidence of a long run fits into memory, its texts do not.
        let keep = json!({ "texts": false, "calls": true });
        platforms.put("/sandbox/keep", &keep).await?;
        servers.start(0, None).await?;
        let person = Person::sign_in(&servers).await?;
        let mut run = Self {
            title,
            seed,
            started: Instant::now(),
            platforms,
            servers,
            person,
            judge: Judge::default(),
            chance: Chance(seed),
            campaigns: Vec::new(),
            calls: 0,
            told: 0,
            jumps: 0,
            resumed: Vec::new(),
        };
        run.trouble().await?;
        run.keep_busy().await?;
        run.kill(0).await?;
        Ok(run)
    }

    /// Whether there have been so many kills; says a word now and then.
    fn is_done(&mut self, kills: usize) -> bool {
        let so_far = self.judge.kills();
        if so_far / WORD > self.told {
            self.told = so_far / WORD;
            println!(
                "  {so_far} of {kills} kills, {} campaigns, {} s",
                self.campaigns.len(),
                self.started.elapsed().as_secs()
            );
        }
        so_far >= kills
    }

    /// Ends a server as a crash would.
    async fn kill(&mut self, place: usize) -> Result<()> {
        if let Some(death) = self.servers.kill(place).await? {
            self.judge.died(&death);
        }
        Ok(())
    }

    /// Starts a server that dies at a failpoint, at some message; whether it did.
    async fn die_at(&mut self, place: usize, failpoint: &str) -> Result<bool> {
        let nth = 1 + self.chance.below(60);
        let failpoint = format!("{failpoint}:{nth}");
        self.servers.start(place, Some(&failpoint)).await?;
        let (death, by_itself) = self.servers.died(place, Duration::from_secs(2)).await?;
        self.judge.died(&death);
        Ok(by_itself)
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

    /// Now and then a clock jumps, or the provider fails every second call for a moment.
    async fn trouble_sometimes(&mut self) -> Result<()> {
        if self.chance.below(2) == 0 {
            let place = usize::try_from(self.chance.below(self.servers.places() as u64))?;
            let steps = i64::try_from(self.chance.below(2 * ASTRAY + 1))?;
            let offset = (steps - i64::try_from(ASTRAY)?) * STEP;
            self.servers.set_clock(place, offset)?;
            self.jumps += 1;
        }
        if self.chance.below(8) == 0 {
            let storm = json!({ "seed": self.seed, "error_503": 300, "cut_taken": 200 });
            self.platforms.put("/sandbox/chances", &storm).await?;
            sleep(self.chance.up_to(300)).await;
            self.trouble().await?;
        }
        Ok(())
    }

    /// Makes sure that messages leave: what dead servers have claimed may take a while to
    /// come back.
    async fn keep_busy(&mut self) -> Result<()> {
        for campaign in self.campaigns.iter_mut().filter(|one| one.to == i64::MAX) {
            let found = self.person.look(&campaign.id).await?;
            if is_over(&found) {
                campaign.to = now();
            }
        }
        let calls = self.platforms.calls().await?;
        if calls >= self.calls + FEW {
            self.calls = calls;
            return Ok(());
        }
        let list = self.platforms.crowd(MESSAGES).await?;
        let name = format!("crash-{}", self.campaigns.len());
        let from = now();
        let id = self.person.send(&name, &list).await?;
        // Some servers die while they read the audience, most while messages leave.
        let patience = self.chance.below(4) * 1000;
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_millis(patience)
            && is_preparing(&self.person.look(&id).await?)
        {
            sleep(Duration::from_millis(20)).await;
        }
        let to = i64::MAX;
        self.campaigns.push(Campaign { name, id, from, to });
        Ok(())
    }

    /// Measures how long it takes until 360nrs is called again, where it is.
    async fn resumed(&mut self) -> Result<()> {
        let started = Instant::now();
        let before = self.platforms.calls().await?;
        while started.elapsed() < Duration::from_millis(500) {
            if self.platforms.calls().await? > before {
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
        for place in 0..self.servers.places() {
            self.servers.set_clock(place, 0)?;
        }
        let deadline = Instant::now() + END;
        for campaign in self.campaigns.iter_mut().filter(|one| one.to == i64::MAX) {
            loop {
                let found = self.person.look(&campaign.id).await?;
                if is_over(&found) {
                    if found["counts"]["total"] != MESSAGES {
                        return Err(format!("{} has lost somebody: {found}", campaign.name).into());
                    }
                    break;
                }
                if Instant::now() > deadline {
                    let name = &campaign.name;
                    return Err(format!("{name} does not come to its end: {found}").into());
                }
                sleep(Duration::from_millis(100)).await;
            }
            campaign.to = now();
        }
        // The last reports are under way.
        sleep(Duration::from_secs(2)).await;
        let mut total = Verdict::default();
        for campaign in &self.campaigns {
            let which = (campaign.name.as_str(), campaign.id.as_str());
            let time = campaign.from..=campaign.to;
            let judged = self
                .judge
                .judge(&self.platforms, &self.person, which, &time);
            total.add(judged.await?);
        }
        // The other count, which is kept apart from the calls.
        let tally = self.platforms.ask("/sandbox/tally").await?;
        assert_eq!(tally["accepted"], total.taken);
        assert_eq!(tally["doubled"], total.found(Fault::Doubled).len());
        self.resumed.sort();
        let median = self.resumed.get(self.resumed.len() / 2);
        let resume = median.map_or("–".to_owned(), |time| format!("{} ms", time.as_millis()));
        let messages: u64 = total.states.values().sum();
        let lost = [Fault::Lost, Fault::Denied, Fault::Open];
        let row = format!(
            "| {} | {messages} | {} | {} | {} | {} | {} | {} | {} | {} | {resume} | {} s | {} |",
            self.title,
            self.judge.kills(),
            self.jumps,
            total.found(Fault::Doubled).len(),
            lost.map(|fault| total.found(fault).len())
                .iter()
                .sum::<usize>(),
            total.count("in_doubt"),
            total.cut,
            total.died,
            total.uncalled,
            self.started.elapsed().as_secs(),
            self.seed,
        );
        println!(
            "{row}\n  {:?}; died up to {} ms after an answer",
            total.states, total.slowest
        );
        note(&row)?;
        let most = UNCALLED * self.judge.kills() as u64;
        assert!(total.uncalled <= most, "{} of {most}", total.uncalled);
        assert!(
            total.is_good(),
            "SEPTET_CRASH_SEED={}: {:#?}",
            self.seed,
            total.wrong
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
