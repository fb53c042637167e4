//! What the server remembers, in SQLite or PostgreSQL. It holds no policy: it
//! stores and finds.
//!
//! Statements are written once for both databases, with bound parameters only. Every
//! method names the portal, except those of the delivery loop, which works for all
//! portals, and of links, whose codes are the right.

mod accounts;
mod audit;
mod backup;
mod campaigns;
mod clicks;
mod clock;
mod contacts;
mod db;
mod drafts;
mod erasure;
mod executions;
mod gauges;
mod health;
mod imports;
mod links;
mod locks;
mod news;
mod outbox;
mod preparing;
mod recipients;
mod replies;
mod settings;
mod suppressions;
mod tickets;
mod timeline;
mod transfer;

use std::path::Path;

use db::{Db, sql};

pub(crate) use accounts::{Account, Refreshing, Tokens};
pub(crate) use campaigns::{Created, NewCampaign, NewRecipient, WORKFLOW};
pub(crate) use clicks::{Click, Target};
pub(crate) use executions::{
    Asked, Awaited, AwaitedMessage, Enrolled, Enrolment, Expanding, NewExecution,
};
pub(crate) use gauges::Gauges;
pub(crate) use health::Tables;
pub(crate) use imports::Removed;
pub(crate) use links::{Link, Unsubscriber};
pub(crate) use outbox::{
    Batch, Begin, Callback, Claimed, Doubt, Entry, Event, Outcome, Pulse, Sendable, Verdict,
    Worker, Written,
};
pub(crate) use preparing::{Mark, Preparing, Taken};
pub(crate) use settings::OwnProvider;
pub(crate) use suppressions::{NewOptOut, StoredOptOut};
pub(crate) use tickets::Admission;
pub(crate) use timeline::{Held, Latest, Story, Told, Untold};
pub(crate) use transfer::TransferError;

/// The database could not do it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error(
        "PostgreSQL runs with synchronous_commit = off: a message whose attempt was forgotten in a \
         crash would be sent twice"
    )]
    NotDurable,
    /// A row holds what this version never writes.
    #[error("the database holds an unknown {what}")]
    Unreadable {
        /// Which column.
        what: &'static str,
    },
}

impl StoreError {
    /// Whether the same may well succeed later: the database is away, busy, or has no room.
    pub(crate) fn is_outage(&self) -> bool {
        let Self::Database(error) = self else {
            return false;
        };
        match error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| is_outage(&code)),
            _ => false,
        }
    }
}

/// Reads an error's code: a number of SQLite's, or five characters of PostgreSQL's.
fn is_outage(code: &str) -> bool {
    if code.len() == 5 {
        // Connection, conflict with others, resources, operator, system; read-only.
        let classes = ["08", "40", "53", "57", "58"];
        return code == "25006" || classes.iter().any(|class| code.starts_with(class));
    }
    // Busy, locked, no memory, read-only, I/O, full, cannot open; the rest of the number
    // says more.
    let primary = code.parse().unwrap_or(0) & 0xff;
    [5, 6, 7, 8, 10, 13, 14].contains(&primary)
}

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// The database.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    db: Db,
}

impl Store {
    /// Opens a database file, making and migrating it as needed.
    pub(crate) async fn open(file: &Path) -> Result<Self> {
        Self::migrated(Db::file(file).await?).await
    }

    /// Connects to a PostgreSQL server, and migrates the database as needed.
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        Self::migrated(Db::server(url).await?).await
    }

    /// Opens a database file that is there, and changes nothing about it.
    pub(crate) async fn open_as_is(file: &Path) -> Result<Self> {
        let db = Db::existing(file).await?;
        Ok(Self { db })
    }

    /// Connects to a PostgreSQL server, and changes nothing there.
    pub(crate) async fn connect_as_is(url: &str) -> Result<Self> {
        let db = Db::server(url).await?;
        Ok(Self { db })
    }

    /// A database in memory, for tests.
    #[cfg(test)]
    pub(crate) async fn in_memory() -> Result<Self> {
        Self::migrated(Db::memory().await?).await
    }

    /// Ends all connections; a file is then complete without those beside it.
    pub(crate) async fn close(&self) {
        self.db.close().await;
    }

    /// That the file holds what SQLite expects of it.
    #[cfg(test)]
    pub(crate) async fn assert_sound(&self) {
        let said: Vec<String> = sql("PRAGMA integrity_check")
            .scalars(&self.db)
            .await
            .unwrap();
        assert_eq!(said, ["ok"]);
        let strays = sql("PRAGMA foreign_key_check").fetch_all(&self.db).await;
        assert!(strays.unwrap().is_empty());
    }

    async fn migrated(db: Db) -> Result<Self> {
        db.migrate().await?;
        Ok(Self { db })
    }

    /// Lets the database file grow no more, as on a full disk, or grow again.
    #[cfg(test)]
    pub(crate) async fn fill_disk(&self, full: bool) {
        self.db.fill_disk(full).await;
    }

    /// Whether the database answers.
    pub(crate) async fn is_ready(&self) -> bool {
        sql("SELECT 1").execute(&self.db).await.is_ok()
    }
}

/// Portal ids are 64-bit in HubSpot and in no danger of the sign bit.
fn portal_column(portal: u64) -> i64 {
    i64::try_from(portal).unwrap_or(i64::MAX)
}

/// Reads an enum of core from a text column, by the name it has in JSON.
fn from_text<T: serde::de::DeserializeOwned>(text: String, what: &'static str) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(text))
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
fn from_json<T: serde::de::DeserializeOwned>(text: String, what: &'static str) -> Result<T> {
    serde_json::from_str(&text).map_err(|_| StoreError::Unreadable { what })
}
