//! How long a forecast over a million contacts takes, beside writing and counting each:
//! `cargo bench -p septet-core --bench forecast`.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use septet_core::encoding::{EncodingChoice, SegmentOptions, segment};
use septet_core::forecast::Forecast;
use septet_core::template::{PreviewLinks, RenderOptions, Template};
use septet_core::wire::LinkShape;

const ROWS: usize = 1_000_000;
/// Rows of maps, which take more memory.
const MAPS: usize = 100_000;
const ROUNDS: usize = 7;

const FIRST: [&str; 12] = [
    "Ana",
    "João",
    "Maria",
    "José",
    "Inês",
    "Rui",
    "Begoña",
    "Carlos",
    "Luís",
    "Marta",
    "Pedro",
    "Conceição",
];
const CITIES: [&str; 8] = [
    "Lisboa",
    "Porto",
    "Évora",
    "Vila Nova de Gaia",
    "Madrid",
    "A Coruña",
    "Faro",
    "",
];

const SHORT: &str = "Olá {{firstname|cliente}}, a loja de {{city|sempre}} tem o seu vale {{code}} à espera. {UNSUB_URL}";
/// Of two parts, with characters of two units.
const LONG: &str = "Olá {{firstname|cliente}}! Na loja de {{city|sempre}} o seu vale {{code}} dá 10 € em compras de 50 € [até domingo] e 20 € acima de 90 €. Basta mostrar esta mensagem na caixa; não é acumulável com outras campanhas. Sair: {UNSUB_URL}";

fn main() {
    // `cargo test --benches` only asks whether it runs.
    let scale = if std::env::args().any(|argument| argument == "--bench") {
        1
    } else {
        1000
    };
    let rows = rows(ROWS / scale);
    let maps: Vec<BTreeMap<String, String>> = rows[..MAPS / scale].iter().map(map).collect();
    let links = LinkShape {
        short_base: "https://s.example/l/".into(),
        unsubscribe_base: "https://s.example/u/".into(),
        code_length: 10,
    };
    let render = RenderOptions {
        shorten: true,
        ..RenderOptions::default()
    };
    for (name, text, transliterate) in [
        ("one part", SHORT, false),
        ("two parts", LONG, false),
        (
            "filters",
            &SHORT.replace("firstname|", "firstname:upper|"),
            false,
        ),
        ("replacing", SHORT, true),
    ] {
        let options = SegmentOptions::provider(EncodingChoice::Auto, transliterate, 5);
        let template = Template::parse(text).unwrap_or_else(|error| panic!("{error}"));
        let forecast = Forecast::new(&template, &render, &links, &options);
        println!("{name}");
        report("forecast, columns", rows.len(), || {
            black_box(forecast.over(black_box(&rows)));
        });
        report("forecast, maps", maps.len(), || {
            black_box(forecast.over(black_box(&maps)));
        });
        let few = &maps[..maps.len() / 10];
        report("render and segment", few.len(), || {
            for values in few {
                let rendered = template.render(values, &render, &mut PreviewLinks(&links));
                black_box(segment(&rendered.text, &options)).ok();
            }
        });
    }
}

/// Prints the time of the best round, for a million rows.
fn report(name: &str, rows: usize, mut round: impl FnMut()) {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        round();
        best = best.min(start.elapsed());
    }
    let million = best.as_secs_f64() * 1e9 / rows as f64;
    println!("  {name:20} {million:8.1} ms for a million rows");
}

/// Contacts that differ, a third of them with letters beyond ASCII; always the same.
fn rows(count: usize) -> Vec<[String; 3]> {
    let mut state = 1_u64;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % below
    };
    let row = |_| {
        [
            FIRST[next(FIRST.len())].to_owned(),
            CITIES[next(CITIES.len())].to_owned(),
            format!("V{:06}", next(1_000_000)),
        ]
    };
    (0..count).map(row).collect()
}

fn map([firstname, city, code]: &[String; 3]) -> BTreeMap<String, String> {
    let named = [("firstname", firstname), ("city", city), ("code", code)];
    named
        .map(|(name, value)| (name.into(), value.clone()))
        .into()
}
