//! The columns of a file: how tokens name them, and which of them are what.

use std::collections::BTreeSet;

use septet_core::phone::{Country, PhoneNumber};

/// Most characters of a name.
const LONGEST: usize = 40;
/// Digits of a number that somebody could be called at; less is a house number or an age.
const FEWEST_DIGITS: usize = 8;

const PHONE: &[&str] = &[
    "telemovel",
    "telefone",
    "telef",
    "tel",
    "tlm",
    "movil",
    "telefono",
    "celular",
    "phone",
    "mobile",
    "mobilephone",
    "phonenumber",
    "msisdn",
    "cell",
    "cellphone",
    "whatsapp",
    "contacto",
    "numero",
    "number",
    "sms",
];
const PERSON: &[&str] = &[
    "nome",
    "nombre",
    "name",
    "firstname",
    "fullname",
    "cliente",
    "customer",
    "pessoa",
    "persona",
];
const PREFIX: &[&str] = &[
    "prefixo",
    "prefijo",
    "prefix",
    "indicativo",
    "callingcode",
    "countrycode",
    "dialcode",
    "ddi",
];

/// Which column seems to hold what, by place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) phone: Option<usize>,
    pub(super) person: Option<usize>,
    pub(super) prefix: Option<usize>,
}

/// A name for every column that a token can hold, no two alike.
pub(super) fn names(labels: &[String]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let unique = |label: &String| {
        let name = slug(label);
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered);
        names
            .find(|name| taken.insert(name.clone()))
            .unwrap_or(name)
    };
    labels.iter().map(unique).collect()
}

fn slug(label: &str) -> String {
    let mut name = words(label).join("_");
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name = if name.is_empty() {
            "column".into()
        } else {
            format!("column_{name}")
        };
    }
    name.truncate(LONGEST);
    name.trim_end_matches('_').to_owned()
}

/// The words of a header, in small letters without accents.
fn words(label: &str) -> Vec<String> {
    let plain: String = label.to_lowercase().chars().filter_map(plain).collect();
    let words = plain.split(|character: char| !character.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn plain(character: char) -> Option<char> {
    Some(match character {
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'ª' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'º' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        // Accents that stand beside their letter.
        '\u{300}'..='\u{36f}' => return None,
        other => other,
    })
}

/// Looks for the columns that a campaign needs, in the header and in the first rows.
pub(super) fn propose<'a>(
    labels: &[String],
    rows: impl Iterator<Item = &'a [String]> + Clone,
    country: Country,
) -> Proposal {
    let prefix = best(labels, |place| {
        let named = named(&labels[place], PREFIX);
        let values = share(rows.clone(), place, is_prefix);
        (named > 0.0 && values > 0.5).then_some(named)
    });
    let phone = best(labels, |place| {
        if Some(place) == prefix {
            return None;
        }
        let named = named(&labels[place], PHONE);
        let values = share(rows.clone(), place, |value| is_number(value, country));
        let empty = rows.clone().next().is_none();
        // A name alone is no number, and neither is a column of digits that is a date.
        (named > 0.0 && (empty || values > 0.2) || values > 0.8).then_some(named + values)
    });
    let person = best(labels, |place| {
        if [phone, prefix].contains(&Some(place)) {
            return None;
        }
        let named = named(&labels[place], PERSON);
        let letters = share(rows.clone(), place, |value| {
            value.contains(char::is_alphabetic)
        });
        (named > 0.0).then_some(named + letters)
    });
    Proposal {
        phone,
        person,
        prefix,
    }
}

/// The place that gets the most; the first of several.
fn best(labels: &[String], score: impl Fn(usize) -> Option<f64>) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for place in 0..labels.len() {
        if let Some(score) = score(place)
            && best.is_none_or(|(_, most)| score > most)
        {
            best = Some((place, score));
        }
    }
    best.map(|(place, _)| place)
}

/// 1 for a header that is one of these words, less where it only contains one.
fn named(label: &str, known: &[&str]) -> f64 {
    let words = words(label);
    let joined = words.concat();
    if known.contains(&joined.as_str()) {
        1.0
    } else if words.iter().any(|word| known.contains(&word.as_str())) {
        0.6
    } else {
        0.0
    }
}

/// The share of values that are as expected, among those that are there.
fn share<'a>(
    rows: impl Iterator<Item = &'a [String]>,
    place: usize,
    is: impl Fn(&str) -> bool,
) -> f64 {
    let (mut there, mut found) = (0_u32, 0_u32);
    for value in rows
        .filter_map(|row| row.get(place))
        .map(|value| value.trim())
    {
        if !value.is_empty() {
            there += 1;
            found += u32::from(is(value));
        }
    }
    f64::from(found) / f64::from(there.max(1))
}

fn is_number(value: &str, country: Country) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    digits >= FEWEST_DIGITS && PhoneNumber::parse(value, None, country).is_ok()
}

fn is_prefix(value: &str) -> bool {
    let digits = value.trim_start_matches(['+', '0']);
    (1..=3).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn names_are_what_tokens_hold() {
        for (labels, expected) in [
            (
                &["Código Postal", "N.º de telemóvel"][..],
                &["codigo_postal", "n_o_de_telemovel"][..],
            ),
            (&["Año", "AÑO", "año_2"], &["ano", "ano_2", "ano_2_2"]),
            (
                &["", "  ", "1.ª compra", "名前"],
                &["column", "column_2", "column_1_a_compra", "column_3"],
            ),
            (&["Conceic\u{327}a\u{303}o"], &["conceicao"]),
        ] {
            assert_eq!(names(&owned(labels)), expected);
        }
        let long = names(&["x".repeat(100), "x".repeat(100)]);
        assert_eq!(long[0].len(), LONGEST);
        assert_ne!(long[0], long[1]);
    }

    #[test]
    fn columns_are_found_by_header_and_values() {
        for (labels, row, phone, person, prefix) in [
            (
                &["Nome", "Telemóvel"][..],
                &["Ana", "912000001"][..],
                Some(1),
                Some(0),
                None,
            ),
            (
                &["NOMBRE", "Móvil", "Prefijo"],
                &["Ana", "600000001", "+34"],
                Some(1),
                Some(0),
                Some(2),
            ),
            (
                &["Full name", "Mobile phone", "Age"],
                &["Ana", "+447911123456", "33"],
                Some(1),
                Some(0),
                None,
            ),
            (&["msisdn"], &["351912000001"], Some(0), None, None),
            // Two phones: the one that holds numbers.
            (
                &["Telefone fixo", "Telemóvel"],
                &["", "912000001"],
                Some(1),
                None,
                None,
            ),
            // Nothing but the values tells.
            (&["A", "B"], &["Ana", "912 000 001"], Some(1), None, None),
            (&["Data", "Idade"], &["2026-11-23", "33"], None, None, None),
            (
                &["Email", "Nome completo"],
                &["a@b.pt", "Ana"],
                None,
                Some(1),
                None,
            ),
        ] {
            let rows = [owned(row)];
            let country = Country::from_code("PT").unwrap();
            let proposal = propose(&owned(labels), rows.iter().map(Vec::as_slice), country);
            let expected = Proposal {
                phone,
                person,
                prefix,
            };
            assert_eq!(proposal, expected, "{labels:?}");
        }
    }

    #[test]
    fn a_file_without_rows_is_proposed_by_its_header() {
        let country = Country::from_code("PT").unwrap();
        let proposal = propose(&owned(&["name", "phone"]), std::iter::empty(), country);
        assert_eq!((proposal.phone, proposal.person), (Some(1), Some(0)));
    }
}
