//! What must hold for whatever the fuzzer makes up: one module for each target, and each
//! has one function, `check`, which panics where something does not hold.
//!
//! `core/tests/corpus.rs` calls the same functions with the files of `corpus/`.

pub mod count;
pub mod decode;
pub mod input;
pub mod links;
pub mod segment;
pub mod template;
