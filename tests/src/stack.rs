//! `septet serve --sandbox` as a process.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::{Result, free_port, setting};

const START: Duration = Duration::from_secs(30);

/// A running server with its sandbox; both end with it.
#[derive(Debug)]
pub struct Stack {
    server: Child,
    url: String,
    sandbox: String,
    _data: TempDir,
}

impl Stack {
    /// Starts both on free ports with an empty data folder.
    ///
    /// # Errors
    /// When the server does not say that it is ready within 30 seconds.
    pub async fn start() -> Result<Self> {
        let data = TempDir::new()?;
        let sandbox = free_port()?;
        let mut server = Command::new(setting("SEPTET_BINARY")?)
            .args(["serve", "--sandbox", "--listen", "127.0.0.1:0"])
            .args(["--sandbox-listen", &format!("127.0.0.1:{sandbox}")])
            .arg("--data")
            .arg(data.path())
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = server.stdout.take().ok_or("the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let ready = timeout(START, lines.next_line()).await??;
        let ready = ready.ok_or("the server ended before it was ready")?;
        let url = ready
            .strip_prefix("Septet is ready: ")
            .ok_or_else(|| format!("not the ready line: {ready}"))?;
        Ok(Self {
            server,
            url: url.trim_end_matches('/').to_owned(),
            sandbox: format!("http://localhost:{sandbox}"),
            _data: data,
        })
    }

    /// Where the page is, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the sandbox is, without a slash at the end.
    #[must_use]
    pub fn sandbox(&self) -> &str {
        &self.sandbox
    }

    /// What the sandbox answers to a question.
    ///
    /// # Errors
    /// When it does not answer with JSON.
    pub async fn ask_sandbox(&self, path: &str) -> Result<Value> {
        let answer = reqwest::get(format!("{}{path}", self.sandbox)).await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Sets the sandbox's fault switches.
    ///
    /// # Errors
    /// When the sandbox refuses them.
    pub async fn switch(&self, faults: Value) -> Result<()> {
        let request = reqwest::Client::new().put(format!("{}/sandbox/faults", self.sandbox));
        request.json(&faults).send().await?.error_for_status()?;
        Ok(())
    }

    /// Ends the server as a crash would, with no chance to tidy up.
    ///
    /// # Errors
    /// When there is no process to end.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.server.kill().await?)
    }
}
