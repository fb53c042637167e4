//! Every file of the fuzzer's corpus, held to what the fuzzer holds it to.

#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
pub mod targets;

fn replay(target: &str, check: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let entries = fs::read_dir(corpus.join(target)).expect("the target has a corpus");
    let mut files = 0;
    for entry in entries {
        let file = entry.expect("the folder can be read").path();
        let data = fs::read(&file).expect("a file can be read");
        // Shown only where the check panics.
        println!("{}", file.display());
        check(&data);
        files += 1;
    }
    assert!(files > 0, "the corpus of {target} is empty");
}

#[test]
fn counting_says_what_cutting_says() {
    replay("count", targets::count::check);
}

#[test]
fn parts_lose_nothing_and_tear_nothing() {
    replay("segment", targets::segment::check);
}

#[test]
fn what_is_read_from_the_air_can_be_written_again() {
    replay("decode", targets::decode::check);
}

#[test]
fn a_message_is_forecast_as_it_is_written() {
    replay("template", targets::template::check);
}

#[test]
fn links_are_found_where_they_stand_and_lead_where_they_did() {
    replay("links", targets::links::check);
}
