//! Capital and small letters of the scripts that people write messages in: Latin, Greek
//! and Cyrillic. Letters of other scripts stay as they are.
//!
//! The standard library knows all of Unicode's; its tables would weigh more in the page
//! than everything else that a template does. A test holds these rules against them.

use alloc::string::String;

/// How the small letters of a block of capitals are found.
#[derive(Clone, Copy)]
enum Rule {
    /// So far above.
    Apart(u32),
    /// A capital, its small letter, the next capital.
    Pairs,
}

use Rule::{Apart, Pairs};

/// Blocks by their first and last letter.
const BLOCKS: [(char, char, Rule); 28] = [
    ('A', 'Z', Apart(32)),
    ('À', 'Ö', Apart(32)),
    ('Ø', 'Þ', Apart(32)),
    ('Ā', 'į', Pairs),
    ('Ĳ', 'ķ', Pairs),
    ('Ĺ', 'ň', Pairs),
    ('Ŋ', 'ŷ', Pairs),
    ('Ź', 'ž', Pairs),
    ('Ǎ', 'ǜ', Pairs),
    ('Ǟ', 'ǯ', Pairs),
    ('Ǹ', 'ȟ', Pairs),
    ('Ȣ', 'ȳ', Pairs),
    ('Έ', 'Ί', Apart(37)),
    ('Ύ', 'Ώ', Apart(63)),
    ('Α', 'Ρ', Apart(32)),
    ('Σ', 'Ϋ', Apart(32)),
    ('Ѐ', 'Џ', Apart(80)),
    ('А', 'Я', Apart(32)),
    ('Ѡ', 'ҁ', Pairs),
    ('Ҋ', 'ҿ', Pairs),
    ('Ӂ', 'ӎ', Pairs),
    ('Ӑ', 'ԯ', Pairs),
    ('Ḁ', 'ẕ', Pairs),
    ('Ạ', 'ỿ', Pairs),
    ('Ÿ', 'Ÿ', Apart(u32::MAX - 120)),
    ('Ά', 'Ά', Apart(38)),
    ('Ό', 'Ό', Apart(64)),
    ('Ӏ', 'Ӏ', Apart(15)),
];

/// Small letters that share their capital with another.
const SHARED: [(char, char); 4] = [('ı', 'I'), ('ſ', 'S'), ('µ', 'Μ'), ('ς', 'Σ')];

/// The small letter of a capital; any other character is itself.
pub(super) fn lower(character: char) -> char {
    let code = u32::from(character);
    let block = |(first, last, rule)| {
        let within = (first..=last).contains(&character);
        match rule {
            Apart(distance) => within.then(|| code.wrapping_add(distance)),
            Pairs => (within && (code - u32::from(first)) % 2 == 0).then(|| code + 1),
        }
    };
    let found = BLOCKS.into_iter().find_map(block);
    found.and_then(char::from_u32).unwrap_or(character)
}

/// The capital of a small letter; any other character is itself.
pub(super) fn upper(character: char) -> char {
    if let Some((_, capital)) = SHARED.iter().find(|(small, _)| *small == character) {
        return *capital;
    }
    let code = u32::from(character);
    let block = |(first, last, rule)| {
        let within = |code| (u32::from(first)..=u32::from(last)).contains(&code);
        let capital = match rule {
            Apart(distance) => code.wrapping_sub(distance),
            Pairs => code.wrapping_sub(1),
        };
        let of_pair = matches!(rule, Apart(_)) || (capital.wrapping_sub(u32::from(first))) % 2 == 0;
        (within(capital) && of_pair).then_some(capital)
    };
    let found = BLOCKS.into_iter().find_map(block);
    found.and_then(char::from_u32).unwrap_or(character)
}

/// Appends a character as a capital; `ß` is two.
pub(super) fn push_upper(text: &mut String, character: char) {
    match character {
        'ß' => text.push_str("SS"),
        'ŉ' => text.push_str("ʼN"),
        other => text.push(upper(other)),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    /// The blocks of Unicode that the rules are for, but for letters of phonetic and
    /// mediaeval writing.
    fn letters() -> impl Iterator<Item = char> {
        let blocks = [
            '\0'..='\u{17f}',
            '\u{1cd}'..='\u{1ef}',
            '\u{1f8}'..='\u{21f}',
        ];
        let more = [
            '\u{222}'..='\u{233}',
            '\u{386}'..='\u{3ce}',
            '\u{400}'..='\u{52f}',
        ];
        let last = ['\u{1e00}'..='\u{1e95}', '\u{1ea0}'..='\u{1eff}'];
        blocks.into_iter().chain(more).chain(last).flatten()
    }

    #[test]
    fn letters_are_those_of_unicode() {
        // Two dots that Unicode takes apart, and Greek letters with two marks.
        let except = "İΐΰǰẖẗẘẙẚǝ";
        for character in letters().filter(|letter| !except.contains(*letter)) {
            let mut capital = String::new();
            push_upper(&mut capital, character);
            assert_eq!(
                capital,
                character.to_uppercase().to_string(),
                "{character:?}"
            );
            let small = lower(character).to_string();
            assert_eq!(small, character.to_lowercase().to_string(), "{character:?}");
        }
    }

    #[test]
    fn other_scripts_stay_as_they_are() {
        for character in "նა字ا।😀".chars() {
            assert_eq!((upper(character), lower(character)), (character, character));
        }
    }
}
