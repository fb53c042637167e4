//! Of what gender the noun after a number is, told by its end: "duas horas", "dois dias".
//!
//! Enough for what is counted in messages; who looks words up has a dictionary.

use super::tongue::{Form, Tongue};

/// Masculine for all their `a`.
const MASCULINE: [&str; 9] = [
    "dia", "día", "problema", "programa", "sistema", "tema", "mapa", "clima", "grama",
];
/// What is no noun, for all its end.
const OTHERS: [&str; 25] = [
    "antes", "apenas", "cada", "como", "con", "das", "del", "después", "era", "esta", "este",
    "hasta", "las", "los", "mas", "más", "mais", "nas", "nos", "ou", "para", "pela", "pelas",
    "por", "que",
];

/// The form of a number before this text.
pub(super) fn form(after: &str, tongue: Tongue) -> Form {
    let word = after.strip_prefix(' ').unwrap_or_default();
    let end = word.find(|letter: char| !letter.is_alphabetic());
    let word = &word[..end.unwrap_or(word.len())];
    // Names and short words are not counted.
    let counted = word.chars().count() > 2 && word.starts_with(char::is_lowercase);
    let english = tongue.choose(false, false, true);
    if !counted || english || OTHERS.contains(&word) {
        return Form::Counting;
    }
    let one = word.strip_suffix('s').unwrap_or(word);
    let ends = [
        "a", "ção", "çõe", "dade", "gem", "gen", "ción", "cione", "dad",
    ];
    if !MASCULINE.contains(&one) && ends.iter().any(|end| one.ends_with(end)) {
        Form::Feminine
    } else {
        Form::Masculine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_word_tells_its_gender() {
        for (after, expected) in [
            (" horas", Form::Feminine),
            (" pessoa.", Form::Feminine),
            (" prestações", Form::Feminine),
            (" habitaciones", Form::Feminine),
            (" mensagens", Form::Feminine),
            (" dias", Form::Masculine),
            (" problemas", Form::Masculine),
            (" meses", Form::Masculine),
            (" para", Form::Counting),
            (" a", Form::Counting),
            (" Ana", Form::Counting),
            (", horas", Form::Counting),
            ("", Form::Counting),
        ] {
            assert_eq!(form(after, Tongue::Pt), expected, "{after}");
        }
        assert_eq!(form(" agendas", Tongue::En), Form::Counting);
    }
}
