//! Words cut short: titles, streets, `etc.`
//!
//! Only those that mean one thing, so that no name's initial becomes a street.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::scan::{after_space, ends};
use super::tongue::Tongue;

/// As written and as read; those that begin alike, longest first.
const PT: &[(&str, &str)] = &[
    ("Sr.ª", "senhora"),
    ("Sra.", "senhora"),
    ("Srs.", "senhores"),
    ("Sr.", "senhor"),
    ("Dr.ª", "doutora"),
    ("Dra.", "doutora"),
    ("Drs.", "doutores"),
    ("Dr.", "doutor"),
    ("Eng.ª", "engenheira"),
    ("Eng.", "engenheiro"),
    ("Prof.ª", "professora"),
    ("Prof.", "professor"),
    ("Exmo.", "excelentíssimo"),
    ("Exma.", "excelentíssima"),
    ("N.º", "número"),
    ("n.º", "número"),
    ("Nº", "número"),
    ("nº", "número"),
    ("Av.", "avenida"),
    ("Lda.", "limitada"),
    ("Ltda.", "limitada"),
    ("S.A.", "esse á"),
    ("Tel.", "telefone"),
    ("tel.", "telefone"),
    ("Tlm.", "telemóvel"),
    ("tlm.", "telemóvel"),
    ("etc.", "et cetera"),
    ("p. ex.", "por exemplo"),
    ("p.ex.", "por exemplo"),
    ("máx.", "máximo"),
    ("mín.", "mínimo"),
    ("aprox.", "aproximadamente"),
    ("pág.", "página"),
    ("c/", "com"),
    ("s/", "sem"),
    ("&", "e"),
];
const ES: &[(&str, &str)] = &[
    ("Sres.", "señores"),
    ("Srta.", "señorita"),
    ("Sra.", "señora"),
    ("Sr.", "señor"),
    ("Dra.", "doctora"),
    ("Dr.", "doctor"),
    ("Dña.", "doña"),
    ("Uds.", "ustedes"),
    ("Ud.", "usted"),
    ("Prof.", "profesor"),
    ("N.º", "número"),
    ("n.º", "número"),
    ("Nº", "número"),
    ("nº", "número"),
    ("núm.", "número"),
    ("Avda.", "avenida"),
    ("Av.", "avenida"),
    ("C/", "calle"),
    ("S.L.", "ese ele"),
    ("S.A.", "ese a"),
    ("Tel.", "teléfono"),
    ("tel.", "teléfono"),
    ("tfno.", "teléfono"),
    ("etc.", "etcétera"),
    ("p. ej.", "por ejemplo"),
    ("p.ej.", "por ejemplo"),
    ("máx.", "máximo"),
    ("mín.", "mínimo"),
    ("aprox.", "aproximadamente"),
    ("pág.", "página"),
    ("&", "y"),
];
const EN: &[(&str, &str)] = &[
    ("Mr.", "mister"),
    ("Mrs.", "missus"),
    ("Ms.", "miz"),
    ("Dr.", "doctor"),
    ("Prof.", "professor"),
    ("No.", "number"),
    ("no.", "number"),
    ("Ave.", "avenue"),
    ("Ltd.", "limited"),
    ("Inc.", "incorporated"),
    ("Tel.", "telephone"),
    ("tel.", "telephone"),
    ("ext.", "extension"),
    ("dept.", "department"),
    ("etc.", "et cetera"),
    ("e.g.", "for example"),
    ("i.e.", "that is"),
    ("approx.", "approximately"),
    ("vs.", "versus"),
    ("&", "and"),
];

pub(super) fn read(rest: &str, tongue: Tongue) -> Option<(usize, String)> {
    let known = tongue.choose(PT, ES, EN);
    let (written, spoken) = known.iter().find(|(written, _)| {
        let after = rest.strip_prefix(written);
        // What ends in a mark of its own may be followed by anything.
        let marked = written.ends_with('/');
        after.is_some_and(|after| (marked || ends(after)) && says(written, after))
    })?;
    Some((written.len(), (*spoken).to_owned()))
}

/// "No." is a word as well, unless a figure follows.
fn says(written: &str, after: &str) -> bool {
    !written.eq_ignore_ascii_case("no.")
        || after_space(after).starts_with(|next: char| next.is_ascii_digit())
}
