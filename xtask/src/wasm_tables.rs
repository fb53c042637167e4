//! Mends what Debian's wasm-opt (binaryen 108) breaks.
//!
//! It writes every exported table as table 0, which is the table of functions;
//! wasm-bindgen's `__wbindgen_externrefs` is another one, and the page would not
//! start. A module of a wasm-opt that knows better is left as it is.

/// The table that wasm-bindgen keeps JavaScript values in.
const EXPORT: &[u8] = b"__wbindgen_externrefs";
const TABLE_SECTION: u8 = 4;
const EXPORT_SECTION: u8 = 7;
const TABLE_KIND: u8 = 1;
const EXTERNREF: u8 = 0x6f;

/// Lets the export name the table that holds `externref`s; `None` when the
/// module is not laid out as WebAssembly is.
pub(crate) fn mend(wasm: &mut [u8]) -> Option<()> {
    let mut tables = Vec::new();
    let mut export = None;
    let mut reader = Reader { bytes: wasm, at: 8 };
    while reader.at < reader.bytes.len() {
        let section = reader.byte()?;
        let end = reader.number()? as usize + reader.at;
        match section {
            TABLE_SECTION => {
                for _ in 0..reader.number()? {
                    tables.push(reader.byte()?);
                    let limits = reader.byte()?;
                    reader.number()?;
                    if limits & 1 == 1 {
                        reader.number()?;
                    }
                }
            }
            EXPORT_SECTION => {
                for _ in 0..reader.number()? {
                    let length = reader.number()? as usize;
                    let name = reader.bytes.get(reader.at..reader.at + length)?;
                    let found = name == EXPORT;
                    reader.at += length;
                    if reader.byte()? == TABLE_KIND && found {
                        export = Some(reader.at);
                    }
                    reader.number()?;
                }
            }
            _ => {}
        }
        reader.at = end;
    }
    if let (Some(export), Some(table)) = (export, tables.iter().position(|kind| *kind == EXTERNREF))
    {
        // A module of ours has two tables; their numbers take one byte.
        *wasm.get_mut(export)? = u8::try_from(table).ok()?;
    }
    Some(())
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// An unsigned LEB128 number.
    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::mend;

    /// Two tables, functions first, and an export of the second that says 0.
    fn module() -> Vec<u8> {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        wasm.extend([4, 8, 2, 0x70, 1, 5, 5, 0x6f, 0, 1]);
        wasm.extend([7, 25, 1, 21]);
        wasm.extend(b"__wbindgen_externrefs");
        wasm.extend([1, 0]);
        wasm
    }

    #[test]
    fn the_export_names_the_table_of_javascript_values() {
        let mut wasm = module();
        assert_eq!(mend(&mut wasm), Some(()));
        assert_eq!(wasm.last(), Some(&1));
    }

    #[test]
    fn a_good_module_stays_as_it_is_and_a_torn_one_is_refused() {
        let mut wasm = module();
        mend(&mut wasm);
        let good = wasm.clone();
        assert_eq!(mend(&mut wasm), Some(()));
        assert_eq!(wasm, good);
        assert_eq!(mend(&mut good[..30].to_vec()), None);
    }
}
