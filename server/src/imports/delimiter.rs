//! What stands between two fields.

use super::records::{Record, Records};

const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records that are looked at.
const LOOKED_AT: usize = 100;

/// The delimiter that cuts the beginning of a file into the most rows like its header.
pub(super) fn detect(sample: &str, is_whole: bool) -> u8 {
    let mut best = (b',', 0.0);
    for delimiter in CANDIDATES {
        let score = score(sample, is_whole, delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

fn score(sample: &str, is_whole: bool, delimiter: u8) -> f64 {
    let mut widths = Vec::new();
    let mut records = Records::new(delimiter);
    records.push(sample, &mut |record: Record| {
        widths.push(record.fields.len());
    });
    if is_whole || widths.is_empty() {
        records.finish(&mut |record: Record| widths.push(record.fields.len()));
    }
    widths.truncate(LOOKED_AT);
    let Some(header) = widths.first() else {
        return 0.0;
    };
    let alike = widths.iter().filter(|width| *width == header).count();
    #[expect(clippy::cast_precision_loss, reason = "both are small")]
    let score = (header - 1) as f64 * alike as f64 / widths.len() as f64;
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_fits_most_rows() {
        for (sample, expected) in [
            ("", b','),
            ("phone\n912000001\n", b','),
            ("a,b\n1,2\n", b','),
            ("nome;valor\nAna;1,5\nRui;2,5\n", b';'),
            ("a\tb\n1\t2", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            (
                "name;address, city;phone\nA;x, y;1\nB;x, y;2\nC;broken\n",
                b';',
            ),
            ("\"a;b\",c\n\"1;2\",3\n", b','),
        ] {
            assert_eq!(detect(sample, true), expected, "{sample:?}");
        }
    }
}
