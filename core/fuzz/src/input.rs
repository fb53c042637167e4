//! How a file of the corpus is read: letters that choose options, a line of them, and then
//! what the target is about. Every file means something, and most can be read.

use std::borrow::Cow;

use septet_core::encoding::{
    EncodingChoice, Language, LanguageSet, ReferenceBits, SegmentOptions, Transliteration,
};

/// Lines of choices, and what follows them.
#[derive(Debug)]
pub struct Input<'a> {
    choices: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    /// Takes the first line for choices.
    pub fn of(data: &'a [u8]) -> Self {
        let mut input = Self {
            choices: &[],
            rest: data,
        };
        input.choices = input.bytes_of_line();
        input
    }

    /// What the next letter chooses: `a` is the first, as is a letter that is not there.
    pub fn choose<T: Copy>(&mut self, among: &[T]) -> T {
        let (letter, choices) = self.choices.split_first().unwrap_or((&b'a', &[]));
        self.choices = choices;
        among[usize::from(letter.wrapping_sub(b'a')) % among.len()]
    }

    /// The next line, without its end.
    pub fn line(&mut self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes_of_line())
    }

    /// What is left.
    pub fn bytes(self) -> &'a [u8] {
        self.rest
    }

    /// What is left, as text.
    pub fn text(self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.rest)
    }

    /// Seven letters, or fewer.
    pub fn options(&mut self) -> SegmentOptions {
        let encoding = self.choose(EncodingChoice::ALL);
        let transliterate = self.choose(Transliteration::ALL);
        let reference = self.choose(&[ReferenceBits::Eight, ReferenceBits::Sixteen]);
        let provider = self.choose(&[false, true]);
        let max_parts = self.choose(&[u8::MAX, 1, 2, 5, 100]);
        let mut languages: Vec<Language> = self.choose(&sets()).into();
        languages.extend(self.choose(&sets()[..14]));
        languages.extend(self.choose(&sets()[..14]));
        SegmentOptions {
            encoding,
            national: LanguageSet::of(&languages),
            transliterate,
            reference,
            max_parts,
            provider,
        }
    }

    fn bytes_of_line(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let end = end.unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest.get(1..).unwrap_or_default();
        line
    }
}

/// No language, each one, and all.
fn sets() -> [&'static [Language]; 15] {
    const LANGUAGES: &[Language] = &Language::ALL;
    core::array::from_fn(|index| match index {
        0 => &[],
        14 => LANGUAGES,
        _ => &LANGUAGES[index - 1..index],
    })
}
