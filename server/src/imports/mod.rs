//! Reading CSV files, however they come: pure, in pieces, a row at a time.
//!
//! Bytes become text ([`text`]), text becomes records ([`records`]), records become rows
//! under a header whose columns have names ([`columns`]). A row that is broken is told
//! with its reason and does not keep others from being read.

mod columns;
mod delimiter;
mod records;
mod text;
pub(crate) mod write;

use septet_core::phone::{Country, PhoneError, PhoneNumber};
use septet_core::wire::{ImportColumn, RowFault};

use columns::Proposal;
use records::{MOST_FIELDS, Record, Records};
use text::Text;

/// Bytes of text that the delimiter is told by.
const SAMPLE: usize = 64 * 1024;
/// Rows that the columns are told by.
const FIRST: usize = 100;
/// Rows that are shown before anything is sent.
const SAMPLES: usize = 5;
/// Most characters of a value of theirs: previews count them, and no message has room for more.
const LONGEST_SAMPLE: usize = 800;
/// Most characters of a header.
const LONGEST_LABEL: usize = 60;

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Where it begins, from 1.
    pub(crate) line: i64,
    pub(crate) fields: Vec<String>,
    pub(crate) fault: Option<RowFault>,
}

/// What there is to know of a file beside its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) columns: Vec<ImportColumn>,
    pub(crate) phone: Option<String>,
    pub(crate) person: Option<String>,
    pub(crate) prefix: Option<String>,
    pub(crate) encoding: &'static str,
    pub(crate) delimiter: char,
}

/// The file is no text, or has no header or too many columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is no CSV file")]
pub(crate) struct Unreadable;

/// Rows out of bytes that come in any pieces.
pub(crate) struct Reader {
    country: Country,
    text: Text,
    /// Text whose delimiter is not known yet.
    held: String,
    records: Option<(u8, Records)>,
    labels: Option<Vec<String>>,
    /// Rows whose columns are not known yet.
    first: Vec<Record>,
    columns: Option<(Vec<ImportColumn>, Proposal)>,
}

impl Reader {
    /// For numbers without a prefix, of this country.
    pub(crate) fn new(country: Country) -> Self {
        Self {
            country,
            text: Text::new(),
            held: String::new(),
            records: None,
            labels: None,
            first: Vec::new(),
            columns: None,
        }
    }

    /// Appends the rows that these bytes complete.
    pub(crate) fn push(&mut self, bytes: &[u8], rows: &mut Vec<Row>) -> Result<(), Unreadable> {
        self.read(bytes, false, rows)
    }

    /// Appends what is left; what the whole file was.
    pub(crate) fn finish(mut self, rows: &mut Vec<Row>) -> Result<Head, Unreadable> {
        self.read(&[], true, rows)?;
        let (delimiter, _) = self.records.ok_or(Unreadable)?;
        let (columns, proposal) = self.columns.ok_or(Unreadable)?;
        let name = |place: Option<usize>| place.map(|place| columns[place].name.clone());
        Ok(Head {
            phone: name(proposal.phone),
            person: name(proposal.person),
            prefix: name(proposal.prefix),
            encoding: self.text.encoding(),
            delimiter: char::from(delimiter),
            columns,
        })
    }

    fn read(&mut self, bytes: &[u8], last: bool, rows: &mut Vec<Row>) -> Result<(), Unreadable> {
        let before = self.held.len();
        self.text.push(bytes, last, &mut self.held);
        // Text has none; programs' own formats have many.
        if self.held[before..].contains('\0') {
            return Err(Unreadable);
        }
        if self.records.is_none() && (last || self.held.len() >= SAMPLE) {
            let sample = &self.held[..self.held.floor_char_boundary(SAMPLE)];
            let delimiter = delimiter::detect(sample, sample.len() == self.held.len() && last);
            self.records = Some((delimiter, Records::new(delimiter)));
        }
        let Some((_, records)) = &mut self.records else {
            return Ok(());
        };
        let mut found = Vec::new();
        let mut take = |record| found.push(record);
        records.push(&self.held, &mut take);
        self.held.clear();
        if last {
            records.finish(&mut take);
        }
        for record in found {
            self.take(record, rows)?;
        }
        if last {
            self.propose(rows);
        }
        Ok(())
    }

    fn take(&mut self, record: Record, rows: &mut Vec<Row>) -> Result<(), Unreadable> {
        let Some(labels) = &self.labels else {
            if record.too_long || record.fields.len() > MOST_FIELDS / 2 {
                return Err(Unreadable);
            }
            let labels = record.fields.iter().map(|label| label.trim().to_owned());
            self.labels = Some(labels.collect());
            return Ok(());
        };
        if let Some((_, proposal)) = &self.columns {
            rows.push(row(record, labels.len(), *proposal, self.country));
            return Ok(());
        }
        self.first.push(record);
        if self.first.len() == FIRST {
            self.propose(rows);
        }
        Ok(())
    }

    /// Looks at the first rows, once, and lets them go.
    fn propose(&mut self, rows: &mut Vec<Row>) {
        let (None, Some(labels)) = (&self.columns, &self.labels) else {
            return;
        };
        let whole = |record: &&Record| !record.too_long && record.fields.len() == labels.len();
        let whole = self.first.iter().filter(whole);
        let fields = whole.map(|record| record.fields.as_slice());
        let proposal = columns::propose(labels, fields.clone(), self.country);
        let names = columns::names(labels).into_iter().enumerate();
        let columns = names.map(|(place, name)| {
            let values = fields.clone().take(SAMPLES);
            let values = values.map(|fields| shown(fields[place].trim(), LONGEST_SAMPLE));
            ImportColumn {
                name,
                label: shown(&labels[place], LONGEST_LABEL),
                samples: values.collect(),
            }
        });
        let columns = columns.collect();
        let width = labels.len();
        let first = std::mem::take(&mut self.first).into_iter();
        rows.extend(first.map(|record| row(record, width, proposal, self.country)));
        self.columns = Some((columns, proposal));
    }
}

fn shown(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn row(record: Record, width: usize, proposal: Proposal, country: Country) -> Row {
    let fault = fault(&record, width, proposal, country);
    let Record { line, fields, .. } = record;
    Row {
        line,
        fields,
        fault,
    }
}

fn fault(record: &Record, width: usize, at: Proposal, country: Country) -> Option<RowFault> {
    let fields = &record.fields;
    if record.too_long {
        return Some(RowFault::TooLong);
    }
    if fields.len() != width {
        return Some(RowFault::FieldCount);
    }
    if fields.iter().any(|field| field.contains('\u{fffd}')) {
        return Some(RowFault::Unreadable);
    }
    let prefix = at.prefix.map(|place| fields[place].as_str());
    match PhoneNumber::parse(&fields[at.phone?], prefix, country) {
        Ok(_) => None,
        Err(PhoneError::Empty) => Some(RowFault::NoNumber),
        Err(PhoneError::Malformed) => Some(RowFault::MalformedNumber),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8], chunk: usize) -> Result<(Head, Vec<Row>), Unreadable> {
        let mut reader = Reader::new(Country::from_code("PT").unwrap());
        let mut rows = Vec::new();
        for piece in bytes.chunks(chunk) {
            reader.push(piece, &mut rows)?;
        }
        let head = reader.finish(&mut rows)?;
        Ok((head, rows))
    }

    #[test]
    fn a_file_of_an_iberian_office_is_read() {
        let file =
            b"Nome;Telem\xf3vel;C\xf3digo postal\r\n\"Jo\xe3o, o\r\npai\";912 000 001;1000-001\r\n\
            Ana;;1000-002\r\nRui;12;x\r\nZ\xe9;912000002\r\n\r\nEva;+34 600 000 001;y";
        for chunk in [1, 7, 1000] {
            let (head, rows) = read(file, chunk).unwrap();
            assert_eq!((head.encoding, head.delimiter), ("windows-1252", ';'));
            assert_eq!(head.phone.as_deref(), Some("telemovel"));
            assert_eq!(head.person.as_deref(), Some("nome"));
            assert_eq!(head.columns[2].name, "codigo_postal");
            assert_eq!(head.columns[2].label, "Código postal");
            // Those of one row stand at the same place; a row with too few fields is none.
            assert_eq!(
                head.columns[0].samples,
                ["João, o\r\npai", "Ana", "Rui", "Eva"]
            );
            let phones = ["912 000 001", "", "12", "+34 600 000 001"];
            assert_eq!(head.columns[1].samples, phones);
            let told: Vec<_> = rows.iter().map(|row| (row.line, row.fault)).collect();
            assert_eq!(
                told,
                [
                    (2, None),
                    (4, Some(RowFault::NoNumber)),
                    (5, Some(RowFault::MalformedNumber)),
                    (6, Some(RowFault::FieldCount)),
                    (8, None),
                ]
            );
            assert_eq!(rows[0].fields[0], "João, o\r\npai");
        }
    }

    #[test]
    fn what_is_no_csv_file_is_refused() {
        let wide = "a,".repeat(MOST_FIELDS);
        for file in [
            &b""[..],
            b"\r\n\r\n",
            b"PK\x03\x04\0\0\0",
            b"a\0b",
            wide.as_bytes(),
        ] {
            assert_eq!(read(file, 3), Err(Unreadable));
        }
        assert_eq!(read(b"phone\r\n", 3).unwrap().1, []);
    }

    #[test]
    fn broken_rows_do_not_stop_a_file() {
        let long = "x".repeat(100_000);
        let ok = "912000001;çç\n".repeat(10_000);
        let file = [
            b"phone;note\n".to_vec(),
            ok.into(),
            format!("{long};1\n").into(),
            b"912000002;\xff\n912000003;ok\n".to_vec(),
        ];
        let (_, rows) = read(&file.concat(), 5000).unwrap();
        let faults: Vec<_> = rows.iter().rev().take(3).map(|row| row.fault).collect();
        assert_eq!(
            faults,
            [None, Some(RowFault::Unreadable), Some(RowFault::TooLong)]
        );
        assert_eq!(rows.len(), 10_003);
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(
            rows in proptest::collection::vec(proptest::collection::vec("[a-cé€=+@,;\"\n0-9 |]{0,9}", 2), 1..200),
            chunk in 1_usize..500,
        ) {
            let mut file = String::from("nome,telefone\r\n");
            for row in &rows {
                let cells = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
                file += &(cells.collect::<Vec<_>>().join(",") + "\r\n");
            }
            let (head, found) = read(file.as_bytes(), chunk).unwrap();
            prop_assert_eq!(head.delimiter, ',');
            let fields: Vec<_> = found.iter().map(|row| row.fields.clone()).collect();
            prop_assert_eq!(&fields, &rows);
            prop_assert_eq!(read(file.as_bytes(), usize::MAX).unwrap(), (head, found));
        }
    }
}
