//! CSV that people open in a spreadsheet.

/// Appends a row.
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe, whoever
/// wrote it (OWASP, "CSV Injection").
pub(crate) fn row<'a>(cells: impl IntoIterator<Item = &'a str>, out: &mut String) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let quoted = cell.contains(['"', ',', ';', '\n', '\r', '\t']);
        if quoted {
            out.push('"');
        }
        if formula {
            out.push('\'');
        }
        for character in cell.chars() {
            if character == '"' {
                out.push('"');
            }
            out.push(character);
        }
        if quoted {
            out.push('"');
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_run() {
        for (cells, expected) in [
            (&["a", "b c"][..], "a,b c\r\n"),
            (
                &["a,b", "say \"hi\"", "x\ny"],
                "\"a,b\",\"say \"\"hi\"\"\",\"x\ny\"\r\n",
            ),
            (
                &["=1+2", "+351", "-1", "@x", "\tx", "\rx"],
                "'=1+2,'+351,'-1,'@x,\"'\tx\",\"'\rx\"\r\n",
            ),
            (&["=\"a\""], "\"'=\"\"a\"\"\"\r\n"),
            (&["", ""], ",\r\n"),
        ] {
            let mut out = String::new();
            row(cells.iter().copied(), &mut out);
            assert_eq!(out, expected);
        }
    }
}
