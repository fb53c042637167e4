//! Files of recipients, as the composer shows them.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Answer of `POST /api/imports` and `GET /api/imports/{id}`: a CSV file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Our id.
    pub id: String,
    /// The file's name.
    pub name: String,
    /// Its rows without the header, bad ones included.
    pub rows: u64,
    /// How many of them have a [`RowFault`].
    pub bad: u64,
    /// Its columns, in order.
    pub columns: Vec<ImportColumn>,
    /// The column that seems to hold the number.
    pub phone: Option<String>,
    /// The column that seems to hold the person's name.
    pub person: Option<String>,
    /// The column that seems to hold the number's international prefix.
    pub prefix: Option<String>,
    /// How its characters are written (WHATWG Encoding, 4.2): `UTF-8`.
    pub encoding: String,
    /// What stands between two fields.
    pub delimiter: char,
}

/// A column of a file, usable as a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// As written in a token: `codigo_postal`.
    pub name: String,
    /// As the file has it: `Código postal`.
    pub label: String,
    /// Its values in the first few rows that can be read, empty ones included: those of one row
    /// stand at the same place in every column.
    pub samples: Vec<String>,
}

named! {
    /// Why a row of a file is bad.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum RowFault {
        /// It has more or fewer fields than the header.
        FieldCount = "field_count",
        /// It is longer than a row may be; a quote that is never closed makes it so.
        TooLong = "too_long",
        /// It has bytes that are no characters.
        Unreadable = "unreadable",
        /// There is nothing where the number should be.
        NoNumber = "no_number",
        /// What is there is no number.
        MalformedNumber = "malformed_number",
    }
}

impl RowFault {
    /// Whether the row cannot be read at all, whichever of its columns holds the number.
    #[must_use]
    pub fn is_of_the_row(self) -> bool {
        matches!(self, Self::FieldCount | Self::TooLong | Self::Unreadable)
    }
}
