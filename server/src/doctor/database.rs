//! The database: there, up to date, durable, writable, and with room to grow.

use std::path::Path;

use septet_core::wire::Millis;

use super::Finding;
use crate::clock;
use crate::database::DatabaseArgs;
use crate::store::{Store, Tables};

const MIB: u64 = 1024 * 1024;
/// Below this, SQLite is about to stop.
const LEAST: u64 = 100 * MIB;
/// Below this, somebody should know.
const LITTLE: u64 = 1024 * MIB;
/// Milliseconds that clocks may be apart before times look odd.
const APART: Millis = 2_000;
/// And before messages leave at the wrong time.
const FAR_APART: Millis = 60_000;

const ANSWERS: &str = "see that the database answers";

/// The database, if it can be worked with.
pub(super) async fn examine(args: &DatabaseArgs, findings: &mut Vec<Finding>) -> Option<Store> {
    const CHECK: &str = "database";
    let store = match args.open_as_is().await {
        Ok(store) => store,
        Err(error) => {
            let advice = if args.database_url.is_some() {
                "see that the server runs and that SEPTET_DATABASE_URL names it"
            } else {
                "see that SEPTET_DATA is the folder of the database; `septet migrate` makes a new one"
            };
            findings.push(Finding::failed(CHECK, error, advice));
            return None;
        }
    };
    let kind = if store.is_shared() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    findings.push(Finding::ok(CHECK, format!("{kind} answers")));
    let tables = tables(&store).await;
    let usable = tables.status == super::Status::Ok;
    findings.push(tables);
    findings.push(durable(&store).await);
    if usable {
        findings.push(writable(&store).await);
    }
    if !store.is_shared() {
        findings.push(room(&args.data));
    }
    findings.push(time(&store).await);
    usable.then_some(store)
}

async fn tables(store: &Store) -> Finding {
    const CHECK: &str = "tables";
    match store.tables().await {
        Ok(Tables::Current) => Finding::ok(CHECK, "up to date"),
        Ok(Tables::Behind) => Finding::failed(
            CHECK,
            "not made, or not up to date",
            "run `septet migrate`, or start the server",
        ),
        Ok(Tables::Foreign) => Finding::failed(
            CHECK,
            "made by another version of septet",
            "run the version that made them, or a newer one",
        ),
        Err(error) => Finding::failed(CHECK, error, ANSWERS),
    }
}

async fn durable(store: &Store) -> Finding {
    const CHECK: &str = "durability";
    match store.forgetful().await {
        Ok(settings) if settings.is_empty() => {
            Finding::ok(CHECK, "what is committed survives a crash")
        }
        Ok(settings) => Finding::failed(
            CHECK,
            format!(
                "a crash may undo what was committed: {}",
                settings.join(", ")
            ),
            "set these as the database's maker has them, or messages may be sent twice",
        ),
        Err(error) => Finding::failed(CHECK, error, ANSWERS),
    }
}

async fn writable(store: &Store) -> Finding {
    const CHECK: &str = "writing";
    match store.try_to_write().await {
        Ok(()) => Finding::ok(CHECK, "possible"),
        Err(error) => Finding::failed(
            CHECK,
            error,
            "see that the user may write, that there is room, and that the server is no standby",
        ),
    }
}

fn room(folder: &Path) -> Finding {
    const CHECK: &str = "disk space";
    const ADVICE: &str = "make room in the folder of the database";
    match fs4::available_space(folder) {
        Ok(bytes) => {
            let found = format!("{} MiB free", bytes / MIB);
            match bytes {
                ..LEAST => Finding::failed(CHECK, found, ADVICE),
                LEAST..LITTLE => Finding::warning(CHECK, found, ADVICE),
                _ => Finding::ok(CHECK, found),
            }
        }
        Err(error) => Finding::warning(CHECK, error, "see how much room there is"),
    }
}

async fn time(store: &Store) -> Finding {
    const CHECK: &str = "clock";
    let before = clock::now();
    match store.clock().await {
        // It was some time between the question and the answer.
        Ok(there) => apart((before - there).max(there - clock::now())),
        Err(error) => Finding::failed(CHECK, error, ANSWERS),
    }
}

/// How far this machine's clock and the database's are apart, at least.
fn apart(millis: Millis) -> Finding {
    const CHECK: &str = "clock";
    const ADVICE: &str = "keep the clocks of both machines in time (NTP)";
    let found = format!("{} s apart from the database's", millis.max(0) / 1000);
    match millis {
        ..APART => Finding::ok(CHECK, "in time with the database's"),
        APART..FAR_APART => Finding::warning(CHECK, found, ADVICE),
        _ => Finding::failed(CHECK, found, ADVICE),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;
    use crate::testing::{Database, on_each_database};

    on_each_database![each_database_is_looked_at];

    async fn each_database_is_looked_at(on: Database) {
        let store = on.empty().await;
        let mut findings = Vec::new();
        assert!(examine(&store.args(), &mut findings).await.is_some());
        let failed = findings.iter().filter(|one| one.status == Status::Failed);
        let failed: Vec<&str> = failed.map(|one| one.check).collect();
        let checks: Vec<&str> = findings.iter().map(|one| one.check).collect();
        let common = ["database", "tables", "durability", "writing"];
        match on {
            Database::Sqlite => {
                assert_eq!(checks, [&common[..], &["disk space", "clock"]].concat());
                assert_eq!(failed, [""; 0]);
            }
            Database::Postgres => {
                assert_eq!(checks, [&common[..], &["clock"]].concat());
                // The one of the tests may forget: it is in a hurry.
                assert_eq!(failed, ["durability"]);
            }
        }
    }

    #[test]
    fn clocks_may_be_a_little_apart() {
        for (millis, expected) in [
            (-5, Status::Ok),
            (1_000, Status::Ok),
            (10_000, Status::Warning),
            (120_000, Status::Failed),
        ] {
            assert_eq!(apart(millis).status, expected, "{millis}");
        }
    }

    #[tokio::test]
    async fn an_empty_file_is_no_database_yet() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("septet.db"), "").unwrap();
        let args = DatabaseArgs {
            data: folder.path().to_owned(),
            database_url: None,
        };
        let mut findings = Vec::new();
        assert!(examine(&args, &mut findings).await.is_none());
        let failed = findings.iter().find(|one| one.status == Status::Failed);
        let failed = failed.unwrap().to_string();
        assert!(failed.contains("septet migrate"), "{failed}");
    }

    #[tokio::test]
    async fn no_database_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let args = DatabaseArgs {
            data: folder.path().join("data"),
            database_url: None,
        };
        let mut findings = Vec::new();
        assert!(examine(&args, &mut findings).await.is_none());
        assert_eq!(findings.len(), 1);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
