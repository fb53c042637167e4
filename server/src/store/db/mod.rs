//! SQLite and PostgreSQL behind one way to run a statement.
//!
//! A statement is written once, with `?` for its values ([`sql`]); where the two
//! databases must be told different things, both texts stand side by side. It
//! knows no table.

mod prepared;
mod row;
mod statement;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, Postgres};
use sqlx::sqlite::{
    Sqlite, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Connection, Executor, Transaction};
use tokio_stream::{Stream, StreamExt};

use super::{Result, StoreError};
use prepared::{Dialect, Prepared};
pub(super) use row::Row;
pub(super) use statement::{Statement, sql};
pub(super) use value::{Bind, Value};

/// Connections of one process.
const CONNECTIONS: u32 = 8;
/// How long a statement waits for the database to have time for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database.
#[derive(Clone)]
pub(super) enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl fmt::Debug for Db {
    /// A pool knows the password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite(_) => "Sqlite",
            Self::Postgres(_) => "Postgres",
        })
    }
}

impl Db {
    /// A database file, made when there is none.
    pub(super) async fn file(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true);
        Self::sqlite(options, CONNECTIONS).await
    }

    /// A database file that is there.
    pub(super) async fn existing(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(file);
        Self::sqlite(options, CONNECTIONS).await
    }

    /// A database that ends with its only connection.
    #[cfg(test)]
    pub(super) async fn memory() -> Result<Self> {
        Self::sqlite("sqlite::memory:".parse()?, 1).await
    }

    /// Lets the file grow no more, as on a full disk, or grow again.
    #[cfg(test)]
    pub(super) async fn fill_disk(&self, full: bool) {
        let Self::Sqlite(pool) = self else {
            panic!("no file");
        };
        // Fewer than there are is as many as there are.
        let limit = if full {
            "PRAGMA max_page_count = 1"
        } else {
            "PRAGMA max_page_count = 4294967294"
        };
        // Each connection has a limit of its own; all are held until each has it.
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut connection = pool.acquire().await.unwrap();
            connection.execute(limit).await.unwrap();
            connections.push(connection);
        }
    }

    async fn sqlite(options: SqliteConnectOptions, connections: u32) -> Result<Self> {
        let options = options
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An attempt must be on disk before the provider is called.
            .synchronous(SqliteSynchronous::Full)
            // What is erased must be gone, and not only out of sight.
            .pragma("secure_delete", "ON")
            .busy_timeout(PATIENCE);
        let pool = SqlitePoolOptions::new().max_connections(connections);
        Ok(Self::Sqlite(pool.connect_with(options).await?))
    }

    /// A PostgreSQL server.
    pub(super) async fn server(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        // A pool would only say that it has waited too long.
        let mut first = PgConnection::connect_with(&options).await?;
        let durable: String = sqlx::query_scalar("SHOW synchronous_commit")
            .fetch_one(&mut first)
            .await?;
        first.close().await?;
        // An attempt must be on disk before the provider is called.
        if durable == "off" {
            return Err(StoreError::NotDurable);
        }
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(PATIENCE);
        Ok(Self::Postgres(pool.connect_with(options).await?))
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Whether several servers may work on it.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Begins to read the database as it is at this moment.
    pub(super) async fn begin_reading(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN").await?),
            Self::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Tx::Postgres(pool.begin_with(begin).await?)
            }
        })
    }

    /// What makes the tables.
    pub(super) fn migrations(&self) -> Migrator {
        match self {
            Self::Sqlite(_) => sqlx::migrate!("migrations/sqlite"),
            Self::Postgres(_) => sqlx::migrate!("migrations/postgres"),
        }
    }

    /// Brings the tables up to date. Processes that start together take turns.
    pub(super) async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite(pool) => self.migrations().run(pool).await?,
            Self::Postgres(pool) => self.migrations().run(pool).await?,
        }
        Ok(())
    }

    /// Begins to change things. On SQLite this takes the write lock at once, so that
    /// nothing read here is stale when written; on PostgreSQL whoever reads before
    /// writing locks what is read.
    pub(super) async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => {
                let begin = "BEGIN ISOLATION LEVEL READ COMMITTED";
                Tx::Postgres(pool.begin_with(begin).await?)
            }
        })
    }

    /// Begins something that looks for a few messages among all of a campaign. PostgreSQL's
    /// statistics are behind a campaign that is on its way: it would read all that have
    /// left to find the first that has not.
    pub(super) async fn begin_by_index(&self) -> Result<Tx> {
        let mut transaction = self.begin().await?;
        if transaction.is_shared() {
            sql("SET LOCAL enable_seqscan = off")
                .execute(&mut transaction)
                .await?;
        }
        Ok(transaction)
    }
}

/// The rows of a query, one after the other.
pub(super) struct Rows<'a>(BoxStream<'a, Row>);

type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = sqlx::Result<T>> + Send + 'a>>;

impl Rows<'_> {
    pub(super) async fn next(&mut self) -> Result<Option<Row>> {
        Ok(self.0.next().await.transpose()?)
    }
}

/// A transaction; dropped, it has changed nothing.
#[derive(Debug)]
pub(super) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// The rows of a query without values, more of them than fit into memory.
    pub(super) fn stream(&mut self, query: &'static str) -> Rows<'_> {
        Rows(match self {
            Self::Sqlite(tx) => Box::pin(
                sqlx::query(query)
                    .fetch(&mut **tx)
                    .map(|row| row.map(Row::Sqlite)),
            ),
            Self::Postgres(tx) => Box::pin(
                sqlx::query(query)
                    .fetch(&mut **tx)
                    .map(|row| row.map(Row::Postgres)),
            ),
        })
    }

    /// Whether others may change things at the same time.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    pub(super) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

/// What a statement runs on.
#[derive(Debug)]
pub(super) enum On<'a> {
    Db(&'a Db),
    Tx(&'a mut Tx),
}

impl On<'_> {
    /// Whether other processes may work on the database.
    pub(super) fn is_shared(&self) -> bool {
        match self {
            Self::Db(db) => db.is_shared(),
            Self::Tx(tx) => tx.is_shared(),
        }
    }
}

impl<'a> From<&'a Db> for On<'a> {
    fn from(db: &'a Db) -> Self {
        Self::Db(db)
    }
}

impl<'a> From<&'a mut Tx> for On<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        Self::Tx(tx)
    }
}

impl On<'_> {
    fn dialect(&self) -> Dialect {
        match self {
            On::Db(Db::Sqlite(_)) | On::Tx(Tx::Sqlite(_)) => Dialect::Sqlite,
            On::Db(Db::Postgres(_)) | On::Tx(Tx::Postgres(_)) => Dialect::Postgres,
        }
    }

    async fn execute(&mut self, prepared: Prepared) -> Result<u64> {
        Ok(match self {
            On::Db(Db::Sqlite(pool)) => pool.execute(prepared.for_sqlite()).await?.rows_affected(),
            On::Tx(Tx::Sqlite(tx)) => tx.execute(prepared.for_sqlite()).await?.rows_affected(),
            On::Db(Db::Postgres(pool)) => {
                pool.execute(prepared.for_postgres()).await?.rows_affected()
            }
            On::Tx(Tx::Postgres(tx)) => tx.execute(prepared.for_postgres()).await?.rows_affected(),
        })
    }

    async fn fetch_all(&mut self, prepared: Prepared) -> Result<Vec<Row>> {
        fn rows<R>(rows: Vec<R>, row: fn(R) -> Row) -> Vec<Row> {
            rows.into_iter().map(row).collect()
        }
        Ok(match self {
            On::Db(Db::Sqlite(pool)) => {
                rows(pool.fetch_all(prepared.for_sqlite()).await?, Row::Sqlite)
            }
            On::Tx(Tx::Sqlite(tx)) => rows(tx.fetch_all(prepared.for_sqlite()).await?, Row::Sqlite),
            On::Db(Db::Postgres(pool)) => {
                let found = pool.fetch_all(prepared.for_postgres()).await?;
                rows(found, Row::Postgres)
            }
            On::Tx(Tx::Postgres(tx)) => {
                let found = tx.fetch_all(prepared.for_postgres()).await?;
                rows(found, Row::Postgres)
            }
        })
    }
}
