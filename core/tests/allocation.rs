//! Counting asks for no memory.
#![cfg(not(target_arch = "wasm32"))]

use std::alloc::System;

use septet_core::encoding::{Language, LanguageSet, SegmentOptions, count};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn counting_asks_for_no_memory() {
    let texts = [
        "Hello".to_owned(),
        "Olá, custa [5] €. ".repeat(40),
        "😀 ção ж ".repeat(50),
        "a".repeat(153 * 256),
    ];
    let national = SegmentOptions {
        national: LanguageSet::of(&Language::ALL),
        ..SegmentOptions::new()
    };
    for options in [SegmentOptions::new(), national] {
        for text in &texts {
            let before = Region::new(ALLOCATOR);
            let counted = count(text, &options);
            let change = before.change();
            assert_eq!(change.allocations, 0, "{counted:?}");
        }
    }
    let region = Region::new(ALLOCATOR);
    drop(Vec::<u8>::with_capacity(1));
    assert_eq!(region.change().allocations, 1, "somebody looks");
}
