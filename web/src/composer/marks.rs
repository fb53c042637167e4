//! What stands out in the message as it is typed: tokens, and characters that cost.

use septet_core::encoding::{Encoding, EncodingChoice, Flagged, Language, flag};

/// The table that 360nrs offers beside the default one.
const PORTUGUESE: Encoding = Encoding::Gsm7 {
    locking: Some(Language::Pt),
    single: None,
};
const UNSUBSCRIBE: &str = "{UNSUB_URL}";

/// How a message is carried, or why it cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Carried {
    pub(super) choice: EncodingChoice,
    /// What was found; where the choice lacks a character, that choice.
    pub(super) encoding: Encoding,
    /// Whether every character can be carried.
    pub(super) fits: bool,
}

impl Carried {
    pub(super) fn new(choice: EncodingChoice, found: Option<Encoding>) -> Self {
        let chosen = match choice {
            EncodingChoice::Auto | EncodingChoice::Ucs2 => Encoding::Ucs2,
            EncodingChoice::Gsm7 => Encoding::GSM7,
            EncodingChoice::Gsm7Pt => PORTUGUESE,
        };
        Self {
            choice,
            encoding: found.unwrap_or(chosen),
            fits: found.is_some(),
        }
    }
}

/// A stretch of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) text: String,
    pub(super) mark: Mark,
}

/// How a stretch stands out; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// Does not exist in the chosen encoding.
    Absent,
    /// Takes the whole message to UCS-2.
    Forcing,
    /// Takes the whole message to the Portuguese table.
    National,
    /// Counts twice.
    Double,
    /// Is sent as something else.
    Replaced,
    /// `{{…}}` or `{UNSUB_URL}`.
    Token,
    Plain,
}

/// A character that costs, with how often it stands in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) character: char,
    pub(super) replacement: Option<&'static str>,
    pub(super) times: usize,
    pub(super) mark: Mark,
}

impl Cost {
    /// Differs when anything about it does.
    pub(super) fn key(&self) -> String {
        let figures = [self.times, self.mark as usize].map(|figure| figure.to_string());
        let replacement = self.replacement.unwrap_or("-");
        let character = self.character.to_string();
        [&character, replacement, &figures.join(" ")].concat()
    }
}

/// Cuts a message into stretches, each with its mark.
pub(super) fn stretches(text: &str, carried: Carried) -> Vec<Stretch> {
    let costly = costly(text, carried);
    let tokens = tokens(text);
    let mut stretches: Vec<Stretch> = Vec::new();
    for (index, character) in text.chars().enumerate() {
        let mark = if stands_in(&tokens, index) {
            Mark::Token
        } else {
            let found = costly.binary_search_by_key(&index, |(flagged, _)| flagged.index);
            found.map_or(Mark::Plain, |found| costly[found].1)
        };
        match stretches.last_mut() {
            Some(last) if last.mark == mark => last.text.push(character),
            _ => stretches.push(Stretch {
                text: character.into(),
                mark,
            }),
        }
    }
    stretches
}

/// The characters that cost, each once, the gravest first.
pub(super) fn costs(text: &str, carried: Carried) -> Vec<Cost> {
    let tokens = tokens(text);
    let mut costs: Vec<Cost> = Vec::new();
    for (flagged, mark) in costly(text, carried) {
        if mark == Mark::Plain || stands_in(&tokens, flagged.index) {
            continue;
        }
        match costs
            .iter_mut()
            .find(|cost| cost.character == flagged.character)
        {
            Some(cost) => cost.times += 1,
            None => {
                let cost = Cost {
                    character: flagged.character,
                    replacement: flagged.replacement,
                    times: 1,
                    mark,
                };
                costs.insert(costs.partition_point(|other| other.mark <= mark), cost);
            }
        }
    }
    costs
}

/// The message with one character replaced, except where tokens need it.
pub(super) fn replace(text: &str, character: char, by: &str) -> String {
    let tokens = tokens(text);
    let mut replaced = String::with_capacity(text.len());
    for (index, found) in text.chars().enumerate() {
        if found == character && !stands_in(&tokens, index) {
            replaced.push_str(by);
        } else {
            replaced.push(found);
        }
    }
    replaced
}

fn costly(text: &str, carried: Carried) -> Vec<(Flagged, Mark)> {
    let flagged = flag(text, carried.encoding);
    let lacks_both = |flagged: &Flagged| {
        Encoding::GSM7.units_of(flagged.character).is_none()
            && PORTUGUESE.units_of(flagged.character).is_none()
    };
    // Two characters may need UCS-2 together although each has a table of its own.
    let any_alone = flagged.iter().any(lacks_both);
    let mark = |flagged: Flagged| {
        let mark = match carried.encoding.units_of(flagged.character) {
            None if carried.fits => Mark::Replaced,
            None => Mark::Absent,
            Some(_)
                if carried.encoding == Encoding::Ucs2 && carried.choice == EncodingChoice::Auto =>
            {
                if any_alone && !lacks_both(&flagged) {
                    Mark::Plain
                } else {
                    Mark::Forcing
                }
            }
            Some(units) if units > 1 => Mark::Double,
            Some(_) if carried.choice == EncodingChoice::Auto => Mark::National,
            Some(_) => Mark::Plain,
        };
        (flagged, mark)
    };
    flagged.into_iter().map(mark).collect()
}

/// Where tokens stand, in code points.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let (mut from, mut points) = (0, 0);
    while let Some(open) = text[from..].find('{') {
        let start = from + open;
        points += text[from..start].chars().count();
        let rest = &text[start..];
        let length = match rest.strip_prefix("{{") {
            Some(inside) => inside.find("}}").map(|end| end + 4),
            None => rest.starts_with(UNSUBSCRIBE).then_some(UNSUBSCRIBE.len()),
        };
        let end = start + length.unwrap_or(1);
        let width = text[start..end].chars().count();
        if length.is_some() {
            found.push((points, points + width));
        }
        points += width;
        from = end;
    }
    found
}

fn stands_in(tokens: &[(usize, usize)], index: usize) -> bool {
    tokens
        .iter()
        .any(|(start, end)| (*start..*end).contains(&index))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn marked(text: &str, choice: EncodingChoice, found: Option<Encoding>) -> Vec<(String, Mark)> {
        let stretches = stretches(text, Carried::new(choice, found)).into_iter();
        stretches
            .map(|stretch| (stretch.text, stretch.mark))
            .collect()
    }

    #[wasm_bindgen_test]
    fn tokens_and_costly_characters_stand_out() {
        let text = "ó.{{nome|ç}}{UNSUB_URL}.{";
        assert_eq!(
            marked(text, EncodingChoice::Auto, Some(PORTUGUESE)),
            [
                ("ó".into(), Mark::National),
                (".".into(), Mark::Plain),
                ("{{nome|ç}}{UNSUB_URL}".into(), Mark::Token),
                (".".into(), Mark::Plain),
                ("{".into(), Mark::Double),
            ]
        );
    }

    #[wasm_bindgen_test]
    fn only_what_needs_ucs2_is_said_to_force_it() {
        let marks = marked("ç😀", EncodingChoice::Auto, Some(Encoding::Ucs2));
        assert_eq!(
            marks,
            [("ç".into(), Mark::Plain), ("😀".into(), Mark::Forcing)]
        );
        // Neither table has both.
        let marks = marked("çö", EncodingChoice::Auto, Some(Encoding::Ucs2));
        assert_eq!(marks[0], ("ç".into(), Mark::Forcing));
    }

    #[wasm_bindgen_test]
    fn in_a_chosen_encoding_a_character_is_absent_or_replaced() {
        let absent = marked("ж", EncodingChoice::Gsm7, None);
        assert_eq!(absent, [("ж".into(), Mark::Absent)]);
        let replaced = marked("ã", EncodingChoice::Gsm7, Some(Encoding::GSM7));
        assert_eq!(replaced, [("ã".into(), Mark::Replaced)]);
    }

    #[wasm_bindgen_test]
    fn a_character_is_listed_once_and_replaced_everywhere_but_in_tokens() {
        let text = "ó€ó {{a|ó}}";
        let costs = costs(text, Carried::new(EncodingChoice::Auto, Some(PORTUGUESE)));
        assert_eq!((costs[0].character, costs[0].times), ('ó', 2));
        assert_eq!(replace(text, 'ó', "o"), "o€o {{a|ó}}");
    }
}
