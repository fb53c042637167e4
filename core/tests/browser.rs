//! The JavaScript face in a browser: `wasm-pack test --headless --chrome core --features wasm`.
//!
//! What differs from Node is the engine and its text encoder, so one pass over
//! the cases and the corpus is enough; `node.rs` has the details.

#![cfg(all(target_arch = "wasm32", feature = "wasm"))]

mod face;
mod generated;

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn every_case_is_counted_as_the_file_says() {
    face::every_case_is_counted_as_the_file_says();
}

#[wasm_bindgen_test]
fn the_generated_corpus_is_answered_as_the_file_says() {
    generated::is_answered_as_the_file_says();
}
