//! Other projects' expectations, where they speak of what 3GPP says.
//!
//! Facts only, collected from TwilioDevEd/message-segment-calculator,
//! Codesleuth/split-sms, jezeniel/smsutil, twitter/cloudhopper-commons and
//! warthog618/sms; `id` names the source.

#![cfg(not(target_arch = "wasm32"))]

use septet_core::encoding::{CountOptions, Counted, SegmentOptions, segment};
use serde_json::{Value, json};

#[test]
fn counts_agree_with_those_of_other_projects() {
    let mut wrong = Vec::new();
    for line in include_str!("data/vectors.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let ask = &case["ask"];
        let options: CountOptions = serde_json::from_value(ask.clone()).unwrap();
        let options = SegmentOptions::try_from(&options).unwrap();
        let given = ask["text"].as_str().unwrap();
        let cut = segment(given, &options).unwrap();
        let counted = serde_json::to_value(Counted { given, cut: &cut }).unwrap();
        let parts = counted["parts"].as_array().unwrap();
        let each = |name: &str| {
            parts
                .iter()
                .map(|part| part[name].clone())
                .collect::<Value>()
        };
        let found = json!({
            "encoding": counted["encoding"], "locking": counted["locking"], "single": counted["single"],
            "remaining": counted["remaining"], "count": parts.len(), "parts": each("text"), "units": each("units"),
        });
        for (name, expected) in case["expect"].as_object().unwrap() {
            if found[name] != *expected {
                wrong.push(format!(
                    "{} {}: {name} is {}, not {expected}",
                    case["id"], case["name"], found[name]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
