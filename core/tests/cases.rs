//! The cases that every face of the core is held to, native: `tests/node.rs` and
//! `tests/browser.rs` hold the JavaScript face to the same file.

#![cfg(not(target_arch = "wasm32"))]
#![expect(
    clippy::unwrap_used,
    reason = "a case that cannot be read is a failed test"
)]

use septet_core::encoding::{CountOptions, Counted, SegmentOptions, segment};
use serde_json::{Value, json};

#[test]
fn every_case_is_counted_as_the_file_says() {
    let cases = include_str!("../data/cases.jsonl").lines();
    for case in cases {
        let case: Value = serde_json::from_str(case).unwrap();
        let ask = &case["ask"];
        let answer = count(ask);
        assert_eq!(shown(&answer, &case["answer"]), case["answer"], "{ask}");
    }
}

fn count(ask: &Value) -> Value {
    let options: CountOptions = serde_json::from_value(ask.clone()).unwrap();
    let given = ask["text"].as_str().unwrap();
    SegmentOptions::try_from(&options)
        .ok()
        .and_then(|options| segment(given, &options).ok())
        .map_or(Value::Null, |cut| {
            serde_json::to_value(Counted { given, cut: &cut }).unwrap()
        })
}

/// An answer in the file's form: what the file leaves open left out, flags as triples.
fn shown(answer: &Value, expected: &Value) -> Value {
    let mut shown = answer.clone();
    if let (Some(answer), Some(expected)) = (shown.as_object_mut(), expected.as_object()) {
        answer.retain(|name, _| expected.contains_key(name));
        if let Some(flagged) = answer.get_mut("flagged") {
            let flags = flagged.as_array().unwrap().iter();
            *flagged = flags
                .map(|flag| json!([flag["char"], flag["index"], flag["units"]]))
                .collect();
        }
    }
    shown
}
