//! Numbers and times the way the reader's language writes them, by the browser's `Intl`.

use js_sys::{Array, Date, Intl, JsString, Number, Object, Reflect};
use septet_core::wire::Millis;
use wasm_bindgen::JsValue;

use crate::i18n::Locale;

/// `1234` as `1,234`, `1.234` or `1234`, as the language has it.
pub(crate) fn number(locale: Locale, value: u64) -> String {
    // Exact up to 2^53, which no count of ours reaches.
    Number::from(value as f64)
        .to_locale_string(locale.tag())
        .into()
}

/// Bytes as `340 kB` or `12 MB`, of a thousand each, as file managers show them.
pub(crate) fn size(locale: Locale, bytes: u64) -> String {
    let (thousands, unit) = match bytes {
        0..1_000_000 => (bytes.div_ceil(1_000), " kB"),
        _ => (bytes.div_ceil(1_000_000), " MB"),
    };
    [&number(locale, thousands), unit].concat()
}

/// Day, month and time in the reader's time zone; the year only where it is not this one.
pub(crate) fn moment(locale: Locale, at: Millis) -> String {
    let date = date(at);
    let this_year = Date::new_0().get_full_year();
    let mut parts = vec![
        ("day", "numeric"),
        ("month", "short"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
    ];
    if date.get_full_year() != this_year {
        parts.push(("year", "numeric"));
    }
    date.to_locale_string(locale.tag(), &options(&parts)).into()
}

/// Minutes of a day as `09:30`, the way an input for a time has it.
pub(crate) fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// For `<time datetime>`.
pub(crate) fn iso(at: Millis) -> String {
    date(at).to_iso_string().into()
}

/// In the order of the reader's language: `Áustria` before `Bélgica`.
pub(crate) fn sorted_by_name<T: Clone>(
    locale: Locale,
    named: Vec<(String, T)>,
) -> Vec<(String, T)> {
    let names = Array::new();
    for (name, _) in &named {
        names.push(&name.as_str().into());
    }
    let order = order(locale, &names).into_iter();
    order
        .filter_map(|index| named.get(index).cloned())
        .collect()
}

/// By the browser's own sort: ours would be another one to load.
fn order(locale: Locale, names: &Array) -> Vec<usize> {
    let collator = Intl::Collator::new(&Array::of1(&locale.tag().into()), &Object::new());
    let compare = collator.compare();
    let places = Array::from_iter((0..names.length()).map(JsValue::from));
    // All of them are numbers, those of the browser's own comparison as well.
    let number = |value: JsValue| value.as_f64().unwrap_or_default();
    let name = |place| names.get(number(place) as u32);
    places.sort_by(&mut |one, other| {
        let order = compare.call2(&JsValue::UNDEFINED, &name(one), &name(other));
        number(order.unwrap_or_default()) as i32
    });
    places.iter().map(|place| number(place) as usize).collect()
}

/// Small letters, as the browser makes them.
pub(crate) fn lowercase(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

fn date(at: Millis) -> Date {
    // Exact for a few hundred thousand years.
    Date::new(&JsValue::from_f64(at as f64))
}

fn options(parts: &[(&str, &str)]) -> JsValue {
    let options = Object::new();
    for (name, value) in parts {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(
            &options,
            &JsValue::from_str(name),
            &JsValue::from_str(value),
        );
    }
    options.into()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{iso, moment, number, size};
    use crate::i18n::Locale;

    #[wasm_bindgen_test]
    fn thousands_are_written_as_each_language_writes_them() {
        assert_eq!(number(Locale::En, 12_345), "12,345");
        assert_eq!(number(Locale::Es, 12_345), "12.345");
        assert_eq!(number(Locale::Pt, 12_345), "12\u{a0}345");
    }

    #[wasm_bindgen_test]
    fn no_file_is_larger_than_it_is_said_to_be() {
        assert_eq!(size(Locale::En, 999_001), "1,000 kB");
        assert_eq!(size(Locale::En, 1_000_001), "2 MB");
        assert_eq!(size(Locale::En, 200_000_000), "200 MB");
    }

    #[wasm_bindgen_test]
    fn another_year_is_named() {
        let long_ago = 1_000_000_000_000;
        assert!(moment(Locale::En, long_ago).contains("2001"));
        assert_eq!(iso(long_ago), "2001-09-09T01:46:40.000Z");
    }
}
