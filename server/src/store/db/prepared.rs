//! A statement as one of the two databases takes it.

use std::borrow::Cow;
use std::fmt::Write;

use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, Database, Encode, Type};

use super::value::Value;

/// Values that SQLite takes in one statement.
const MOST_VALUES: usize = 32_766;

/// Which database a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// How many rows so wide go into one statement that has other values too.
    pub(super) fn most_rows(self, others: usize, width: usize) -> usize {
        match self {
            Self::Sqlite => (MOST_VALUES - others) / width.max(1),
            // An array is one value.
            Self::Postgres => usize::MAX,
        }
    }
}

/// Text and values, ready to be run.
#[derive(Debug)]
pub(super) struct Prepared {
    text: Cow<'static, str>,
    values: Vec<Bound>,
    /// Whether the same text is likely to come again.
    kept: bool,
}

#[derive(Debug)]
enum Bound {
    One(Value),
    Integers(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Prepared {
    pub(super) fn new(
        dialect: Dialect,
        text: &'static str,
        values: Vec<Value>,
        rows: Vec<Vec<Value>>,
        locks: bool,
    ) -> Self {
        match dialect {
            Dialect::Sqlite if rows.is_empty() => Self {
                text: text.into(),
                values: values.into_iter().map(Bound::One).collect(),
                kept: true,
            },
            Dialect::Sqlite => Self::listed(text, values, rows),
            Dialect::Postgres => Self::numbered(text, values, rows, locks),
        }
    }

    /// For SQLite: every value of every row has its own place.
    fn listed(text: &'static str, values: Vec<Value>, rows: Vec<Vec<Value>>) -> Self {
        let (before, after) = text.split_once("?*").unwrap_or((text, ""));
        let width = rows.first().map_or(0, Vec::len);
        let row = format!("({})", vec!["?"; width].join(", "));
        let list = vec![row; rows.len()].join(", ");
        let mut values = values.into_iter();
        let mut bound: Vec<Bound> = Vec::new();
        bound.extend(
            values
                .by_ref()
                .take(before.matches('?').count())
                .map(Bound::One),
        );
        bound.extend(rows.into_iter().flatten().map(Bound::One));
        bound.extend(values.map(Bound::One));
        Self {
            text: format!("{before}VALUES {list}{after}").into(),
            values: bound,
            kept: false,
        }
    }

    /// For PostgreSQL: places have numbers, and a column of rows is an array, so
    /// that the text is the same however many rows there are.
    fn numbered(text: &str, values: Vec<Value>, mut rows: Vec<Vec<Value>>, locks: bool) -> Self {
        let mut bound: Vec<Bound> = Vec::new();
        let mut values = values.into_iter();
        let mut pieces = text.split('?');
        let mut numbered = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let mut place = |value: Bound| {
                bound.push(value);
                format!("${}", bound.len())
            };
            let rest = if let Some(rest) = piece.strip_prefix('*') {
                let places: Vec<String> = columns(std::mem::take(&mut rows))
                    .into_iter()
                    .map(place)
                    .collect();
                let _ = write!(numbered, "SELECT * FROM UNNEST({})", places.join(", "));
                rest
            } else {
                numbered.extend(values.next().map(|value| place(Bound::One(clean(value)))));
                piece
            };
            numbered.push_str(rest);
        }
        if locks {
            // References to these rows may still be made.
            numbered.push_str(" FOR NO KEY UPDATE");
        }
        Self {
            text: numbered.into(),
            values: bound,
            kept: true,
        }
    }

    pub(super) fn for_sqlite(self) -> Query<'static, Sqlite, SqliteArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.text)).persistent(self.kept);
        for value in self.values {
            query = match value {
                Bound::One(value) => one(query, value),
                Bound::Integers(_) | Bound::Texts(_) | Bound::Bytes(_) => {
                    unreachable!("SQLite has no arrays, and is given none")
                }
            };
        }
        query
    }

    pub(super) fn for_postgres(self) -> Query<'static, Postgres, PgArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.text)).persistent(self.kept);
        for value in self.values {
            query = match value {
                Bound::One(value) => one(query, value),
                Bound::Integers(values) => query.bind(values),
                Bound::Texts(values) => query.bind(values),
                Bound::Bytes(values) => query.bind(values),
            };
        }
        query
    }
}

fn one<D>(query: Query<'static, D, D::Arguments>, value: Value) -> Query<'static, D, D::Arguments>
where
    D: Database,
    Option<i64>: Encode<'static, D> + Type<D>,
    Option<String>: Encode<'static, D> + Type<D>,
    Option<Vec<u8>>: Encode<'static, D> + Type<D>,
{
    match value {
        Value::Integer(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Bytes(value) => query.bind(value),
    }
}

/// Rows turned into columns, which are of one type each.
fn columns(rows: Vec<Vec<Value>>) -> Vec<Bound> {
    let mut columns: Vec<Bound> = Vec::new();
    for row in rows {
        for (number, value) in row.into_iter().enumerate() {
            match (columns.get_mut(number), clean(value)) {
                (Some(Bound::Integers(column)), Value::Integer(value)) => column.push(value),
                (Some(Bound::Texts(column)), Value::Text(value)) => column.push(value),
                (Some(Bound::Bytes(column)), Value::Bytes(value)) => column.push(value),
                (None, Value::Integer(value)) => columns.push(Bound::Integers(vec![value])),
                (None, Value::Text(value)) => columns.push(Bound::Texts(vec![value])),
                (None, Value::Bytes(value)) => columns.push(Bound::Bytes(vec![value])),
                (Some(_), _) => unreachable!("rows are of one shape"),
            }
        }
    }
    columns
}

/// PostgreSQL's text cannot hold U+0000, which nobody means to send.
fn clean(value: Value) -> Value {
    match value {
        Value::Text(Some(text)) if text.contains('\0') => {
            Value::Text(Some(text.replace('\0', "\u{FFFD}")))
        }
        value => value,
    }
}
