//! Native and WASM say the same of a generated corpus, byte for byte.
//!
//! `cargo test` answers it natively, `wasm-pack test` in Node and, by `browser.rs`, in
//! Chromium; all are held to the hashes of `data/same.txt`.

mod generated;

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_generated_corpus_is_answered_as_the_file_says() {
    generated::is_answered_as_the_file_says();
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn the_generated_corpus_is_answered_as_the_file_says() {
    generated::is_answered_as_the_file_says();
}
