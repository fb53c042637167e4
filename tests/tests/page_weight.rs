//! The first load stays small: a marketer opens the composer in an iframe, on a phone, in a train.

use septet_tests::{Result, dist};

/// Everything that the first load fetches: WASM, JavaScript, CSS. The goal is
/// 180 KB; until the page is there, this is where it stands, and it may only shrink.
const MOST_BYTES: u64 = 280 * 1024;

#[test]
fn the_first_load_does_not_grow() -> Result<()> {
    let mut sizes = Vec::new();
    for entry in dist()?.read_dir()? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if [".wasm.br", ".js.br", ".css.br"]
            .iter()
            .any(|end| name.ends_with(end))
        {
            sizes.push((name, entry.metadata()?.len()));
        }
    }
    let total: u64 = sizes.iter().map(|(_, size)| size).sum();
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
