//! The three languages, and the texts that `build.rs` made from `locales/`.
//!
//! In a view write `{t(common::save)}`, and `move || common::people(locale(), 3)`
//! where a text has placeholders; both follow a change of language. A text that
//! does not exist, or lacks a language, does not compile.

mod locale;
mod texts;

use leptos::prelude::{Get as _, GetUntracked as _, Signal};
pub(crate) use locale::{Locale, choose, prefer, start};
pub(crate) use texts::Text;

use crate::format::number;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The language of the page; whoever asks inside a view asks again when it changes.
pub(crate) fn locale() -> Locale {
    locale::CURRENT.get()
}

/// The language at this moment, for words that are said once.
pub(crate) fn locale_untracked() -> Locale {
    locale::CURRENT.get_untracked()
}

/// A text for a view.
pub(crate) fn t(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || text.of(locale())
}

/// The same for a property that also takes texts with placeholders.
pub(crate) fn phrase(text: Text) -> Signal<String> {
    Signal::derive(move || text.of(locale()).to_owned())
}

/// Puts values in the place of their `{name}`; everything else stays as it is.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    'next: while let Some(start) = rest.find('{') {
        let (before, inside) = (&rest[..start], &rest[start + 1..]);
        filled.push_str(before);
        for (name, value) in values {
            let after = inside
                .strip_prefix(name)
                .and_then(|after| after.strip_prefix('}'));
            if let Some(after) = after {
                filled.push_str(value);
                rest = after;
                continue 'next;
            }
        }
        filled.push('{');
        rest = inside;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{Locale, common, fill};

    #[wasm_bindgen_test]
    fn a_value_is_never_searched_for_placeholders() {
        assert_eq!(
            fill("{a} and {b}", &[("a", "{b}"), ("b", "2")]),
            "{b} and 2"
        );
    }

    #[wasm_bindgen_test]
    fn other_braces_are_text() {
        let text = "write {UNSUB_URL} or {{contact.firstname}} {";
        assert_eq!(fill(text, &[("name", "x")]), text);
    }

    #[wasm_bindgen_test]
    fn one_is_singular_in_every_language_and_zero_is_not() {
        for locale in Locale::ALL {
            assert_ne!(common::recipients(locale, 1), common::recipients(locale, 0));
        }
        assert_eq!(common::recipients(Locale::Pt, 2), "2 destinatários");
    }
}
