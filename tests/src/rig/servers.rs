//! `septet serve` as processes that are killed and started again.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use septet_sandbox::{HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET, NRS_PASSWORD, NRS_USERNAME};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::evidence::now;
use super::{Balancer, PORTAL, Platforms};
use crate::Result;

/// How long a start may take.
const START: Duration = Duration::from_secs(60);
/// 32 bytes in base64; it seals nothing of value.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Where the servers remember.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file of one server's own.
    Sqlite,
    /// A PostgreSQL server, by its address.
    Postgres(String),
}

/// One or more places for servers, with one address for all.
#[derive(Debug)]
pub struct Servers {
    binary: PathBuf,
    settings: Vec<(&'static str, String)>,
    /// The sandbox's address.
    sandbox: String,
    url: String,
    places: Vec<Place>,
    /// Ends with the servers.
    _balancer: Option<Balancer>,
    /// How many servers have been started.
    starts: usize,
    data: TempDir,
}

#[derive(Debug)]
struct Place {
    port: u16,
    server: Option<Server>,
}

#[derive(Debug)]
struct Server {
    process: Child,
    /// The name by which the sandbox's 360nrs knows this start.
    caller: String,
}

impl Server {
    /// Ends as a crash would.
    async fn kill(mut self) -> Result<Death> {
        let at = now();
        self.process.kill().await?;
        Ok(Death {
            caller: self.caller,
            at,
        })
    }
}

/// A server that has died.
#[derive(Debug)]
pub struct Death {
    /// The name of its start.
    pub caller: String,
    /// The latest moment at which it can have done anything of its own accord, in
    /// milliseconds since the Unix epoch.
    pub at: i64,
}

impl Servers {
    /// Makes so many places; no server runs yet.
    ///
    /// # Errors
    /// When there are no ports.
    pub async fn new(
        binary: PathBuf,
        platforms: &Platforms,
        database: &Database,
        places: usize,
    ) -> Result<Self> {
        let ports = lasting_ports(places)?;
        let balancer = if places > 1 {
            Some(Balancer::start().await?)
        } else {
            None
        };
        let port = balancer.as_ref().map_or(ports[0], Balancer::port);
        if let Some(balancer) = &balancer {
            balancer.set(ports.clone());
        }
        let url = format!("http://localhost:{port}");
        let data = TempDir::new()?;
        let sandbox = platforms.url();
        let mut settings = vec![
            ("SEPTET_PUBLIC_URL", url.clone()),
            ("SEPTET_KEY", KEY.into()),
            ("SEPTET_HUBSPOT_CLIENT_ID", HUBSPOT_CLIENT_ID.into()),
            ("SEPTET_HUBSPOT_CLIENT_SECRET", HUBSPOT_CLIENT_SECRET.into()),
            ("SEPTET_HUBSPOT_PORTALS", PORTAL.to_string()),
            ("SEPTET_HUBSPOT_API_URL", format!("{sandbox}/hubspot")),
            (
                "SEPTET_HUBSPOT_AUTHORIZE_URL",
                format!("{sandbox}/hubspot/oauth/authorize"),
            ),
            ("SEPTET_NRS_USERNAME", NRS_USERNAME.into()),
            ("SEPTET_NRS_PASSWORD", NRS_PASSWORD.into()),
            ("SEPTET_DATA", data.path().display().to_string()),
            ("RUST_LOG", "off".into()),
        ];
        if let Database::Postgres(url) = database {
            settings.push(("SEPTET_DATABASE_URL", url.clone()));
        }
        Ok(Self {
            binary,
            settings,
            sandbox: sandbox.to_owned(),
            url,
            places: ports
                .into_iter()
                .map(|port| Place { port, server: None })
                .collect(),
            _balancer: balancer,
            starts: 0,
            data,
        })
    }

    /// Gives servers that are started from now on another setting.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.settings.retain(|(known, _)| *known != name);
        self.settings.push((name, value.into()));
    }

    /// The address of all, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many places there are.
    #[must_use]
    pub fn places(&self) -> usize {
        self.places.len()
    }

    /// Starts a server and waits until it is ready, or has died at its failpoint
    /// (`name:nth`) before that; how long it took.
    ///
    /// # Errors
    /// When it does not start, or not in a minute.
    pub async fn start(&mut self, place: usize, failpoint: Option<&str>) -> Result<Duration> {
        let started = Instant::now();
        let clock = self.clock(place);
        let place = &mut self.places[place];
        if place.server.is_some() {
            return Err("a server runs there already".into());
        }
        self.starts += 1;
        let caller = self.starts.to_string();
        let nrs = format!("{}/nrs/by/{caller}/api/rest", self.sandbox);
        let mut command = Command::new(&self.binary);
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{}", place.port)])
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (*name, value)))
            .env("SEPTET_NRS_URL", nrs)
            .env("SEPTET_CLOCK_FILE", clock)
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(failpoint) = failpoint {
            command.env("SEPTET_FAILPOINT", failpoint);
        }
        let mut process = command.spawn()?;
        let output = process.stdout.take().ok_or("the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let ready = timeout(START, lines.next_line()).await??;
        if ready.is_none() {
            let status = process.wait().await?;
            // A failpoint is met at the first message, which may be before the line.
            if failpoint.is_none() || status.code().is_some() {
                return Err(format!("the server ended before it was ready: {status}").into());
            }
        }
        place.server = Some(Server { process, caller });
        Ok(started.elapsed())
    }

    /// Ends a server as a crash would; nothing where there is none.
    ///
    /// # Errors
    /// When the system does not let us.
    pub async fn kill(&mut self, place: usize) -> Result<Option<Death>> {
        match self.places[place].server.take() {
            Some(server) => Ok(Some(server.kill().await?)),
            None => Ok(None),
        }
    }

    /// Waits for a server to die by itself, and kills it when it does not in time; how it
    /// died, and whether by itself.
    ///
    /// # Errors
    /// When there is none, or the system does not let us.
    pub async fn died(&mut self, place: usize, patience: Duration) -> Result<(Death, bool)> {
        let server = self.places[place].server.take();
        let mut server = server.ok_or("no server runs there")?;
        if let Ok(ended) = timeout(patience, server.process.wait()).await {
            ended?;
            let caller = server.caller;
            return Ok((Death { caller, at: now() }, true));
        }
        Ok((server.kill().await?, false))
    }

    /// Asks a server to stop, as whoever takes a replica away does, and waits until it has.
    ///
    /// # Errors
    /// When it does not stop in order.
    pub async fn stop(&mut self, place: usize) -> Result<()> {
        let Some(mut server) = self.places[place].server.take() else {
            return Ok(());
        };
        let process = server.process.id().ok_or("it has ended")?;
        let mut asked = Command::new("kill");
        asked.args(["-TERM", &process.to_string()]).status().await?;
        let status = timeout(START, server.process.wait()).await??;
        match status.success() {
            true => Ok(()),
            false => Err(format!("a server that was asked to stop ended with {status}").into()),
        }
    }

    /// Sets the clock of the servers at a place, by so many milliseconds from the true time.
    ///
    /// # Errors
    /// When that cannot be written down.
    pub fn set_clock(&self, place: usize, offset: i64) -> Result<()> {
        let clock = self.clock(place);
        let new = clock.with_extension("new");
        std::fs::write(&new, offset.to_string())?;
        std::fs::rename(new, clock)?;
        Ok(())
    }

    fn clock(&self, place: usize) -> PathBuf {
        self.data.path().join(format!("clock-{place}"))
    }

    /// Whether a server runs, or may.
    #[must_use]
    pub fn is_up(&self, place: usize) -> bool {
        self.places[place].server.is_some()
    }

    /// Memory that the largest of the servers holds at this moment, in bytes.
    #[must_use]
    pub fn memory(&self) -> u64 {
        let servers = self.places.iter().filter_map(|place| place.server.as_ref());
        servers
            .filter_map(|server| resident(server.process.id()?))
            .max()
            .unwrap_or_default()
    }
}

/// Ports that nobody listens on, outside of those that systems give to connections: a
/// server that is started again must find its own free.
fn lasting_ports(count: usize) -> Result<Vec<u16>> {
    let first = 12_000 + u16::try_from(std::process::id() % 10_000)?;
    let free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let ports: Vec<u16> = (first..32_000).filter(free).take(count).collect();
    match ports.len() == count {
        true => Ok(ports),
        false => Err("there are no ports".into()),
    }
}

/// Resident memory of a process, in bytes.
fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
