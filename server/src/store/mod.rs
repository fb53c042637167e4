//! What the server remembers, in SQLite. It holds no policy: it stores and finds.
//!
//! Statements keep to SQL that PostgreSQL understands too, with bound
//! parameters only. Every method names the portal, except those of the delivery
//! loop, which works for all portals, and of links, whose codes are the right.

mod accounts;
mod campaigns;
mod drafts;
mod links;
mod outbox;
mod recipients;
mod suppressions;

use std::path::Path;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub(crate) use accounts::{Account, Tokens};
pub(crate) use campaigns::{Created, NewCampaign, NewRecipient};
pub(crate) use links::Link;
pub(crate) use outbox::{Claimed, Outcome};

/// The database could not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A row holds what this version never writes.
    #[error("the database holds an unknown {what}")]
    Unreadable {
        /// Which column.
        what: &'static str,
    },
}

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// The database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Opens a database file, making and migrating it as needed.
    pub(crate) async fn open(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        Self::connect(options, 8).await
    }

    /// A database in memory, for tests.
    #[cfg(test)]
    pub(crate) async fn in_memory() -> Result<Self> {
        let options = "sqlite::memory:".parse::<SqliteConnectOptions>()?;
        Self::connect(options, 1).await
    }

    async fn connect(options: SqliteConnectOptions, connections: u32) -> Result<Self> {
        let options = options
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An attempt must be on disk before the provider is called.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            .connect_with(options)
            .await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Whether the database answers.
    pub(crate) async fn is_ready(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }

    /// Takes the write lock at once, so that nothing read here is stale when written.
    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Portal ids are 64-bit in HubSpot and in no danger of the sign bit.
fn portal_column(portal: u64) -> i64 {
    i64::try_from(portal).unwrap_or(i64::MAX)
}

/// Reads an enum of core from a text column, by the name it has in JSON.
fn from_text<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| StoreError::Unreadable { what })
}

/// The name that an enum of core has in JSON.
fn to_text<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => unreachable!("states and reasons are plain names in JSON"),
    }
}

/// Reads JSON that this program wrote.
fn from_json<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable { what })
}

/// A count as SQL gives it.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
