//! The doctor in the whole product, with the sandbox for the outside.

use clap::Parser;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::store::Store;
use crate::testing::{BOOKSHOP, World};

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    doctor: DoctorArgs,
}

/// A server with a connected account, and what its operator has set.
struct Practice {
    world: World,
    folder: TempDir,
}

impl Practice {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("septet.db")).await;
        let world = World::with_store(store.unwrap()).await;
        world.signed_in().await;
        Self { world, folder }
    }

    /// What the doctor is told, and in which a flag may be another.
    fn args(&self, other: &[(&str, &str)]) -> DoctorArgs {
        let sandbox = self.world.sandbox.url();
        let mut flags = vec![
            ("--data", self.folder.path().display().to_string()),
            ("--public-url", self.world.url.clone()),
            ("--key", self.world.key.clone()),
            ("--hubspot-portals", BOOKSHOP.to_string()),
            ("--hubspot-api-url", format!("{sandbox}/hubspot")),
            (
                "--hubspot-client-id",
                septet_sandbox::HUBSPOT_CLIENT_ID.to_owned(),
            ),
            (
                "--hubspot-client-secret",
                septet_sandbox::HUBSPOT_CLIENT_SECRET.to_owned(),
            ),
            ("--nrs-url", format!("{sandbox}/nrs/api/rest")),
            ("--nrs-username", septet_sandbox::NRS_USERNAME.to_owned()),
            ("--nrs-password", septet_sandbox::NRS_PASSWORD.to_owned()),
        ];
        for (name, value) in &mut flags {
            if let Some((_, other)) = other.iter().find(|(other, _)| other == name) {
                (*other).clone_into(value);
            }
        }
        let flags = flags.into_iter();
        let flags = flags.filter(|(_, value)| !value.is_empty());
        let words = flags.flat_map(|(name, value)| [name.to_owned(), value]);
        Line::parse_from(["doctor".to_owned()].into_iter().chain(words)).doctor
    }

    async fn findings(&self, other: &[(&str, &str)]) -> Vec<Finding> {
        examine(&self.args(other).serve).await
    }

    /// The one line that failed.
    async fn failure(&self, other: &[(&str, &str)]) -> String {
        let findings = self.findings(other).await;
        let failed = findings.iter().filter(|one| one.status == Status::Failed);
        let failed: Vec<String> = failed.map(ToString::to_string).collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        let unwell = run(self.args(other)).await.unwrap_err();
        assert_eq!(unwell.to_string(), "1 of the checks failed");
        failed[0].clone()
    }
}

#[tokio::test]
async fn a_server_that_is_well_is_told_so() {
    let practice = Practice::open().await;
    let findings = practice.findings(&[]).await;
    let checks: Vec<(&str, Status)> = findings.iter().map(|one| (one.check, one.status)).collect();
    let expected = [
        ("configuration", Status::Ok),
        ("database", Status::Ok),
        ("tables", Status::Ok),
        ("durability", Status::Ok),
        ("writing", Status::Ok),
        ("disk space", Status::Ok),
        ("clock", Status::Ok),
        ("360nrs", Status::Ok),
        ("HubSpot", Status::Ok),
        ("HubSpot account", Status::Ok),
        // It is on this machine only.
        ("public URL", Status::Warning),
    ];
    let fits = |(found, expected): (&(&str, Status), &(&str, Status))| {
        found == expected || (found.0 == "disk space" && expected.0 == "disk space")
    };
    assert_eq!(checks.len(), expected.len(), "{checks:?}");
    assert!(checks.iter().zip(&expected).all(fits), "{checks:?}");
    let line = findings[7].to_string();
    assert!(
        line.starts_with("ok       360nrs: ") && line.contains("balance"),
        "{line}"
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_with_what_to_do() {
    let practice = Practice::open().await;
    let other_key = Keyring::generate().unwrap();
    for (other, says) in [
        (("--nrs-password", "wrong"), "SEPTET_NRS_PASSWORD"),
        (("--nrs-url", "http://127.0.0.1:1"), "SEPTET_NRS_URL"),
        (
            ("--hubspot-api-url", "http://127.0.0.1:1"),
            "SEPTET_HUBSPOT_API_URL",
        ),
        (("--key", other_key.as_str()), "SEPTET_KEY"),
        (("--key", ""), "SEPTET_KEY is not set"),
        (("--hubspot-portals", ""), "SEPTET_HUBSPOT_PORTALS"),
        (("--public-url", "http://sms.example"), "must be https"),
        (
            ("--public-url", "http://127.0.0.1:1"),
            "delivery reports will not arrive",
        ),
        (("--data", "/nowhere"), "SEPTET_DATA"),
    ] {
        let failure = practice.failure(&[other]).await;
        assert!(failure.contains(says), "{other:?}: {failure}");
    }
    let sandbox = practice.world.sandbox.url().to_owned();
    let elsewhere = practice.failure(&[("--public-url", &sandbox)]).await;
    assert!(elsewhere.contains("something else answers"), "{elsewhere}");
    practice.world.set_balance(0).await;
    assert!(practice.failure(&[]).await.contains("no credit is left"));
    practice.world.set_balance(100).await;
    practice.world.set_faults(json!({ "crm": "down" })).await;
    assert!(practice.failure(&[]).await.contains("HubSpot"));
    practice.world.set_faults(json!({})).await;
    practice.world.tell_sandbox("/sandbox/expire").await;
    let refreshed = practice.findings(&[]).await;
    assert!(refreshed.iter().all(|one| one.status != Status::Failed));
    practice.world.tell_sandbox("/sandbox/disconnect").await;
    let failure = practice.failure(&[]).await;
    assert!(failure.contains(&format!("{BOOKSHOP}")), "{failure}");
    assert!(failure.contains("sign in again"), "{failure}");
}

#[tokio::test]
async fn an_account_that_may_not_sign_in_is_left_alone() {
    let practice = Practice::open().await;
    let findings = practice.findings(&[("--hubspot-portals", "7")]).await;
    let account = findings.iter().find(|one| one.check == "HubSpot account");
    assert_eq!(account.unwrap().status, Status::Warning);
}

#[tokio::test]
async fn no_secret_is_in_what_is_printed() {
    let practice = Practice::open().await;
    let account = practice.world.app.store.account(BOOKSHOP).await;
    let tokens = account.unwrap().unwrap().tokens;
    let open = |purpose, sealed: &[u8]| {
        let opened = practice.world.app.keys.open(BOOKSHOP, purpose, sealed);
        opened.unwrap()
    };
    let secrets = [
        open("access", &tokens.access),
        open("refresh", &tokens.refresh),
        practice.world.key.clone(),
        septet_sandbox::NRS_PASSWORD.to_owned(),
        septet_sandbox::HUBSPOT_CLIENT_SECRET.to_owned(),
        "hunter2".to_owned(),
    ];
    for other in [
        &[][..],
        &[("--nrs-password", "hunter2")],
        &[("--key", "hunter2")],
        &[("--hubspot-client-secret", "hunter2")],
        &[("--nrs-url", "http://127.0.0.1:1")],
        &[("--hubspot-api-url", "http://127.0.0.1:1")],
    ] {
        let findings = practice.findings(other).await;
        let mut printed = json!(findings).to_string();
        for finding in &findings {
            printed.push_str(&finding.to_string());
        }
        for secret in &secrets {
            assert!(!printed.contains(secret), "{other:?}: {printed}");
        }
    }
}

#[tokio::test]
async fn machines_read_the_same() {
    let practice = Practice::open().await;
    let findings = practice.findings(&[("--nrs-password", "wrong")]).await;
    let json = json!(findings);
    let nrs = json.as_array().unwrap().iter();
    let nrs: Vec<&Value> = nrs.filter(|one| one["check"] == "360nrs").collect();
    assert_eq!(nrs[0]["status"], "failed");
    assert_eq!(nrs[0]["found"], "the credentials were refused");
    assert!(
        nrs[0]["do"]
            .as_str()
            .unwrap()
            .contains("SEPTET_NRS_PASSWORD")
    );
    assert!(json[0].get("do").is_none());
}
