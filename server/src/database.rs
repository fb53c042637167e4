//! Which database: a file in a folder of the server's own, or a PostgreSQL server.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter};
use std::path::{Path, PathBuf};

use clap::Args;
use url::Url;

use crate::config::Secret;
use crate::store::{Store, StoreError, TransferError};

/// The SQLite database in its folder.
const FILE: &str = "septet.db";

/// What a PostgreSQL address may say beside host, user and database. What is not known is
/// refused here, for a driver that ignores it would write it into the log.
const PARAMETERS: [&str; 12] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];

/// Where the database is.
#[derive(Debug, Args)]
pub(crate) struct DatabaseArgs {
    /// Folder of the SQLite database.
    #[arg(long, env = "SEPTET_DATA", default_value = "data")]
    pub(crate) data: PathBuf,

    /// PostgreSQL instead of SQLite, and nothing on disk: `postgres://user:password@host/name`.
    #[arg(
        long,
        env = "SEPTET_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) database_url: Option<Secret>,
}

/// `septet export` and `septet import`.
#[derive(Debug, Args)]
pub(crate) struct TransferArgs {
    file: PathBuf,

    #[command(flatten)]
    database: DatabaseArgs,
}

/// Why there is no database. The address is never repeated: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatabaseError {
    #[error(
        "SEPTET_DATABASE_URL must begin with postgres://; without it, a SQLite database in the data folder is used"
    )]
    NotPostgres,
    #[error("SEPTET_DATABASE_URL has the parameter {0:?}, which is none of {PARAMETERS:?}")]
    Parameter(String),
    #[error("cannot use {}: {error}", file.display())]
    File { file: PathBuf, error: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

impl DatabaseArgs {
    /// Opens the database and brings it up to date.
    pub(crate) async fn open(&self) -> Result<Store, DatabaseError> {
        match &self.database_url {
            Some(url) => Ok(Store::connect(address(url)?.as_str()).await?),
            None => open_file(&self.data).await,
        }
    }

    /// Opens the database that is there, and changes nothing about it.
    pub(crate) async fn open_as_is(&self) -> Result<Store, DatabaseError> {
        Ok(match &self.database_url {
            Some(url) => Store::connect_as_is(address(url)?.as_str()).await?,
            None => Store::open_as_is(&self.data.join(FILE)).await?,
        })
    }
}

fn address(url: &Secret) -> Result<Url, DatabaseError> {
    let url = Url::parse(url.expose()).ok();
    let url = url.filter(|url| matches!(url.scheme(), "postgres" | "postgresql"));
    let url = url.ok_or(DatabaseError::NotPostgres)?;
    let mut parameters = url.query_pairs();
    if let Some((name, _)) = parameters.find(|(name, _)| !PARAMETERS.contains(&&**name)) {
        return Err(DatabaseError::Parameter(name.into_owned()));
    }
    Ok(url)
}

/// Writes a file that nobody else may read, and that is not there yet.
pub(crate) async fn export(args: TransferArgs) -> Result<(), DatabaseError> {
    let store = args.database.open().await?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&args.file);
    let file = file.map_err(|error| unusable(&args.file, error))?;
    let rows = store.export(&mut BufWriter::new(&file)).await?;
    let kept = file.sync_all();
    kept.map_err(|error| unusable(&args.file, error))?;
    println!("{rows} rows exported");
    Ok(())
}

pub(crate) async fn import(args: TransferArgs) -> Result<(), DatabaseError> {
    let file = File::open(&args.file);
    let file = file.map_err(|error| unusable(&args.file, error))?;
    let store = args.database.open().await?;
    let rows = store.import(BufReader::new(file)).await?;
    println!("{rows} rows imported");
    Ok(())
}

/// Opens the SQLite database in a folder, making both as needed.
pub(crate) async fn open_file(folder: &Path) -> Result<Store, DatabaseError> {
    make_folder(folder)?;
    Ok(Store::open(&folder.join(FILE)).await?)
}

/// Names and numbers stand in it, so it is the server's own.
fn make_folder(folder: &Path) -> Result<(), DatabaseError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = builder.create(folder);
    made.map_err(|error| unusable(folder, error))
}

pub(crate) fn unusable(file: &Path, error: io::Error) -> DatabaseError {
    DatabaseError::File {
        file: file.to_owned(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::testing::Database;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        database: DatabaseArgs,
    }

    fn database(url: &str) -> DatabaseArgs {
        Line::parse_from(["septet", "--database-url", url]).database
    }

    #[tokio::test]
    async fn a_password_is_in_no_error_and_in_no_output() {
        for url in [
            "mysql://me:hunter2@localhost/septet",
            "hunter2",
            "postgres://me:hunter2@localhost:port/septet",
            "postgres://me:hunter2@127.0.0.1:1/septet",
            "postgres://me:hunter2@nowhere.invalid/septet",
            "postgres://me@127.0.0.1:1/septet?pasword=hunter2",
            "postgres://me:hunter2@nowhere.invalid/septet?sslmode=verify-full&sslrootcert=none",
        ] {
            let database = database(url);
            let error = database.open().await.unwrap_err();
            let shown = format!("{error} {error:?} {database:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }

    #[tokio::test]
    async fn an_open_database_does_not_show_its_address() {
        let store = Database::Postgres.empty().await;
        assert_eq!(format!("{:?}", &*store), "Store { db: Postgres }");
    }

    #[test]
    fn help_does_not_show_the_address_that_is_set() {
        let mut command = Line::command();
        let argument = command
            .get_arguments()
            .find(|one| one.get_id() == "database_url");
        assert!(argument.unwrap().is_hide_env_values_set());
        assert!(
            command
                .render_long_help()
                .to_string()
                .contains("SEPTET_DATABASE_URL")
        );
    }
}
