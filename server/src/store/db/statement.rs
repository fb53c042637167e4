//! One statement: its text, written once for both databases, and its values.

use super::super::Result;
use super::On;
use super::prepared::{Dialect, Prepared};
use super::row::{Column, Row};
use super::value::{Bind, Value};

/// A statement with `?` for a value, and `?*` for a query that gives many rows of them.
#[derive(Debug)]
#[must_use = "a statement does nothing until it is executed"]
pub(crate) struct Statement {
    sqlite: &'static str,
    postgres: &'static str,
    locks: bool,
    values: Vec<Value>,
    rows: Option<Vec<Vec<Value>>>,
}

/// A statement that both databases understand.
pub(crate) fn sql(text: &'static str) -> Statement {
    Statement {
        sqlite: text,
        postgres: text,
        locks: false,
        values: Vec::new(),
        rows: None,
    }
}

impl Statement {
    /// The text for PostgreSQL, where it needs another.
    pub(crate) fn on_postgres(mut self, text: &'static str) -> Self {
        self.postgres = text;
        self
    }

    /// A query whose rows nobody else changes until the transaction ends.
    /// On SQLite nobody could anyhow.
    pub(crate) fn for_update(mut self) -> Self {
        self.locks = true;
        self
    }

    /// The value of the next `?`.
    pub(crate) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.value());
        self
    }

    /// The rows of `?*`, all of the same shape.
    ///
    /// `INSERT INTO t (a, b) ?*` writes them;
    /// `WITH given (a, b) AS (?*) UPDATE t SET … FROM given WHERE …` works on them.
    /// More than SQLite takes at once are several statements.
    pub(crate) fn rows(
        mut self,
        rows: impl IntoIterator<Item: IntoIterator<Item = Value>>,
    ) -> Self {
        let rows = rows.into_iter().map(|row| row.into_iter().collect());
        self.rows = Some(rows.collect());
        self
    }

    /// How many rows it changed.
    pub(crate) async fn execute<'a>(self, on: impl Into<On<'a>>) -> Result<u64> {
        let mut on = on.into();
        let mut changed = 0;
        for prepared in self.prepare(on.dialect()) {
            changed += on.execute(prepared).await?;
        }
        Ok(changed)
    }

    pub(crate) async fn fetch_all<'a>(self, on: impl Into<On<'a>>) -> Result<Vec<Row>> {
        let mut on = on.into();
        let mut found = Vec::new();
        for prepared in self.prepare(on.dialect()) {
            found.extend(on.fetch_all(prepared).await?);
        }
        Ok(found)
    }

    pub(crate) async fn fetch_optional<'a>(self, on: impl Into<On<'a>>) -> Result<Option<Row>> {
        Ok(self.fetch_all(on).await?.into_iter().next())
    }

    pub(crate) async fn fetch_one<'a>(self, on: impl Into<On<'a>>) -> Result<Row> {
        let row = self.fetch_optional(on).await?;
        Ok(row.ok_or(sqlx::Error::RowNotFound)?)
    }

    /// The first column of the one row that there must be.
    pub(crate) async fn scalar<'a, T: Column>(self, on: impl Into<On<'a>>) -> Result<T> {
        self.fetch_one(on).await?.first()
    }

    /// The first column of every row.
    pub(crate) async fn scalars<'a, T: Column>(self, on: impl Into<On<'a>>) -> Result<Vec<T>> {
        self.fetch_all(on).await?.iter().map(Row::first).collect()
    }

    /// What has to be run, one after the other.
    fn prepare(self, dialect: Dialect) -> Vec<Prepared> {
        let text = match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        };
        let Some(mut rows) = self.rows else {
            let rows = Vec::new();
            return vec![Prepared::new(dialect, text, self.values, rows, self.locks)];
        };
        let most = dialect.most_rows(self.values.len(), rows.first().map_or(0, Vec::len));
        let mut prepared = Vec::new();
        while !rows.is_empty() {
            let rest = rows.split_off(most.min(rows.len()));
            let values = self.values.clone();
            prepared.push(Prepared::new(dialect, text, values, rows, self.locks));
            rows = rest;
        }
        prepared
    }
}
