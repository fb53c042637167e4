//! What it costs to cut or to count a text, beside what an ordinary loop and another
//! crate take for it, and beside the floor: reading the same bytes as UTF-8.
//!
//! `cargo xtask bench core` runs this and writes the table; it reads criterion's results
//! and the lines `differs`, which say in how many texts somebody counts other parts than
//! `segment` does. Nothing is asserted about time.

use std::fs::read_to_string;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use rusmpp_extra::concatenation::owned::{Concatenation, Concatenator};
use rusmpp_extra::encoding::{gsm7bit::Gsm7BitUnpacked, ucs2::Ucs2};
use septet_core::encoding::{Encoding, SegmentOptions, Segmentation, count, segment};
use sms_splitter::{SplitSms, splitter_options::SplitterOptions};

/// Files of `data/bench`.
const CORPORA: [&str; 6] = [
    "gsm7",
    "extended",
    "ucs2",
    "gsm7-1600",
    "extended-1600",
    "ucs2-1600",
];

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_millis(1500))
        .configure_from_args();
    for corpus in CORPORA {
        let texts = texts(corpus);
        let mut group = criterion.benchmark_group(corpus);
        group.throughput(Throughput::Elements(texts.len() as u64));
        all(&mut group, &texts);
        group.finish();
        differences(corpus, &texts);
    }
    criterion.final_summary();
}

fn all(group: &mut BenchmarkGroup<'_, WallTime>, texts: &[String]) {
    let options = SegmentOptions::new();
    let mut time = Timer { group, texts };
    time.each("from_utf8", |text| {
        std::str::from_utf8(text.as_bytes()).is_ok()
    });
    time.each("septet count", |text| count(text, &options));
    time.each("septet segment", |text| segment(text, &options).map(drop));
    time.each("plain loop", plain_loop::count);
    time.each("rusmpp-extra", rusmpp);
    let splitter = splitter();
    time.each("sms_splitter", |text| splitter.split(String::from(text)));
}

struct Timer<'a, 'b> {
    group: &'a mut BenchmarkGroup<'b, WallTime>,
    texts: &'a [String],
}

impl Timer<'_, '_> {
    /// One iteration takes every text once.
    fn each<R>(&mut self, name: &str, answer: impl Fn(&str) -> R) {
        self.group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for text in self.texts {
                    black_box(answer(black_box(text)));
                }
            });
        });
    }
}

/// The parts that the crate makes; `None` where it refuses the text. It is asked for septets
/// that are not packed, and in octets for UCS-2, as its types have it.
fn rusmpp(text: &str) -> Option<usize> {
    let gsm7 = Gsm7BitUnpacked::new().concatenate(text, 160, 7).ok();
    let (parts, _) = gsm7.or_else(|| Ucs2::new().concatenate(text, 140, 6).ok())?;
    Some(match parts {
        Concatenation::Single(_) => 1,
        Concatenation::Concatenated(parts) => parts.len(),
    })
}

/// Without the texts of the parts, which is the fastest that the crate has.
fn splitter() -> SplitSms {
    SplitSms::new(SplitterOptions::new(false, true))
}

fn differences(corpus: &str, texts: &[String]) {
    let options = SegmentOptions::new();
    let splitter = splitter();
    let differing = |agrees: &dyn Fn(&str, &Segmentation<'_>) -> bool| {
        let agrees = |text: &&String| {
            let counted = segment(text, &options).expect("no text takes 256 parts");
            agrees(text, &counted)
        };
        texts.len() - texts.iter().filter(agrees).count()
    };
    let count = differing(&|text, counted| {
        count(text, &options).is_ok_and(|count| count.parts == counted.parts().len())
    });
    let plain = differing(&|text, counted| {
        let plain = plain_loop::count(text);
        (counted.encoding == Encoding::GSM7) == plain.gsm7
            && counted.units == plain.units
            && counted.parts().len() == plain.parts
            && counted.remaining == plain.remaining
    });
    let rusmpp = differing(&|text, counted| rusmpp(text) == Some(counted.parts().len()));
    let splitter = differing(&|text, counted| {
        splitter.split(String::from(text)).parts.len() == counted.parts().len()
    });
    println!("differs\t{corpus}\tseptet count\t{count}");
    println!("differs\t{corpus}\tplain loop\t{plain}");
    println!("differs\t{corpus}\trusmpp-extra\t{rusmpp}");
    println!("differs\t{corpus}\tsms_splitter\t{splitter}");
}

fn texts(corpus: &str) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Line {
        text: String,
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data/bench")
        .join(corpus)
        .with_extension("jsonl");
    read_to_string(file)
        .expect("the corpus is in the repository")
        .lines()
        .map(|line| serde_json::from_str::<Line>(line).expect("a line holds a text"))
        .map(|line| line.text)
        .collect()
}

/// What a programmer writes in an afternoon who has the two tables: one pass chooses
/// the alphabet, a second one fills the parts.
mod plain_loop {
    #[rustfmt::skip]
    static BASIC: [char; 127] = [
        '\n', '\r', ' ', '!', '"', '#', '$', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/',
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', '@',
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R',
        'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', '_', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i',
        'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
        '¡', '£', '¤', '¥', '§', '¿', 'Ä', 'Å', 'Æ', 'Ç', 'É', 'Ñ', 'Ö', 'Ø', 'Ü', 'ß', 'à', 'ä',
        'å', 'æ', 'è', 'é', 'ì', 'ñ', 'ò', 'ö', 'ø', 'ù', 'ü',
        'Γ', 'Δ', 'Θ', 'Λ', 'Ξ', 'Π', 'Σ', 'Φ', 'Ψ', 'Ω',
    ];

    pub(super) struct Counted {
        pub(super) gsm7: bool,
        pub(super) units: usize,
        pub(super) parts: usize,
        pub(super) remaining: usize,
    }

    fn septets(character: char) -> Option<usize> {
        match character {
            '\u{c}' | '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' => Some(2),
            _ => BASIC.binary_search(&character).ok().map(|_| 1),
        }
    }

    pub(super) fn count(text: &str) -> Counted {
        let septets_of_all: Option<usize> = text.chars().map(septets).sum();
        let gsm7 = septets_of_all.is_some();
        let units = septets_of_all.unwrap_or_else(|| text.chars().map(char::len_utf16).sum());
        let (alone, each) = if gsm7 { (160, 153) } else { (70, 67) };
        if units <= alone {
            let (parts, remaining) = (1, alone - units);
            return Counted {
                gsm7,
                units,
                parts,
                remaining,
            };
        }
        let (mut parts, mut filled) = (1, 0);
        for character in text.chars() {
            let size = if gsm7 {
                septets(character).unwrap_or_default()
            } else {
                character.len_utf16()
            };
            if filled + size > each {
                parts += 1;
                filled = 0;
            }
            filled += size;
        }
        let remaining = each - filled;
        Counted {
            gsm7,
            units,
            parts,
            remaining,
        }
    }
}
