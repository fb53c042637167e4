//! From text to records (RFC 4180, and what programs make of it).

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Most bytes of a record's fields.
const MOST_BYTES: usize = 32 * 1024;
/// Most fields of a record.
pub(super) const MOST_FIELDS: usize = 512;
/// Bytes that are kept of a record that is too long.
const KEPT: usize = 1024;

/// One record of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The line on which it begins, from 1.
    pub(super) line: i64,
    /// Of one that is too long, the beginning.
    pub(super) fields: Vec<String>,
    pub(super) too_long: bool,
}

/// Records out of text that comes in any pieces.
pub(super) struct Records {
    reader: Reader,
    lines: Lines,
    /// Where the present record began; `None` between two.
    began: Option<i64>,
    bytes: Vec<u8>,
    filled: usize,
    ends: Vec<usize>,
    fields: usize,
    /// The beginning of a record that has turned out too long.
    cut: Option<Vec<String>>,
}

impl Records {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            lines: Lines::default(),
            began: None,
            bytes: vec![0; MOST_BYTES],
            filled: 0,
            ends: vec![0; MOST_FIELDS],
            fields: 0,
            cut: None,
        }
    }

    /// Gives every record that this text completes to `take`.
    pub(super) fn push(&mut self, text: &str, take: &mut impl FnMut(Record)) {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            if self.began.is_none() {
                let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
                let blank = blank.count();
                self.lines.pass(&rest[..blank]);
                rest = &rest[blank..];
                if rest.is_empty() {
                    return;
                }
                self.began = Some(self.lines.line());
            }
            let read = self.read(rest, take);
            self.lines.pass(&rest[..read]);
            rest = &rest[read..];
        }
    }

    /// The file ends here, with a line break or without.
    pub(super) fn finish(&mut self, take: &mut impl FnMut(Record)) {
        while self.began.is_some() {
            self.read(&[], take);
        }
    }

    fn read(&mut self, input: &[u8], take: &mut impl FnMut(Record)) -> usize {
        let (result, read, written, ended) = self.reader.read_record(
            input,
            &mut self.bytes[self.filled..],
            &mut self.ends[self.fields..],
        );
        self.filled += written;
        self.fields += ended;
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                let beginning = self.beginning();
                self.cut.get_or_insert(beginning);
                (self.filled, self.fields) = (0, 0);
            }
            ReadRecordResult::Record => {
                let (cut, line) = (self.cut.take(), self.began.take().unwrap_or_default());
                take(Record {
                    line,
                    too_long: cut.is_some(),
                    fields: cut.unwrap_or_else(|| self.complete()),
                });
                (self.filled, self.fields) = (0, 0);
            }
            ReadRecordResult::End => self.began = None,
        }
        read
    }

    fn complete(&self) -> Vec<String> {
        let mut start = 0;
        let ends = self.ends[..self.fields].iter();
        let fields = ends.map(|end| text(&self.bytes[std::mem::replace(&mut start, *end)..*end]));
        fields.collect()
    }

    fn beginning(&self) -> Vec<String> {
        let ends = self.ends[..self.fields].iter();
        let within = ends.take_while(|end| **end <= KEPT).count();
        let mut start = 0;
        let mut fields = Vec::with_capacity(within + 1);
        for end in &self.ends[..within] {
            fields.push(text(&self.bytes[start..*end]));
            start = *end;
        }
        fields.push(text(&self.bytes[start..self.filled.min(KEPT).max(start)]));
        fields
    }
}

/// Fields are cut out of text at ASCII, and so are text but where they were cut short.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Counts lines, which end as on Unix, on Windows or on old Macs.
#[derive(Default)]
struct Lines {
    ended: i64,
    after_return: bool,
}

impl Lines {
    fn line(&self) -> i64 {
        self.ended + 1
    }

    fn pass(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.ended += i64::from(match byte {
                b'\r' => true,
                b'\n' => !self.after_return,
                _ => false,
            });
            self.after_return = *byte == b'\r';
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, chunk: usize) -> Vec<(i64, Vec<String>)> {
        let mut records = Records::new(b',');
        let mut found = Vec::new();
        let mut take = |record: Record| found.push((record.line, record.fields));
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.ceil_char_boundary(chunk));
            records.push(piece, &mut take);
            rest = after;
        }
        records.finish(&mut take);
        found
    }

    #[test]
    fn records_know_their_lines() {
        for (text, expected) in [
            ("", vec![]),
            ("a,b", vec![(1, vec!["a", "b"])]),
            ("a\nb\n", vec![(1, vec!["a"]), (2, vec!["b"])]),
            ("a\r\n\r\nb\r\n", vec![(1, vec!["a"]), (3, vec!["b"])]),
            ("a\rb\r", vec![(1, vec!["a"]), (2, vec!["b"])]),
            ("\n\na\n\n\nb", vec![(3, vec!["a"]), (6, vec!["b"])]),
            (
                "\"x\ny\",1\n\"say \"\"hi\"\", ok\",2",
                vec![(1, vec!["x\ny", "1"]), (3, vec!["say \"hi\", ok", "2"])],
            ),
            ("a,\"b", vec![(1, vec!["a", "b"])]),
        ] {
            for chunk in [1, 2, 1000] {
                let found = read(text, chunk);
                let found: Vec<(i64, Vec<&str>)> = found
                    .iter()
                    .map(|(line, fields)| (*line, fields.iter().map(String::as_str).collect()))
                    .collect();
                assert_eq!(found, expected, "{text:?} by {chunk}");
            }
        }
    }

    #[test]
    fn a_record_that_is_too_long_is_cut_and_the_next_is_read() {
        for long in ["x".repeat(3 * MOST_BYTES), "x,".repeat(2 * MOST_FIELDS)] {
            let mut records = Records::new(b',');
            let mut found = Vec::new();
            let mut take = |record: Record| found.push(record);
            records.push(&format!("a,{long}\nb,c\n"), &mut take);
            records.finish(&mut take);
            assert_eq!(found.len(), 2);
            assert!(found[0].too_long && found[0].fields[0] == "a");
            assert!(found[0].fields.iter().map(String::len).sum::<usize>() <= KEPT);
            assert_eq!((found[1].line, found[1].too_long), (2, false));
            assert_eq!(found[1].fields, ["b", "c"]);
        }
    }

    fn quoted(fields: &[String]) -> String {
        let fields = fields
            .iter()
            .map(|field| format!("\"{}\"", field.replace('"', "\"\"")));
        fields.collect::<Vec<_>>().join(",")
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back_in_whatever_pieces(
            rows in proptest::collection::vec(proptest::collection::vec("(?s)[a-cé€😀,;\"\r\n \t|]{0,6}", 3), 0..6),
            chunk in 1_usize..9,
            line_break in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        ) {
            let lines = rows.iter().map(|row| quoted(row) + line_break);
            let found = read(&lines.collect::<String>(), chunk);
            let found: Vec<Vec<String>> = found.into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(found, rows);
        }
    }
}
