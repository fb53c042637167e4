//! Letters without their accents, for searching names and for 360nrs's `trans`.

/// Each line: the plain letter, then the accented ones that it stands for.
const LETTERS: [&str; 26] = [
    "AÁÀÂÃÄÅĀĂĄ",
    "aáàâãäåāăą",
    "CÇĆČ",
    "cçćč",
    "DĎĐ",
    "dďđ",
    "EÉÈÊËĒĖĘĚ",
    "eéèêëēėęě",
    "IÍÌÎÏĪ",
    "iíìîïī",
    "LŁ",
    "lł",
    "NÑŃŇ",
    "nñńň",
    "OÓÒÔÕÖØŌ",
    "oóòôõöøō",
    "SŚŠŞ",
    "sśšş",
    "TŢŤ",
    "tţť",
    "UÚÙÛÜŪŮ",
    "uúùûüūů",
    "YÝŸ",
    "yýÿ",
    "ZŹŻŽ",
    "zźżž",
];

/// The letter without its accent, or the character itself where it has none.
pub(crate) fn plain(character: char) -> char {
    LETTERS
        .iter()
        .find(|line| line.chars().skip(1).any(|accented| accented == character))
        .and_then(|line| line.chars().next())
        .unwrap_or(character)
}

/// Lower case without accents: what two names are compared by.
pub(crate) fn folded(text: &str) -> String {
    text.chars()
        .map(plain)
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(folded("Conceição ARAÚJO Íñigo"), "conceicao araujo inigo");
    }
}
