//! The first load stays small: a marketer opens the composer in an iframe, on a phone, in a train.

use std::fs::read_to_string;

use septet_tests::{Result, dist};

/// Everything that the first load fetches: WASM, JavaScript, CSS and the texts of one
/// language (the longest), packed by brotli.
const COMPOSER: u64 = 180_000;
const CAMPAIGNS: u64 = 130_000;

#[test]
fn the_composer_is_at_most_180_kb_of_brotli() -> Result<()> {
    weighs("index.html", COMPOSER)
}

#[test]
fn the_campaigns_are_at_most_130_kb_of_brotli() -> Result<()> {
    weighs("campaigns.html", CAMPAIGNS)
}

fn weighs(page: &str, most: u64) -> Result<()> {
    let html = read_to_string(dist()?.join(page))?;
    // The other page's module is fetched when this one is up.
    let (before, next) = html.split_once("<meta name=next").ok_or("no next module")?;
    let (_, after) = next.split_once('>').ok_or("an open tag")?;
    let first = [before, after].concat();
    let (mut sizes, mut texts) = (Vec::new(), None);
    for entry in dist()?.read_dir()? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(file) = name.strip_suffix(".br") else {
            continue;
        };
        let size = entry.metadata()?.len();
        if file.ends_with(".txt") {
            if first.contains(file) {
                texts = texts.max(Some(size));
            }
        } else if first.contains(file) {
            sizes.push((name, size));
        }
    }
    let total: u64 = sizes.iter().map(|(_, size)| size).sum();
    let total = total + texts.ok_or("no texts")?;
    println!("{page}: {total} bytes: {sizes:?}");

    for kind in [".wasm.br", ".js.br", ".css.br"] {
        assert!(
            sizes.iter().any(|(name, _)| name.ends_with(kind)),
            "no {kind} among {sizes:?}"
        );
    }
    assert!(total <= most, "{total} bytes, at most {most}: {sizes:?}");
    Ok(())
}
