//! Reading what a statement found.

use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{ColumnIndex, Decode, Row as _, Type};

use super::super::{Result, StoreError};

/// A row of a result.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column.
    pub(crate) fn get<T: Column>(&self, column: &'static str) -> Result<T> {
        T::from_stored(self.stored(column)?).ok_or(StoreError::Unreadable { what: column })
    }

    /// The value of the first column.
    pub(super) fn first<T: Column>(&self) -> Result<T> {
        T::from_stored(self.stored(0)?).ok_or(StoreError::Unreadable { what: "number" })
    }

    fn stored<T: Stored>(
        &self,
        column: impl ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    ) -> Result<Option<T>>
    where
        Option<T>: Stored,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

/// A type that both databases have.
pub(crate) trait Stored:
    Type<Sqlite> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + for<'r> Decode<'r, Postgres>
{
}

impl<T> Stored for T where
    T: Type<Sqlite> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + for<'r> Decode<'r, Postgres>
{
}

/// What a column can be read as.
pub(crate) trait Column: Sized {
    /// How the databases hold it.
    type Stored: Stored;

    /// `None`: it is absent or out of range, which this version never writes.
    fn from_stored(stored: Option<Self::Stored>) -> Option<Self>;
}

macro_rules! column {
    ($($type:ty: $stored:ty),+ $(,)?) => {$(
        impl Column for $type {
            type Stored = $stored;

            fn from_stored(stored: Option<$stored>) -> Option<Self> {
                stored?.try_into().ok()
            }
        }
    )+};
}

column! {
    bool: bool,
    i64: i64,
    u64: i64,
    u32: i64,
    u8: i64,
    String: String,
    Vec<u8>: Vec<u8>,
}

impl<T: Column> Column for Option<T> {
    type Stored = T::Stored;

    fn from_stored(stored: Option<T::Stored>) -> Option<Self> {
        match stored {
            None => Some(None),
            stored => T::from_stored(stored).map(Some),
        }
    }
}
