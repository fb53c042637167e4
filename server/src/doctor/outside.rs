//! 360nrs, HubSpot, and the way back to this server.

use std::error::Error;
use std::time::Duration;

use reqwest::{Client, redirect};

use super::Finding;
use crate::config::Config;
use crate::hubspot::{CrmError, Hubspot};
use crate::nrs::{AccountState, Nrs};
use crate::secrets::Keyring;
use crate::store::Store;

/// How long the public address may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn nrs(config: &Config) -> Finding {
    const CHECK: &str = "360nrs";
    let Some(credentials) = config.nrs.credentials.clone() else {
        let found = "not asked, for there are no credentials of yours";
        let advice = "each HubSpot account has to give its own in the settings";
        return Finding::warning(CHECK, found, advice);
    };
    let nrs = match Nrs::new(config.nrs.url.clone()) {
        Ok(nrs) => nrs.with(credentials.username, credentials.password),
        Err(error) => return Finding::failed(CHECK, error, "see the system's certificates"),
    };
    match nrs.account().await {
        AccountState::Ready {
            balance: Some(balance),
        } if balance <= 0.0 => Finding::failed(CHECK, "no credit is left", "buy credit at 360nrs"),
        AccountState::Ready {
            balance: Some(balance),
        } => Finding::ok(
            CHECK,
            format!("the credentials are good, the balance is {balance}"),
        ),
        AccountState::Ready { balance: None } => {
            Finding::ok(CHECK, "the credentials are good, the balance is not told")
        }
        AccountState::CredentialsRefused => Finding::failed(
            CHECK,
            "the credentials were refused",
            "set SEPTET_NRS_USERNAME and SEPTET_NRS_PASSWORD to those of the API, and declare this server's address in the dashboard",
        ),
        AccountState::Unreachable => Finding::failed(
            CHECK,
            "no answer that can be understood",
            "see that SEPTET_NRS_URL is right and that this server may call it",
        ),
    }
}

pub(super) async fn hubspot(
    config: &Config,
    keys: Keyring,
    store: Option<Store>,
    findings: &mut Vec<Finding>,
) {
    const CHECK: &str = "HubSpot";
    let Some(store) = store else {
        let found = "not asked, because the accounts are in the database";
        findings.push(Finding::warning(CHECK, found, "see to the database first"));
        return;
    };
    let hubspot = match Hubspot::new(config.hubspot.clone(), store.clone(), keys) {
        Ok(hubspot) => hubspot,
        Err(error) => {
            let advice = "see the system's certificates";
            findings.push(Finding::failed(CHECK, error, advice));
            return;
        }
    };
    match hubspot.is_there().await {
        Ok(()) => findings.push(Finding::ok(CHECK, "the API answers")),
        Err(error) => {
            let advice =
                "see that SEPTET_HUBSPOT_API_URL is right and that this server may call it";
            findings.push(Finding::failed(CHECK, error, advice));
            return;
        }
    }
    match store.portals().await {
        Ok(portals) if portals.is_empty() => findings.push(Finding::warning(
            "HubSpot account",
            "none is connected",
            "open the page and sign in with HubSpot",
        )),
        Ok(portals) => {
            for portal in portals {
                findings.push(account(config, &hubspot, portal).await);
            }
        }
        Err(error) => findings.push(Finding::failed(CHECK, error, "see to the database")),
    }
}

async fn account(config: &Config, hubspot: &Hubspot, portal: u64) -> Finding {
    const CHECK: &str = "HubSpot account";
    if !config.hubspot.portals.allow(portal) {
        return Finding::warning(
            CHECK,
            format!("{portal} is connected but may not sign in"),
            "name it in SEPTET_HUBSPOT_PORTALS if it should",
        );
    }
    // The least that the page needs.
    let Err(error) = hubspot.properties(portal).await else {
        return Finding::ok(CHECK, format!("{portal}: its tokens work"));
    };
    let advice = match &error {
        CrmError::Disconnected => "somebody of that account must sign in again",
        CrmError::Secret(_) => {
            "set SEPTET_KEY to the one that the database was used with, or sign in again"
        }
        CrmError::Unreachable(_) | CrmError::NotFound => "try again later",
        CrmError::Refused(_) => "give the app the permissions that it asks for",
        CrmError::Store(_) => "see to the database",
    };
    Finding::failed(CHECK, format!("{portal}: {error}"), advice)
}

/// Whether this server is reached where the world looks for it.
pub(super) async fn public_url(config: &Config) -> Finding {
    const CHECK: &str = "public URL";
    let url = &config.public_url;
    if let Err(trouble) = healthy(url).await {
        return Finding::failed(
            CHECK,
            format!(
                "{url} cannot be reached from here ({trouble}), and delivery reports will not arrive if 360nrs cannot reach it either"
            ),
            "start the server; see its DNS name, certificate, firewall and proxy",
        );
    }
    if url.starts_with("https://") {
        Finding::ok(CHECK, format!("{url} leads here"))
    } else {
        Finding::warning(
            CHECK,
            format!("{url} is for this machine only: delivery reports will not arrive"),
            "set SEPTET_PUBLIC_URL to an https address that leads here",
        )
    }
}

async fn healthy(url: &str) -> Result<(), String> {
    let client = Client::builder()
        .timeout(PATIENCE)
        .redirect(redirect::Policy::none())
        .build();
    let client = client.map_err(|error| cause(&error))?;
    let answer = client.get(format!("{url}/healthz")).send().await;
    let answer = answer.map_err(|error| cause(&error))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| cause(&error))?;
    if status.is_success() && text == "ok" {
        Ok(())
    } else {
        Err(format!(
            "something else answers, with status {}",
            status.as_u16()
        ))
    }
}

/// What lies at the bottom of an error, which names no address.
fn cause(error: &dyn Error) -> String {
    let mut bottom = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    bottom.to_string()
}
