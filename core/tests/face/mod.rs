//! What the tests of the JavaScript face share: JSON in, JSON out, and the cases.

use js_sys::JSON;
use septet_core::js;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;

/// A JavaScript value from JSON.
pub(crate) fn value(json: &str) -> JsValue {
    JSON::parse(json).expect("the test's JSON is well-formed")
}

/// A JavaScript value as JSON.
pub(crate) fn json(value: &JsValue) -> Value {
    let text = JSON::stringify(value).expect("a plain object has a JSON form");
    serde_json::from_str(&String::from(text)).expect("JSON.stringify writes JSON")
}

/// The same file as the native `cases.rs` reads.
pub(crate) fn every_case_is_counted_as_the_file_says() {
    for case in include_str!("../../data/cases.jsonl").lines() {
        let case: Value = serde_json::from_str(case).expect("a case is JSON");
        let ask = &case["ask"];
        let text = ask["text"].as_str().expect("a case has a text");
        let mut answer = js::segment(&text.into(), &value(&ask.to_string()))
            .map_or(Value::Null, |counted| json(&counted));
        if let (Some(answer), Some(expected)) = (answer.as_object_mut(), case["answer"].as_object())
        {
            answer.retain(|name, _| expected.contains_key(name));
            if let Some(flagged) = answer.get_mut("flagged").and_then(Value::as_array_mut) {
                for flag in flagged {
                    *flag = json!([flag["char"], flag["index"], flag["units"]]);
                }
            }
        }
        assert_eq!(answer, case["answer"], "{ask}");
    }
}
