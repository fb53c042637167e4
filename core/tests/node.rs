//! The JavaScript face on Node: `wasm-pack test --node core --features wasm`.

#![cfg(all(target_arch = "wasm32", feature = "wasm"))]

mod face;

use js_sys::{Error, JSON, Reflect};
use septet_core::js;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use face::value;

/// What a function threw: its message stays, its kind and fields are compared.
fn thrown(result: Result<JsValue, JsValue>) -> serde_json::Value {
    let error = Error::from(result.expect_err("something is thrown"));
    assert_eq!(error.name(), "SeptetError");
    assert!(error.message().length() > 0);
    let own = JSON::stringify(&error).expect("an error is an object");
    let mut fields: serde_json::Value =
        serde_json::from_str(&String::from(own)).expect("JSON.stringify writes JSON");
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("name");
    }
    fields
}

fn json(result: Result<JsValue, JsValue>) -> serde_json::Value {
    face::json(&result.expect("nothing is thrown"))
}

#[wasm_bindgen_test]
fn every_case_is_counted_as_the_file_says() {
    face::every_case_is_counted_as_the_file_says();
}

#[wasm_bindgen_test]
fn counting_refuses_with_figures() {
    let long = "a".repeat(161);
    assert_eq!(
        thrown(js::segment(
            &long.as_str().into(),
            &value(r#"{"maxParts":1}"#)
        )),
        serde_json::json!({"kind": "too_many_parts", "parts": 2, "max": 1})
    );
    assert_eq!(
        thrown(js::segment(
            &"é😀ж".into(),
            &value(r#"{"encoding":"gsm7"}"#)
        )),
        serde_json::json!({"kind": "not_encodable", "character": "😀", "index": 1})
    );
}

#[wasm_bindgen_test]
fn arguments_of_the_wrong_type_are_errors_not_panics() {
    let none = JsValue::UNDEFINED;
    let bad = serde_json::json!({"kind": "bad_argument"});
    for odd in ["7", "null", "{}", "[]", "true"] {
        let odd = value(odd);
        assert_eq!(thrown(js::segment(&odd, &none)), bad);
        assert_eq!(thrown(js::render(&odd, &none, &none)), bad);
        assert_eq!(thrown(js::properties(&odd)), bad);
        assert_eq!(thrown(js::parse_sender(&odd)), bad);
        assert_eq!(thrown(js::normalise_phone(&odd, &none)), bad);
    }
    for options in [
        r#"{"encoding":"latin1"}"#,
        r#"{"national":["en"]}"#,
        r#"{"national":"pt"}"#,
        r#"{"referenceBits":12}"#,
        r#"{"maxParts":0}"#,
        r#"{"maxParts":256}"#,
        r#"{"maxParts":-1}"#,
        r#"{"maxParts":1.5}"#,
        r#"{"transliterate":"yes"}"#,
        "7",
        "\"auto\"",
    ] {
        assert_eq!(
            thrown(js::segment(&"a".into(), &value(options))),
            bad,
            "{options}"
        );
    }
    for (channel, year, month) in [("sms", 2026, 13), ("sms", 0, 1), ("fax", 2026, 1)] {
        let name = js::campaign_name(&channel.into(), &year.into(), &month.into());
        assert_eq!(thrown(name.map(JsValue::from)), bad);
    }
}

/// What a line of JavaScript makes.
fn made(body: &str) -> JsValue {
    js_sys::Function::new_no_args(body)
        .call0(&JsValue::NULL)
        .expect("the test's JavaScript runs")
}

/// An exception that passes through WASM leaves its stack where it was, so that
/// enough of them, or one endless recursion, end the module for good.
#[wasm_bindgen_test]
fn an_object_that_throws_or_never_ends_harms_nobody_else() {
    let none = JsValue::UNDEFINED;
    let hostile = [
        "return {get encoding() { throw new TypeError('boom') }}",
        "const cycle = {}; cycle.encoding = cycle; return cycle",
        "return {encoding: {get gsm7() { throw 1 }}}",
        "return {national: {length: 1, get 0() { throw 1 }}}",
        "return {national: new Array(4e9)}",
        "return {national: new Proxy([], {get() { throw 1 }})}",
        "return new Proxy({}, {get() { throw 1 }, has() { throw 2 }, ownKeys() { throw 3 }})",
        "const {proxy, revoke} = Proxy.revocable({}, {}); revoke(); return proxy",
        "return {encoding() {}}",
        "return {encoding: Symbol('auto')}",
    ];
    let bad = serde_json::json!({"kind": "bad_argument"});
    for body in hostile {
        let object = made(body);
        for _ in 0..1000 {
            assert!(js::segment(&"a".into(), &object).is_err(), "{body}");
        }
        assert_eq!(thrown(js::segment(&"a".into(), &object)), bad, "{body}");
    }
    for body in [
        "return {get a() { throw 1 }}",
        "return {a: {}}",
        "return new Proxy({}, {ownKeys() { throw 3 }})",
        "return new Map([[{toString() { throw 1 }}, 'x']])",
    ] {
        let values = made(body);
        for _ in 0..1000 {
            assert!(
                js::render(&"{{a}}".into(), &values, &none).is_err(),
                "{body}"
            );
        }
    }
    let unasked = made("const it = {extra() {}, get other() { throw 1 }}; it.self = it; return it");
    assert_eq!(json(js::segment(&"a".into(), &unasked))["units"], 1);
}

#[wasm_bindgen_test]
fn what_is_undefined_is_left_out_and_what_is_inherited_counts() {
    let none = JsValue::UNDEFINED;
    let utm = made("return {utm: {source: undefined, medium: 'sms'}, links: undefined}");
    assert_eq!(
        json(js::render(&"https://a.pt".into(), &none, &utm))["text"],
        "https://a.pt?utm_medium=sms"
    );
    let inherited = made("return Object.create({encoding: 'ucs2'})");
    assert_eq!(
        json(js::segment(&"a".into(), &inherited))["encoding"],
        "ucs2"
    );
    for values in [
        "return {a: 'x', b: null}",
        "return new Map([['a', 'x']])",
        "return JSON.parse('{\"a\":\"x\",\"__proto__\":\"y\"}')",
    ] {
        let rendered = js::render(&"{{a}}{{constructor}}".into(), &made(values), &none);
        let rendered = json(rendered);
        assert_eq!(rendered["text"], "x", "{values}");
        assert_eq!(rendered["missing"], serde_json::json!(["constructor"]));
    }
}

#[wasm_bindgen_test]
fn the_provider_s_shape_is_an_option() {
    let counted = json(js::segment(
        &"ação".into(),
        &value(r#"{"provider":true,"maxParts":5}"#),
    ));
    assert_eq!(
        (&counted["locking"], &counted["remaining"]),
        (&"pt".into(), &151.into())
    );
}

#[wasm_bindgen_test]
fn a_lone_surrogate_is_read_as_the_replacement_character() {
    let lone = js_sys::JsString::from_char_code(&[0x61, 0xd83d]);
    assert_eq!(
        json(js::segment(&lone, &JsValue::NULL))["text"],
        "a\u{fffd}"
    );
}

#[wasm_bindgen_test]
fn templates_are_rendered_and_their_errors_point_in_code_points() {
    let options = r#"{"shorten":true,"utm":{"source":"sms"},
        "links":{"shortBase":"https://s.pt/l/","unsubscribeBase":"https://s.pt/u/","codeLength":4}}"#;
    let rendered = js::render(
        &"{{firstname|you}} {{city}} www.a.pt {UNSUB_URL}".into(),
        &value(r#"{"firstname":null,"other":"x"}"#),
        &value(options),
    );
    assert_eq!(
        json(rendered),
        serde_json::json!({
            "text": "you  https://s.pt/l/abcd https://s.pt/u/abcd",
            "missing": ["city"],
            "links": ["https://www.a.pt?utm_source=sms"],
        })
    );
    let none = JsValue::UNDEFINED;
    assert_eq!(
        thrown(js::render(&"é😀{{a".into(), &none, &none)),
        serde_json::json!({"kind": "unclosed_token", "position": 2})
    );
    assert_eq!(
        thrown(js::render(&"{UNSUB_URL}".into(), &none, &none)),
        serde_json::json!({"kind": "bad_argument"})
    );
    assert_eq!(
        json(js::properties(
            &"{{a}} https://a.pt/{{contact.b}} {{a}}".into()
        )),
        serde_json::json!(["a", "b"])
    );
}

#[wasm_bindgen_test]
fn senders_and_numbers_are_read_or_refused_with_a_kind() {
    assert_eq!(
        json(js::parse_sender(&"+351".into())),
        serde_json::json!({"value": "351", "kind": "numeric"})
    );
    assert_eq!(
        thrown(js::parse_sender(&"Loja Azul Lda".into())),
        serde_json::json!({"kind": "too_long", "max": 11})
    );
    assert_eq!(
        thrown(js::parse_sender(&"Ação".into())),
        serde_json::json!({"kind": "bad_character", "character": "ç"})
    );
    let number = |raw: &str, options: &str| js::normalise_phone(&raw.into(), &value(options));
    assert_eq!(
        json(number("912 345 678", r#"{"country":"PT"}"#)),
        serde_json::json!({"e164": "+351912345678", "digits": "351912345678"})
    );
    for (raw, options, kind) in [
        ("", r#"{"country":"PT"}"#, "empty"),
        ("12", r#"{"country":"PT"}"#, "malformed"),
        ("12", r#"{"country":"XX"}"#, "unknown_country"),
        ("12", "{}", "bad_argument"),
    ] {
        assert_eq!(thrown(number(raw, options))["kind"], kind);
    }
    let portugal = serde_json::json!({"code": "PT", "callingCode": 351});
    assert!(
        json(js::countries())
            .as_array()
            .is_some_and(|all| all.contains(&portugal))
    );
}

#[wasm_bindgen_test]
fn names_and_replacements() {
    let name = js::campaign_name(&"sms".into(), &2026.into(), &11.into());
    assert_eq!(name.ok().as_deref(), Some("HUBSPOT_SMS_2026_11"));
    assert_eq!(
        js::replacement(&"ã".into()).ok().flatten().as_deref(),
        Some("a")
    );
    assert_eq!(js::replacement(&"😀".into()).ok(), Some(None));
    let error = js::replacement(&"ab".into()).expect_err("two characters");
    let kind = Reflect::get(&error, &"kind".into()).expect("an error is an object");
    assert_eq!(kind.as_string().as_deref(), Some("bad_argument"));
}
