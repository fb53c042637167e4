//! `septet doctor`: looks at everything that the server needs, and says what to do.
//!
//! It changes nothing, except that it refreshes a HubSpot token that has run out. It
//! may be run beside the server, and says most while that is running.

mod database;
mod outside;
#[cfg(test)]
mod tests;

use std::fmt;

use clap::Args;
use serde::Serialize;

use crate::config::{Config, ConfigError, Secret, ServeArgs};
use crate::secrets::Keyring;

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    serve: ServeArgs,

    /// One JSON document instead of a line for each check.
    #[arg(long)]
    json: bool,
}

/// Something is not as it must be; all of it has been printed.
#[derive(Debug, thiserror::Error)]
#[error("{0} of the checks failed")]
pub(crate) struct Unwell(usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Warning,
    Failed,
}

/// What a check came to.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    status: Status,
    found: String,
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
}

impl Finding {
    fn ok(check: &'static str, found: impl fmt::Display) -> Self {
        Self {
            check,
            status: Status::Ok,
            found: found.to_string(),
            advice: None,
        }
    }

    fn warning(check: &'static str, found: impl fmt::Display, advice: &'static str) -> Self {
        Self {
            status: Status::Warning,
            advice: Some(advice),
            ..Self::ok(check, found)
        }
    }

    fn failed(check: &'static str, found: impl fmt::Display, advice: &'static str) -> Self {
        Self {
            status: Status::Failed,
            ..Self::warning(check, found, advice)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = match self.status {
            Status::Ok => "ok",
            Status::Warning => "warning",
            Status::Failed => "failed",
        };
        write!(formatter, "{status:<8} {}: {}", self.check, self.found)?;
        match self.advice {
            Some(advice) => write!(formatter, "; {advice}"),
            None => Ok(()),
        }
    }
}

pub(crate) async fn run(args: DoctorArgs) -> Result<(), Unwell> {
    let findings = examine(&args.serve).await;
    if args.json {
        println!("{}", serde_json::json!(findings));
    } else {
        for finding in &findings {
            println!("{finding}");
        }
    }
    let failed = |finding: &&Finding| finding.status == Status::Failed;
    match findings.iter().filter(failed).count() {
        0 => Ok(()),
        failed => Err(Unwell(failed)),
    }
}

async fn examine(args: &ServeArgs) -> Vec<Finding> {
    let mut findings = Vec::new();
    let config = configured(args, &mut findings);
    let store = database::examine(&args.database, &mut findings).await;
    if let Some((config, keys)) = config {
        findings.push(outside::nrs(&config).await);
        outside::hubspot(&config, keys, store, &mut findings).await;
        findings.push(outside::public_url(&config).await);
    }
    findings
}

/// What the server would start with.
fn configured(args: &ServeArgs, findings: &mut Vec<Finding>) -> Option<(Config, Keyring)> {
    const CHECK: &str = "configuration";
    const ADVICE: &str = "set it right, and ask again";
    if args.sandbox {
        let found = "the sandbox is there only while `septet serve --sandbox` runs";
        findings.push(Finding::failed(CHECK, found, "leave --sandbox out"));
        return None;
    }
    let config = args.public_url(args.listen).and_then(|url| args.real(url));
    let key = args.key.as_ref().map(Secret::expose);
    let keys = match key {
        Some(key) => Keyring::parse(key).map_err(|error| error.to_string()),
        None => Err(ConfigError::Missing("SEPTET_KEY").to_string()),
    };
    if let Err(error) = &config {
        findings.push(Finding::failed(CHECK, error, ADVICE));
    }
    if let Err(error) = &keys {
        findings.push(Finding::failed(CHECK, error, ADVICE));
    }
    let ready = (config.ok()?, keys.ok()?);
    findings.push(Finding::ok(CHECK, "complete"));
    Some(ready)
}
