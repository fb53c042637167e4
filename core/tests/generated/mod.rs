//! Texts and templates made by chance that is always the same, and what the core answers,
//! as JSON lines.
//!
//! The file has a hash for every hundred lines. Where one differs, its lines are printed:
//! those of the build that agrees with the file are printed by changing a hash there.

use std::collections::BTreeMap;
use std::fmt::Write;

use septet_core::encoding::{
    Counted, EncodingChoice, Language, LanguageSet, ReferenceBits, SegmentOptions, Transliteration,
    count, explain, replacement, segment,
};
use septet_core::forecast::Forecast;
use septet_core::template::{PreviewLinks, RenderOptions, Template};
use septet_core::wire::{LinkShape, Utm};
use serde_json::json;

const LINES: usize = 5_000;
const CHUNK: usize = 100;

const STRETCHES: [&str; 24] = [
    "Olá, a sua encomenda chegou. ",
    "promoção até às 20h ",
    "€",
    "[{|}]~^\\",
    "😀",
    "👨\u{200d}👩\u{200d}👧",
    "e\u{301}a\u{303}",
    "Привет ",
    "ξένος ΩΣ ",
    "हिन्दी ",
    "ığüşöç ",
    "ñÑ¡¿ ",
    "“aspas” – …",
    "中文，",
    "\u{fffd}\0\u{c}\r\n",
    "https://loja.pt/x?y=1#z ",
    "www.a.pt ",
    "½ ﬁ № ™ ",
    "\u{200b}\u{feff}",
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz ",
    "`",
    "ǟ ẞ ",
    "\u{10ffff}",
];

const MARKS: [&str; 14] = [
    "{{a}}",
    "{{ contact.b | tu }}",
    "{{a:upper}}",
    "{{b:lower:capitalise|x}}",
    "{{c:date(pt)}}",
    "{{c:date(en)}}",
    "{{d:number(es)}}",
    "{{d:trim|0}}",
    "{UNSUB_URL}",
    "https://loja.pt/{{a}}?n={{b}} ",
    "\\{{a}}",
    "{{a:shout}}",
    "{{",
    "{{a b}}",
];

const VALUES: [&str; 12] = [
    "",
    " ",
    "Inês",
    "ΟΔΟΣ straße",
    "maria d'or",
    "1795392000000",
    "2026-11-23",
    "-1234567.895",
    "😀ж",
    "https://x.pt",
    "a&b=c/ã",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

/// Chance that is the same everywhere (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap_or_default()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn text(&mut self, marks: bool) -> String {
        let mut text = String::new();
        // Most are of one part or two.
        let most = self.pick(&[3, 8, 8, 40]);
        for _ in 0..self.below(most) {
            let stretch = if marks && self.below(3) == 0 {
                // What cannot be read is rare.
                let readable = if self.below(8) == 0 { 14 } else { 11 };
                self.pick(&MARKS[..readable])
            } else {
                self.pick(&STRETCHES)
            };
            // Also from the middle of a stretch.
            let skipped = self.below(3);
            text.extend(stretch.chars().skip(if marks { 0 } else { skipped }));
        }
        text
    }

    fn options(&mut self) -> SegmentOptions {
        let some: Vec<Language> = Language::ALL
            .into_iter()
            .filter(|_| self.below(4) == 0)
            .collect();
        let all = self.below(4);
        SegmentOptions {
            encoding: self.pick(EncodingChoice::ALL),
            national: match all {
                0 => LanguageSet::NONE,
                1 => LanguageSet::of(&Language::ALL),
                _ => LanguageSet::of(&some),
            },
            transliterate: self.pick(Transliteration::ALL),
            reference: self.pick(&[ReferenceBits::Eight, ReferenceBits::Sixteen]),
            max_parts: self.pick(&[1, 2, 5, 255]),
            provider: self.below(5) == 0,
        }
    }
}

fn of_text(chance: &mut Chance) -> serde_json::Value {
    let (text, options) = (chance.text(false), chance.options());
    let replaced: Vec<_> = text.chars().map(replacement).collect();
    let cut = segment(&text, &options);
    let given = text.as_str();
    let counted = cut.as_ref().map(|cut| Counted { given, cut });
    json!({
        "text": text,
        "options": format!("{options:?}"),
        "segment": counted.map_err(ToString::to_string),
        "count": format!("{:?}", count(&text, &options)),
        "explain": explain(&text, &options).map_err(|error| error.to_string()),
        "replaced": replaced,
    })
}

fn of_template(chance: &mut Chance) -> serde_json::Value {
    let (source, options) = (chance.text(true), chance.options());
    let template = match Template::parse(&source) {
        Ok(template) => template,
        Err(error) => return json!({ "template": source, "error": format!("{error:?}: {error}") }),
    };
    let links = LinkShape {
        short_base: "https://s.pt/l/".into(),
        unsubscribe_base: "https://s.pt/u/".into(),
        code_length: 10,
    };
    let render = RenderOptions {
        shorten: chance.below(2) == 0,
        utm: Utm {
            source: chance.pick(&["", "sms", "{{a}} x"]).into(),
            ..Utm::default()
        },
        excluded: chance
            .pick(&[&[][..], &["loja.pt"]])
            .iter()
            .map(|host| (*host).into())
            .collect(),
    };
    let rows: Vec<BTreeMap<String, String>> = (0..4)
        .map(|_| {
            let named = ["a", "b", "c", "d"].map(|name| (name.into(), chance.pick(&VALUES).into()));
            named.into()
        })
        .collect();
    let rendered: Vec<_> = rows
        .iter()
        .map(|row| {
            let it = template.render(row, &render, &mut PreviewLinks(&links));
            json!([it.text, it.missing, it.links])
        })
        .collect();
    let forecast = Forecast::new(&template, &render, &links, &options).over(&rows);
    json!({ "template": source, "rendered": rendered, "forecast": format!("{forecast:?}") })
}

/// FNV-1a, 64 bits.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

pub(crate) fn is_answered_as_the_file_says() {
    let mut chance = Chance(0x5e97_e7c0_de00_0001);
    let (mut hashes, mut differing) = (String::new(), String::new());
    let mut expected = include_str!("../data/same.txt").lines();
    for _ in 0..LINES / CHUNK {
        let mut lines = String::new();
        for line in 0..CHUNK {
            let answer = if line % 2 == 0 {
                of_text(&mut chance)
            } else {
                of_template(&mut chance)
            };
            let _ = writeln!(lines, "{answer}");
        }
        let hash = format!("{:016x}", hash(&lines));
        if expected.next() != Some(&hash) && differing.is_empty() {
            differing = lines;
        }
        hashes += &hash;
        hashes.push('\n');
    }
    assert!(
        differing.is_empty() && expected.next().is_none(),
        "the first lines that differ:\n{differing}\nall hashes:\n{hashes}"
    );
}
