//! Opting out: of what, how it came about, and the words by which people ask for it.

use alloc::string::String;

use crate::named::named;

named! {
    /// Of what somebody has opted out.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum OptOutScope {
        /// Of text messages.
        Sms = "sms",
        /// Of calls.
        Voice = "voice",
        /// Of both.
        All = "all",
    }
}

named! {
    /// How an opt-out came about.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum OptOutSource {
        /// On the page that an unsubscribe link leads to.
        Page = "page",
        /// By an answer such as STOP.
        Reply = "reply",
        /// 360nrs told of it.
        Provider = "provider",
        /// Somebody entered it.
        Person = "person",
    }
}

impl OptOutScope {
    /// The scope of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if self == other { self } else { Self::All }
    }
}

/// Words that ask for no more messages, in capitals without accents. A message that is one
/// of them and nothing else is an opt-out; inside a sentence they are words like others.
const STOPS: &[&str] = &[
    // English, and what handsets and carriers know everywhere.
    "STOP",
    "STOPALL",
    "STOP ALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REMOVE",
    "OPT OUT",
    "OPTOUT",
    "NO MORE",
    // Spanish.
    "BAJA",
    "PARAR",
    "PARA",
    "ALTO",
    "CANCELAR",
    "BORRAR",
    "ELIMINAR",
    "NO MAS",
    "DARME DE BAJA",
    "DAR DE BAJA",
    // Portuguese.
    "SAIR",
    "PARE",
    "REMOVER",
    "ANULAR",
    "CANCELE",
    "NAO MAIS",
    "CHEGA",
    "DESCADASTRAR",
    // French, Italian, German, Catalan: languages of the provider's customers' customers.
    "ARRET",
    "DESABONNER",
    "DESINSCRIRE",
    "BASTA",
    "CANCELLAMI",
    "ABMELDEN",
    "STOPP",
    "BAIXA",
    "ATURAR",
];

/// Whether an answer asks for no more messages.
///
/// ```
/// use septet_core::opt_out::is_stop;
/// assert!(is_stop(" Stop. ") && is_stop("no más") && is_stop("«SAIR»"));
/// assert!(!is_stop("I cannot stop reading"));
/// ```
#[must_use]
pub fn is_stop(answer: &str) -> bool {
    let mut words = String::new();
    let letters = answer.chars().flat_map(char::to_uppercase).map(plain);
    for letter in letters {
        if letter.is_alphanumeric() {
            words.push(letter);
        } else if letter != '\u{301}' && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        // The longest of them is far shorter.
        if words.len() > 32 {
            return false;
        }
    }
    STOPS.contains(&words.trim_end())
}

/// Without its accent.
fn plain(letter: char) -> char {
    match letter {
        'Á' | 'À' | 'Â' | 'Ã' | 'Ä' => 'A',
        'É' | 'È' | 'Ê' | 'Ë' => 'E',
        'Í' | 'Ì' | 'Î' | 'Ï' => 'I',
        'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ö' => 'O',
        'Ú' | 'Ù' | 'Û' | 'Ü' => 'U',
        'Ç' => 'C',
        'Ñ' => 'N',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stops_alone_in_any_writing_and_never_in_a_sentence() {
        for word in STOPS {
            let written = word.to_lowercase();
            assert!(is_stop(word) && is_stop(&written), "{word}");
            assert!(is_stop(&alloc::format!("  \"{written}!\"\n")), "{word}");
            assert!(!is_stop(&alloc::format!("{word} at noon")), "{word}");
            assert!(!is_stop(&alloc::format!("please {word}")), "{word}");
        }
        for other in [
            "",
            " ",
            "!",
            "start",
            "sim",
            "obrigado",
            "stopwatch",
            "não",
            "a".repeat(500).as_str(),
        ] {
            assert!(!is_stop(other), "{other}");
        }
    }

    #[test]
    fn accents_are_no_matter_composed_or_not() {
        assert!(is_stop("NÃO MAIS") && is_stop("no ma\u{301}s") && is_stop("Désabonner"));
    }

    #[test]
    fn two_scopes_are_both() {
        assert_eq!(OptOutScope::Sms.and(OptOutScope::Sms), OptOutScope::Sms);
        assert_eq!(OptOutScope::Sms.and(OptOutScope::Voice), OptOutScope::All);
        assert_eq!(OptOutScope::All.and(OptOutScope::Voice), OptOutScope::All);
    }
}
