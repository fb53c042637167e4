//! One plausible person, always the same for the same id.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{committed, numbers};
use crate::fold::folded;

/// The countries whose names are in `data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Country {
    /// Portugal.
    Pt,
    /// Spain.
    Es,
}

/// What people of a country may be called, and where they live and work.
#[derive(Debug, Deserialize)]
struct Names {
    country: String,
    first: Vec<String>,
    last: Vec<String>,
    companies: Vec<(String, String)>,
    cities: Vec<String>,
    jobs: Vec<String>,
}

static PORTUGUESE: LazyLock<Names> =
    LazyLock::new(|| committed(include_str!("../../data/names.pt.json")));
static SPANISH: LazyLock<Names> =
    LazyLock::new(|| committed(include_str!("../../data/names.es.json")));

/// The properties of the person with this id.
pub(super) fn person(country: Country, id: u64) -> BTreeMap<String, String> {
    let names = match country {
        Country::Pt => &*PORTUGUESE,
        Country::Es => &*SPANISH,
    };
    let mut dice = Dice(id);
    let first = dice.pick(&names.first);
    let last = dice.pick(&names.last);
    let (company, domain) = dice.pick(&names.companies);
    let mut values = BTreeMap::new();
    let mut put = |name: &str, value: String| values.insert(name.to_owned(), value);
    put("firstname", first.clone());
    put("lastname", last.clone());
    put(
        "email",
        format!("{}.{}{id}@{domain}", mailable(first), mailable(last)),
    );
    put("company", company.clone());
    put("city", dice.pick(&names.cities).clone());
    put("country", names.country.clone());
    put("jobtitle", dice.pick(&names.jobs).clone());
    let stage = *dice.pick(&["subscriber", "lead", "opportunity", "customer", "customer"]);
    put("lifecyclestage", stage.to_owned());
    // Real records have holes.
    if id % 31 == 3 {
        values.remove("firstname");
    }
    if id % 14 == 5 {
        values.remove("company");
    }
    numbers::give(country, id, &mut values);
    values
}

/// Letters that may stand in an address.
fn mailable(name: &str) -> String {
    folded(name)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

/// A row of numbers that looks random and is always the same (`SplitMix64`'s mixing).
struct Dice(u64);

impl Dice {
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let length = u64::try_from(from.len()).unwrap_or(u64::MAX);
        // The remainder of a division by the length is a valid index.
        &from[usize::try_from(mixed % length).unwrap_or(0)]
    }
}
