//! `septet backup`: a copy of the SQLite database, taken while the server runs.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::database::{DatabaseArgs, DatabaseError, unusable};
use crate::store::Store;

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The copy. What is there already is never overwritten.
    file: PathBuf,

    #[command(flatten)]
    database: DatabaseArgs,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BackupError {
    #[error("a PostgreSQL database is backed up with its own tools: pg_dump --format=custom")]
    Postgres,
    #[error("{} is there already; it is left as it is", .0.display())]
    Exists(PathBuf),
    #[error("SQLite takes only names in UTF-8, which {} is not", .0.display())]
    Name(PathBuf),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Half a copy never has the name of a whole one.
pub(crate) async fn run(args: BackupArgs) -> Result<(), BackupError> {
    if args.database.database_url.is_some() {
        return Err(BackupError::Postgres);
    }
    let file = args.file;
    if file.to_str().is_none() {
        return Err(BackupError::Name(file));
    }
    let store = args.database.open_as_is().await?;
    let mut part = file.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    take(&file)?;
    let copied = match take(&part) {
        Ok(()) => {
            let copied = copy(&store, &part, &file).await;
            if copied.is_err() {
                let _ = std::fs::remove_file(&part);
            }
            copied.map_err(BackupError::from)
        }
        Err(error) => Err(error),
    };
    if copied.is_err() {
        let _ = std::fs::remove_file(&file);
    }
    copied
}

/// Makes an empty file that nobody else may read, where there is none.
fn take(file: &Path) -> Result<(), BackupError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(BackupError::Exists(file.to_owned()))
        }
        Err(error) => Err(unusable(file, error).into()),
    }
}

async fn copy(store: &Store, part: &Path, file: &Path) -> Result<(), DatabaseError> {
    store.copy_to(part).await?;
    let kept = File::open(part).and_then(|part| part.sync_all());
    kept.map_err(|error| unusable(part, error))?;
    std::fs::rename(part, file).map_err(|error| unusable(file, error))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use clap::Parser;
    use septet_core::wire::{CampaignState, PauseReason};

    use super::*;
    use crate::testing::{BOOKSHOP, accounts, campaign};

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        backup: BackupArgs,
    }

    async fn backup(flags: &[&str]) -> Result<(), BackupError> {
        run(Line::parse_from(["backup"].iter().chain(flags)).backup).await
    }

    #[tokio::test]
    async fn a_copy_taken_while_messages_are_written_is_whole_and_sends_nothing_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let store = Store::open(&folder.path().join("septet.db")).await.unwrap();
        accounts(&store).await;
        let first = campaign("campaign-0", 500);
        store.create_campaign(&first, 1).await.unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let writing = tokio::spawn({
            let (store, over) = (store.clone(), over.clone());
            async move {
                let worker = store.register().await.unwrap();
                let mut number = 1;
                while !over.load(Ordering::Relaxed) {
                    let new = campaign(&format!("campaign-{number}"), 500);
                    store.create_campaign(&new, 1).await.unwrap();
                    store.claim_all(worker, 8, 2).await.unwrap();
                    number += 1;
                }
            }
        });
        let mut seen = 0;
        for number in 0..3 {
            let file = folder.path().join(format!("copy-{number}"));
            let done = backup(&[file.to_str().unwrap(), "--data", data]).await;
            done.unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = file.metadata().unwrap().permissions().mode();
                assert_eq!(mode & 0o777, 0o600);
            }
            let copy = Store::open(&file).await.unwrap();
            copy.assert_sound().await;
            let campaigns = copy.campaigns(BOOKSHOP, None, 1000).await.unwrap();
            assert!(campaigns.len() >= seen.max(1));
            seen = campaigns.len();
            for campaign in campaigns {
                assert_eq!(campaign.counts.total, 500);
                let reason = PauseReason::ByUser;
                assert_eq!(campaign.state, CampaignState::Paused { reason });
            }
            copy.close().await;
        }
        over.store(true, Ordering::Relaxed);
        writing.await.unwrap();
        let original = store.campaign(BOOKSHOP, "campaign-0").await.unwrap();
        assert_eq!(original.unwrap().state, CampaignState::Sending);
    }

    #[tokio::test]
    async fn what_is_there_is_not_overwritten_and_what_failed_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        let file = folder.path().join("copy");
        let name = file.to_str().unwrap();
        let none = backup(&[name, "--data", data]).await;
        assert!(none.is_err(), "there is no database, and none is made");
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);

        let store = Store::open(&folder.path().join("septet.db")).await.unwrap();
        std::fs::write(&file, "dear").unwrap();
        let refused = backup(&[name, "--data", data]).await.unwrap_err();
        assert!(matches!(refused, BackupError::Exists(_)), "{refused}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "dear");

        std::fs::remove_file(&file).unwrap();
        std::fs::write(folder.path().join("copy.part"), "").unwrap();
        let refused = backup(&[name, "--data", data]).await.unwrap_err();
        assert!(matches!(refused, BackupError::Exists(_)), "{refused}");
        assert!(!file.exists());
        store.close().await;
    }

    #[tokio::test]
    async fn postgres_is_left_to_its_own_tools() {
        let refused = backup(&["copy", "--database-url", "postgres://me@localhost/septet"]).await;
        assert!(refused.unwrap_err().to_string().contains("pg_dump"));
    }
}
