//! The first load stays small: a marketer opens the composer in an iframe, on a phone, in a train.

use septet_tests::{Result, dist};

/// Everything that the first load fetches: WASM, JavaScript, CSS and the texts of one
/// language (the longest), packed by brotli.
const MOST_BYTES: u64 = 180_000;

#[test]
fn the_first_load_is_at_most_180_kb_of_brotli() -> Result<()> {
    let (mut sizes, mut texts) = (Vec::new(), None);
    for entry in dist()?.read_dir()? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if [".wasm.br", ".js.br", ".css.br"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            sizes.push((name, entry.metadata()?.len()));
        } else if name.ends_with(".txt.br") {
            texts = texts.max(Some(entry.metadata()?.len()));
        }
    }
    let total: u64 = sizes.iter().map(|(_, size)| size).sum();
    let total = total + texts.ok_or("no texts")?;
    println!("{total} bytes: {sizes:?}");

    for kind in [".wasm.br", ".js.br", ".css.br"] {
        assert!(
            sizes.iter().any(|(name, _)| name.ends_with(kind)),
            "no {kind} among {sizes:?}"
        );
    }
    assert!(
        total <= MOST_BYTES,
        "{total} bytes, at most {MOST_BYTES}: {sizes:?}"
    );
    Ok(())
}
