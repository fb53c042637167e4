//! Everything out of one database and into another, as lines of JSON.
//!
//! Ids stay, and what has not been given yet comes after them. The first line names
//! the version of the tables, the last one counts the rows, so that half a file is
//! not taken for a whole one.

mod tables;
#[cfg(test)]
mod tests;

use std::io::{self, BufRead, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use self::tables::{Kind, TABLES, Table};
use super::db::{Bind, Row, Tx, Value, sql};
use super::{Store, StoreError};

/// Rows that are written at once.
const BATCH: usize = 500;

/// Why a database was not carried over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransferError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the file failed: {0}")]
    File(#[from] io::Error),
    #[error("the database is not empty; it is left as it is")]
    NotEmpty,
    #[error("the file is of tables of version {found}, and the database of version {expected}")]
    OtherVersion { found: i64, expected: i64 },
    #[error("line {0} is not what `septet export` writes; nothing was imported")]
    Unreadable(u64),
    #[error("the file ends too early; nothing was imported")]
    Incomplete,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Septet {
        tables: i64,
    },
    Table {
        name: String,
        columns: Vec<String>,
    },
    Row(Vec<Json>),
    /// The last id that a table has given, whether it is still there or not.
    LastId(i64),
    End {
        rows: u64,
    },
}

impl Store {
    /// Writes everything as it is at this moment; how many rows that is.
    pub(crate) async fn export(&self, out: &mut (impl Write + Send)) -> Result<u64, TransferError> {
        let mut snapshot = self.db.begin_reading().await?;
        let mut rows = 0;
        let tables = version(&mut snapshot).await?;
        write(out, &Line::Septet { tables })?;
        for table in TABLES {
            let columns = table.columns.iter();
            let columns = columns.map(|(name, _)| (*name).to_owned()).collect();
            let name = table.name.to_owned();
            write(out, &Line::Table { name, columns })?;
            let mut found = snapshot.stream(table.select);
            while let Some(row) = found.next().await? {
                write(out, &Line::Row(cells(table, &row)?))?;
                rows += 1;
            }
            drop(found);
            if table.numbered
                && let Some(last) = last_id(&mut snapshot, table).await?
            {
                write(out, &Line::LastId(last))?;
            }
        }
        write(out, &Line::End { rows })?;
        out.flush()?;
        Ok(rows)
    }

    /// Reads what [`Store::export`] has written into an empty database, or changes
    /// nothing; how many rows that is.
    pub(crate) async fn import(&self, file: impl BufRead + Send) -> Result<u64, TransferError> {
        let mut import = Import {
            transaction: self.db.begin().await?,
            table: None,
            batch: Vec::new(),
            rows: 0,
        };
        let mut number = 0;
        let mut ended = false;
        for line in file.lines() {
            let line = line?;
            number += 1;
            let unreadable = TransferError::Unreadable(number);
            let Ok(line) = serde_json::from_str(&line) else {
                return Err(unreadable);
            };
            match (number, line) {
                (1, Line::Septet { tables }) => import.begin(tables).await?,
                (2.., Line::Table { name, columns }) if !ended => {
                    import.flush().await?;
                    import.table = TABLES.iter().find(|table| {
                        let names = table.columns.iter().map(|(name, _)| *name);
                        table.name == name && names.eq(columns.iter().map(String::as_str))
                    });
                    if import.table.is_none() {
                        return Err(unreadable);
                    }
                }
                (2.., Line::Row(cells)) if !ended => {
                    let values = import.table.and_then(|table| values(table, cells));
                    import.batch.push(values.ok_or(unreadable)?);
                    if import.batch.len() == BATCH {
                        import.flush().await?;
                    }
                }
                (2.., Line::LastId(id)) if !ended => {
                    import.flush().await?;
                    let table = import.table.filter(|table| table.numbered);
                    let table = table.ok_or(unreadable)?;
                    set_last_id(&mut import.transaction, table, id).await?;
                }
                (2.., Line::End { rows }) if !ended => {
                    import.flush().await?;
                    if rows != import.rows {
                        return Err(TransferError::Incomplete);
                    }
                    ended = true;
                }
                _ => return Err(unreadable),
            }
        }
        if !ended {
            return Err(TransferError::Incomplete);
        }
        import.transaction.commit().await?;
        Ok(import.rows)
    }
}

/// An import under way; dropped, nothing has happened.
struct Import {
    transaction: Tx,
    table: Option<&'static Table>,
    batch: Vec<Vec<Value>>,
    rows: u64,
}

impl Import {
    async fn begin(&mut self, found: i64) -> Result<(), TransferError> {
        let expected = version(&mut self.transaction).await?;
        if found != expected {
            return Err(TransferError::OtherVersion { found, expected });
        }
        for table in TABLES {
            let mut rows = self.transaction.stream(table.select);
            if rows.next().await?.is_some() {
                return Err(TransferError::NotEmpty);
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        let batch = std::mem::take(&mut self.batch);
        if let Some(table) = self.table {
            let insert = sql(table.insert).rows(batch);
            self.rows += insert.execute(&mut self.transaction).await?;
        }
        Ok(())
    }
}

fn write(out: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

fn cells(table: &Table, row: &Row) -> Result<Vec<Json>, StoreError> {
    let columns = table.columns.iter();
    let cells = columns.map(|(name, kind)| {
        Ok(match kind {
            Kind::Integer => row.get::<Option<i64>>(name)?.into(),
            Kind::Text => row.get::<Option<String>>(name)?.into(),
            Kind::Bytes => {
                let bytes = row.get::<Option<Vec<u8>>>(name)?;
                bytes.map(|bytes| STANDARD.encode(bytes)).into()
            }
        })
    });
    cells.collect()
}

/// `None` when a value is not of its column's kind.
fn values(table: &Table, cells: Vec<Json>) -> Option<Vec<Value>> {
    if cells.len() != table.columns.len() {
        return None;
    }
    let columns = table.columns.iter().zip(cells);
    let values = columns.map(|((_, kind), cell)| {
        Some(match (kind, cell) {
            (Kind::Integer, Json::Null) => i64::absent(),
            (Kind::Integer, Json::Number(number)) => number.as_i64()?.value(),
            (Kind::Text, Json::Null) => String::absent(),
            (Kind::Text, Json::String(text)) => text.value(),
            (Kind::Bytes, Json::Null) => Vec::<u8>::absent(),
            (Kind::Bytes, Json::String(text)) => STANDARD.decode(text).ok()?.value(),
            _ => return None,
        })
    });
    values.collect()
}

async fn version(transaction: &mut Tx) -> Result<i64, StoreError> {
    sql("SELECT MAX(version) FROM _sqlx_migrations")
        .scalar(transaction)
        .await
}

async fn last_id(transaction: &mut Tx, table: &Table) -> Result<Option<i64>, StoreError> {
    let given = sql("SELECT seq FROM sqlite_sequence WHERE name = ?")
        .on_postgres("SELECT pg_sequence_last_value(pg_get_serial_sequence(?, 'id')::regclass)");
    let given: Vec<Option<i64>> = given.bind(table.name).scalars(transaction).await?;
    Ok(given.into_iter().next().flatten())
}

async fn set_last_id(transaction: &mut Tx, table: &Table, id: i64) -> Result<(), StoreError> {
    if !transaction.is_shared() {
        // There is a row for a table only once it has had an id.
        sql("DELETE FROM sqlite_sequence WHERE name = ?")
            .bind(table.name)
            .execute(&mut *transaction)
            .await?;
    }
    sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)")
        .on_postgres("SELECT setval(pg_get_serial_sequence(?, 'id'), ?)")
        .bind(table.name)
        .bind(id)
        .execute(transaction)
        .await?;
    Ok(())
}
