//! What stands out in the message as it is typed: tokens, and characters that cost.

use septet_core::encoding::{Encoding, Flagged, flag};

/// A stretch of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) text: String,
    pub(super) mark: Mark,
}

/// How a stretch stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Plain,
    /// `{{…}}` or `{UNSUB_URL}`.
    Token,
    /// Takes two units, or needs another alphabet.
    Costly,
    /// Forces the whole message into UCS-2.
    Forcing,
}

/// A character that costs, with how often it stands in the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) flagged: Flagged,
    pub(super) times: usize,
    pub(super) mark: Mark,
}

/// Cuts a message into stretches, each with its mark.
pub(super) fn stretches(text: &str, encoding: Encoding) -> Vec<Stretch> {
    let costly = costly(text, encoding);
    let tokens = tokens(text);
    let mut stretches: Vec<Stretch> = Vec::new();
    for (index, character) in text.chars().enumerate() {
        let mark = if tokens
            .iter()
            .any(|(start, end)| (*start..*end).contains(&index))
        {
            Mark::Token
        } else {
            let flagged = costly.binary_search_by_key(&index, |flagged| flagged.index);
            flagged.map_or(Mark::Plain, |found| mark_of(&costly[found], encoding))
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

/// The characters that cost, each once, those that force UCS-2 first.
pub(super) fn costs(text: &str, encoding: Encoding) -> Vec<Cost> {
    let tokens = tokens(text);
    let mut costs: Vec<Cost> = Vec::new();
    for flagged in costly(text, encoding) {
        if tokens
            .iter()
            .any(|(start, end)| (*start..*end).contains(&flagged.index))
        {
            continue;
        }
        match costs
            .iter_mut()
            .find(|cost| cost.flagged.character == flagged.character)
        {
            Some(cost) => cost.times += 1,
            None => costs.push(Cost {
                mark: mark_of(&flagged, encoding),
                flagged,
                times: 1,
            }),
        }
    }
    costs.sort_by_key(|cost| cost.mark != Mark::Forcing);
    costs
}

fn costly(text: &str, encoding: Encoding) -> Vec<Flagged> {
    flag(text, encoding)
}

fn mark_of(flagged: &Flagged, encoding: Encoding) -> Mark {
    let plain = Encoding::GSM7.units_of(flagged.character).is_some();
    if encoding == Encoding::Ucs2 && !plain {
        Mark::Forcing
    } else {
        Mark::Costly
    }
}

/// Where tokens stand, in code points.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('{') {
        let start = from + open;
        let length = if let Some(inside) = text[start..].strip_prefix("{{") {
            inside.find("}}").map(|end| end + 4)
        } else {
            text[start..]
                .starts_with("{UNSUB_URL}")
                .then_some("{UNSUB_URL}".len())
        };
        let Some(length) = length else {
            from = start + 1;
            continue;
        };
        let points = |end: usize| text[..end].chars().count();
        found.push((points(start), points(start + length)));
        from = start + length;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Mark, costs, stretches};
    use septet_core::encoding::Encoding;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn marked(text: &str, encoding: Encoding) -> Vec<(String, Mark)> {
        let stretches = stretches(text, encoding).into_iter();
        stretches
            .map(|stretch| (stretch.text, stretch.mark))
            .collect()
    }

    #[wasm_bindgen_test]
    fn tokens_and_costly_characters_stand_out() {
        assert_eq!(
            marked("a€ {{nome|ç}}", Encoding::GSM7),
            [
                ("a".into(), Mark::Plain),
                ("€".into(), Mark::Costly),
                (" ".into(), Mark::Plain),
                ("{{nome|ç}}".into(), Mark::Token),
            ]
        );
        assert_eq!(marked("ж", Encoding::Ucs2), [("ж".into(), Mark::Forcing)]);
    }

    #[wasm_bindgen_test]
    fn a_character_is_listed_once_with_how_often_it_stands_there() {
        let costs = costs("ç€ç {{ç}}", Encoding::Ucs2);
        assert_eq!(costs.len(), 1);
        assert_eq!((costs[0].flagged.character, costs[0].times), ('ç', 2));
    }
}
