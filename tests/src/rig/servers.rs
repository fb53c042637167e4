//! `septet serve` as processes that are killed and started again.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use septet_sandbox::{HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET, NRS_PASSWORD, NRS_USERNAME};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::{Balancer, PORTAL, Platforms};
use crate::{Result, free_port};

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
    url: String,
    places: Vec<Place>,
    /// Ends with the servers.
    _balancer: Option<Balancer>,
    _data: TempDir,
}

#[derive(Debug)]
struct Place {
    port: u16,
    server: Option<Child>,
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
        let ports = (0..places).map(|_| free_port());
        let ports = ports.collect::<Result<Vec<u16>>>()?;
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
            ("SEPTET_NRS_URL", format!("{sandbox}/nrs/api/rest")),
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
            url,
            places: ports
                .into_iter()
                .map(|port| Place { port, server: None })
                .collect(),
            _balancer: balancer,
            _data: data,
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
        let place = &mut self.places[place];
        let mut command = Command::new(&self.binary);
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{}", place.port)])
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (*name, value)))
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        if let Some(failpoint) = failpoint {
            command.env("SEPTET_FAILPOINT", failpoint);
        }
        let mut server = command.spawn()?;
        let output = server.stdout.take().ok_or("the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let ready = timeout(START, lines.next_line()).await??;
        if ready.is_none() {
            let status = server.wait().await?;
            // A failpoint is met at the first message, which may be before the line.
            if failpoint.is_none() || status.code().is_some() {
                return Err(format!("the server ended before it was ready: {status}").into());
            }
        }
        place.server = Some(server);
        Ok(started.elapsed())
    }

    /// Ends a server as a crash would.
    ///
    /// # Errors
    /// When the system does not let us.
    pub async fn kill(&mut self, place: usize) -> Result<()> {
        if let Some(mut server) = self.places[place].server.take() {
            server.kill().await?;
        }
        Ok(())
    }

    /// Waits for a server to die by itself; whether it did in time. It is gone afterwards.
    ///
    /// # Errors
    /// When the system does not let us.
    pub async fn died(&mut self, place: usize, patience: Duration) -> Result<bool> {
        let Some(mut server) = self.places[place].server.take() else {
            return Ok(false);
        };
        if let Ok(ended) = timeout(patience, server.wait()).await {
            ended?;
            return Ok(true);
        }
        server.kill().await?;
        Ok(false)
    }

    /// Memory that the largest of the servers holds at this moment, in bytes.
    #[must_use]
    pub fn memory(&self) -> u64 {
        let servers = self.places.iter().filter_map(|place| place.server.as_ref());
        servers
            .filter_map(|server| resident(server.id()?))
            .max()
            .unwrap_or_default()
    }
}

/// Resident memory of a process, in bytes.
fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
