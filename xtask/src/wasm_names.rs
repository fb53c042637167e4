//! What has to be changed in what the page's module takes and gives.
//!
//! Before wasm-opt, for weight. wasm-bindgen names its imports by words and 16 random
//! digits, which no packer makes smaller; here they get one or two letters. And leptos links server functions, which link streams, whose
//! classes for JavaScript are exported. Nothing in the page hands them out; as long
//! as they are exported, wasm-opt must keep them and all that they need.
//!
//! After it: Debian's wasm-opt (binaryen 108) writes every exported table as table 0,
//! which is the table of functions; wasm-bindgen's `__wbindgen_externrefs` is another
//! one, and the page would not start. A module of a wasm-opt that knows better is left
//! as it is.

/// The table that wasm-bindgen keeps JavaScript values in.
const EXPORT: &str = "__wbindgen_externrefs";
const TABLE_SECTION: u8 = 4;
const IMPORT_SECTION: u8 = 2;
const EXPORT_SECTION: u8 = 7;
/// How the exports of unused classes begin.
const UNUSED: [&str; 2] = ["intounderlying", "__wbg_intounderlying"];
const FUNCTION_KIND: u8 = 0;
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
                    let found = reader.name()? == EXPORT;
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

/// A lighter module, and what has become of the names of its imports.
#[derive(Debug, PartialEq)]
pub(crate) struct Lighter {
    pub(crate) module: Vec<u8>,
    /// The long name and the short one of each.
    pub(crate) names: Vec<(String, String)>,
}

/// The module without the exports that nothing uses, and with short names for its
/// imports. `None` when it is not laid out as WebAssembly is.
pub(crate) fn lighten(wasm: &[u8]) -> Option<Lighter> {
    let mut module = wasm.get(..8)?.to_vec();
    let mut names = Vec::new();
    let mut reader = Reader { bytes: wasm, at: 8 };
    while reader.at < wasm.len() {
        let start = reader.at;
        let section = reader.byte()?;
        let end = reader.number()? as usize + reader.at;
        let content = match section {
            IMPORT_SECTION => short_imports(&mut reader, &mut names)?,
            EXPORT_SECTION => used_exports(&mut reader)?,
            _ => {
                module.extend(wasm.get(start..end)?);
                reader.at = end;
                continue;
            }
        };
        module.push(section);
        module.extend(leb128(content.len())?);
        module.extend(content);
        reader.at = end;
    }
    Some(Lighter { module, names })
}

fn used_exports(reader: &mut Reader<'_>) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    let mut count = 0;
    for _ in 0..reader.number()? {
        let start = reader.at;
        let name = reader.name()?;
        reader.byte()?;
        reader.number()?;
        if !UNUSED.iter().any(|unused| name.starts_with(unused)) {
            kept.extend(reader.bytes.get(start..reader.at)?);
            count += 1;
        }
    }
    Some([leb128(count)?, kept].concat())
}

fn short_imports(reader: &mut Reader<'_>, names: &mut Vec<(String, String)>) -> Option<Vec<u8>> {
    let count = reader.number()?;
    let mut imports = leb128(count as usize)?;
    for index in 0..count {
        let start = reader.at;
        reader.name()?;
        imports.extend(reader.bytes.get(start..reader.at)?);
        let long = reader.name()?;
        let short = letters(index);
        imports.extend(leb128(short.len())?);
        imports.extend(short.as_bytes());
        names.push((long.to_owned(), short));
        let description = reader.at;
        // wasm-bindgen's imports are functions.
        if reader.byte()? != FUNCTION_KIND {
            return None;
        }
        reader.number()?;
        imports.extend(reader.bytes.get(description..reader.at)?);
    }
    Some(imports)
}

/// `a`, `b`, … `z`, `aa`, …
fn letters(mut index: u32) -> String {
    let mut name = String::new();
    loop {
        let letter = u8::try_from(index % 26).unwrap_or_default();
        name.insert(0, char::from(b'a' + letter));
        if index < 26 {
            return name;
        }
        index = index / 26 - 1;
    }
}

/// An unsigned number as WebAssembly writes it.
fn leb128(number: usize) -> Option<Vec<u8>> {
    let mut number = u32::try_from(number).ok()?;
    let mut bytes = Vec::new();
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return Some(bytes);
        }
        bytes.push(low | 0x80);
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn name(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        let name = self.bytes.get(self.at..self.at + length)?;
        self.at += length;
        std::str::from_utf8(name).ok()
    }

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
    use super::{leb128, letters, lighten, mend};

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

    fn string(text: &str) -> Vec<u8> {
        [&leb128(text.len()).unwrap(), text.as_bytes()].concat()
    }

    fn section(id: u8, entries: &[Vec<u8>]) -> Vec<u8> {
        let content = [leb128(entries.len()).unwrap(), entries.concat()].concat();
        [vec![id], leb128(content.len()).unwrap(), content].concat()
    }

    fn with(imports: &[&str], exports: &[&str]) -> Vec<u8> {
        let import = |name: &&str| [string("./page.js"), string(name), vec![0, 1]].concat();
        let export = |name: &&str| [string(name), vec![0, 2]].concat();
        let imports: Vec<_> = imports.iter().map(import).collect();
        let exports: Vec<_> = exports.iter().map(export).collect();
        let head = b"\0asm\x01\0\0\0".to_vec();
        let code = vec![10, 1, 0];
        [head, section(2, &imports), section(7, &exports), code].concat()
    }

    #[test]
    fn imports_get_short_names_and_unused_exports_go() {
        let long = "a".repeat(200);
        let unused = [
            "intounderlyingsink_close",
            "__wbg_intounderlyingsource_free",
        ];
        let exports = ["main", unused[0], &long, unused[1]];
        let module = with(&["__wbg_get_0123456789abcdef", "__wbg_set_0"], &exports);
        let lighter = lighten(&module).unwrap();
        assert_eq!(lighter.module, with(&["a", "b"], &["main", &long]));
        assert_eq!(lighter.names[1], ("__wbg_set_0".into(), "b".into()));
        assert_eq!(lighten(&module[..40]), None);
    }

    #[test]
    fn no_two_imports_get_the_same_name() {
        let names: std::collections::HashSet<_> = (0..2000).map(letters).collect();
        assert_eq!(names.len(), 2000);
        assert_eq!(letters(25), "z");
        assert_eq!(letters(26), "aa");
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
