//! Counting asks for no memory.
#![cfg(not(target_arch = "wasm32"))]

use std::alloc::System;
use std::hint::black_box;

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
            let asked = asked_for(|| count(text, &options));
            assert_eq!(asked, 0, "{:?}", count(text, &options));
        }
    }
    let asked = asked_for(|| Vec::<u8>::with_capacity(1));
    assert_eq!(asked, 1, "somebody looks");
}

/// How often something asks for memory. The thread that waits for the test may ask as
/// well, but not every time.
fn asked_for<T>(something: impl Fn() -> T) -> usize {
    let times = (0..20).map(|_| {
        let before = Region::new(ALLOCATOR);
        black_box(something());
        before.change().allocations
    });
    times.min().unwrap_or(usize::MAX)
}
