//! Turns `locales/<language>/<namespace>.json` into one Rust function per text.
//!
//! A text that a language lacks, a placeholder that only one language has, or
//! a call with the wrong placeholders does not compile. See
//! `docs/adr/0005-own-text-catalogue.md`.
//!
//! - `"title": "Campaigns"` becomes the constant `title`, a `Text`;
//! - `"greeting": "Hello {name}"` becomes `greeting(locale, name: &str) -> String`;
//! - `"people_one"` and `"people_other"` become `people(locale, count: u64, …) -> String`,
//!   where `{count}` is written the way the language writes numbers.
//!
//! All texts of a language are one string, so that the page carries neither code
//! nor pointers for each; a `Text` is the number of its place in there. With
//! `SEPTET_TEXTS` set to a folder, the strings become files there instead: of each
//! language one for each module, in which what only the other one says is empty.
//!
//! A placeholder is one pair of braces around lower-case letters; `{{…}}` and
//! `{UNSUB_URL}` are text.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// English first: the other languages are compared with it.
const LANGUAGES: [(&str, &str); 3] = [("en", "En"), ("es", "Es"), ("pt", "Pt")];
/// What both modules say, and what one of them does, under its name.
const COMMON: &str = "common";
const MODULES: [&str; 2] = ["composer", "campaigns"];

/// Between two texts; no text has it.
const SEPARATOR: &str = "\u{1f}";

type Texts = BTreeMap<String, String>;

fn main() {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-env-changed=SEPTET_TEXTS");
    let result = catalogue().and_then(|code| {
        let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
        fs::write(out.join("catalogue.rs"), code).map_err(|error| error.to_string())
    });
    if let Err(message) = result {
        println!("cargo::error={message}");
    }
}

fn catalogue() -> Result<String, String> {
    let mut code = String::new();
    let mut all = Languages::default();
    for namespace in [COMMON].into_iter().chain(MODULES) {
        let texts = LANGUAGES.map(|(language, _)| read(language, namespace));
        let [en, es, pt] = texts;
        let languages = [en?, es?, pt?];
        compare(namespace, &languages)?;
        let _ = writeln!(code, "pub(crate) mod {namespace} {{");
        for key in languages[0].keys() {
            write_text(&mut code, key, &languages, &mut all);
        }
        all.namespaces.resize(all.texts[0].len(), namespace);
        code.push_str("}\n");
    }
    // `cargo xtask page` serves each language as a file; otherwise they are in the module.
    let folder = env::var_os("SEPTET_TEXTS").map(PathBuf::from);
    for (texts, (language, variant)) in all.texts.iter().zip(LANGUAGES) {
        let built_in = match &folder {
            Some(folder) => {
                for module in MODULES {
                    let file = folder.join(format!("{module}.{language}.txt"));
                    fs::write(&file, all.of(module, texts).join(SEPARATOR))
                        .map_err(|error| format!("{}: {error}", file.display()))?;
                }
                String::new()
            }
            None => texts.join(SEPARATOR),
        };
        let name = variant.to_uppercase();
        let _ = writeln!(code, "const {name}: &str = {built_in:?};");
    }
    let _ = writeln!(code, "const SEPARATOR: &str = {SEPARATOR:?};");
    Ok(code)
}

/// The texts of every language so far, each text at the same place in all.
#[derive(Default)]
struct Languages {
    texts: [Vec<String>; 3],
    /// Where each of them is from.
    namespaces: Vec<&'static str>,
}

impl Languages {
    /// The expression that names a text.
    fn add(&mut self, key: &str, languages: &[Texts; 3]) -> String {
        let place = self.texts[0].len();
        for (texts, language) in self.texts.iter_mut().zip(languages) {
            texts.push(language[key].clone());
        }
        format!("super::Text({place})")
    }

    /// Those of one language that a module says, at their places.
    fn of<'a>(&self, module: &str, texts: &'a [String]) -> Vec<&'a str> {
        let said = |namespace| namespace == COMMON || namespace == module;
        let texts = texts.iter().zip(&self.namespaces);
        texts
            .map(|(text, namespace)| if said(*namespace) { text } else { "" })
            .collect()
    }
}

fn read(language: &str, namespace: &str) -> Result<Texts, String> {
    let file = Path::new("locales")
        .join(language)
        .join(format!("{namespace}.json"));
    let json = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_json::from_str(&json).map_err(|error| format!("{}: {error}", file.display()))
}

/// Every language has the same keys with the same placeholders.
fn compare(namespace: &str, languages: &[Texts; 3]) -> Result<(), String> {
    let english = &languages[0];
    for (texts, (language, _)) in languages.iter().zip(LANGUAGES) {
        if let Some(key) = english.keys().find(|key| !texts.contains_key(*key)) {
            return Err(format!("{language}/{namespace}.json lacks `{key}`"));
        }
        for (key, text) in texts {
            let Some(original) = english.get(key) else {
                return Err(format!(
                    "{language}/{namespace}.json has `{key}`, en does not"
                ));
            };
            let sorted = |text| {
                let mut names = placeholders(text);
                names.sort_unstable();
                names
            };
            if sorted(text) != sorted(original) {
                return Err(format!(
                    "{language}/{namespace}.json: `{key}` has other placeholders than en"
                ));
            }
        }
    }
    Ok(())
}

fn write_text(code: &mut String, key: &str, languages: &[Texts; 3], all: &mut Languages) {
    if key.ends_with("_one") {
        return; // written with its `_other`
    }
    let plural = key
        .strip_suffix("_other")
        .filter(|stem| languages[0].contains_key(&format!("{stem}_one")));
    let name = plural.unwrap_or(key);
    let names = placeholders(&languages[0][key]);
    let parameters: String = names
        .iter()
        .filter(|name| plural.is_none() || **name != "count")
        .map(|name| format!(", {name}: &str"))
        .collect();
    let values: String = names
        .iter()
        .map(|name| format!("({name:?}, {name}),"))
        .collect();
    let text = all.add(key, languages);
    let _ = writeln!(code, "/// {}", languages[0][key].replace('\n', " "));
    let _ = match plural {
        Some(stem) => {
            let one = all.add(&format!("{stem}_one"), languages);
            writeln!(
                code,
                "pub(crate) fn {name}(locale: super::Locale, count: u64{parameters}) -> String {{
                    let text = if count == 1 {{ {one} }} else {{ {text} }};
                    let count = &super::number(locale, count);
                    super::fill(text.of(locale), &[{values}])
                }}",
            )
        }
        None if names.is_empty() => writeln!(
            code,
            "#[expect(non_upper_case_globals, reason = \"a text is named like one with placeholders\")]
            pub(crate) const {name}: super::Text = {text};",
        ),
        None => writeln!(
            code,
            "pub(crate) fn {name}(locale: super::Locale{parameters}) -> String {{
                super::fill({text}.of(locale), &[{values}])
            }}",
        ),
    };
}

/// The distinct names in single braces, in order.
fn placeholders(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let inside = &rest[start + 1..];
        let end = inside
            .find(|c: char| !c.is_ascii_lowercase() && c != '_')
            .unwrap_or(inside.len());
        let closed = inside[end..].starts_with('}') && !inside[end..].starts_with("}}");
        if end > 0 && closed && !rest[..start].ends_with('{') && !names.contains(&&inside[..end]) {
            names.push(&inside[..end]);
        }
        rest = inside;
    }
    names
}
