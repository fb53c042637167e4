//! Servers that die, on a sandbox that outlives them: what the crash suite and the
//! delivery benchmark are built from.
//!
//! The sandbox listens in this process. Servers are processes of their own, behind a
//! [`Balancer`] when there are several, and know the sandbox as they would know the
//! real platforms: by their settings.

mod balancer;
mod evidence;
mod judge;
mod linked;
mod person;
mod servers;

pub use balancer::Balancer;
pub use evidence::now;
pub use judge::{Fault, Judge, Verdict};
pub use linked::Linked;
pub use person::Person;
pub use servers::{Database, Death, Servers};

use std::time::Duration;

use septet_sandbox::{Options, Sandbox};
use serde_json::{Value, json};

use crate::Result;

/// The sandbox's account that campaigns are sent from.
pub const PORTAL: u64 = 24_001_001;

/// The sandbox, and calls of its control interface.
#[derive(Debug)]
pub struct Platforms {
    sandbox: Sandbox,
    http: reqwest::Client,
}

impl Platforms {
    /// Starts them on a free port, with credit for whatever comes.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn start(report_delay: Duration) -> Result<Self> {
        let options = Options {
            listen: ([127, 0, 0, 1], 0).into(),
            report_delay,
        };
        let platforms = Self {
            sandbox: Sandbox::start(options).await?,
            http: client()?,
        };
        platforms
            .put("/sandbox/balance", &json!({ "balance": 1_000_000_000_u64 }))
            .await?;
        Ok(platforms)
    }

    /// Without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        self.sandbox.url()
    }

    /// What the sandbox answers to a question.
    ///
    /// # Errors
    /// When it does not answer with JSON.
    pub async fn ask(&self, path: &str) -> Result<Value> {
        let answer = self
            .http
            .get(format!("{}{path}", self.url()))
            .send()
            .await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// Sets something.
    ///
    /// # Errors
    /// When the sandbox refuses it.
    pub async fn put(&self, path: &str, body: &Value) -> Result<()> {
        let request = self.http.put(format!("{}{path}", self.url())).json(body);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Lets something happen, and gives the answer.
    ///
    /// # Errors
    /// When the sandbox refuses it.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = self.http.post(format!("{}{path}", self.url())).json(body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Makes a HubSpot list of so many contacts; its id.
    ///
    /// # Errors
    /// When the sandbox refuses it.
    pub async fn crowd(&self, contacts: u64) -> Result<String> {
        let new = json!({ "portal": PORTAL, "contacts": contacts });
        let made = self.post("/sandbox/crowd", &new).await?;
        Ok(made["list"].as_str().ok_or("no list")?.to_owned())
    }

    /// Calls of `POST /sms` so far, of servers that are told from each other.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn calls(&self) -> Result<u64> {
        let requests = self.ask("/sandbox/requests").await?;
        let calls = &requests["POST /nrs/by/{caller}/api/rest/sms"];
        Ok(calls.as_u64().unwrap_or_default())
    }

    /// Messages accepted so far.
    ///
    /// # Errors
    /// When the sandbox does not answer.
    pub async fn accepted(&self) -> Result<u64> {
        let tally = self.ask("/sandbox/tally").await?;
        tally["accepted"].as_u64().ok_or_else(|| "no tally".into())
    }
}

/// A client that goes nowhere but where it is sent.
fn client() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .timeout(Duration::from_secs(600))
        .build()?)
}
