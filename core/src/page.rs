//! The rules of an account's page for people who want no more messages.

use crate::named::named;
use crate::wire::{UnsubscribePage, UnsubscribeTexts};

/// Most characters of the company's name.
pub const MOST_NAME: usize = 60;
/// Most characters of one sentence.
pub const MOST_SENTENCE: usize = 400;
/// Most languages.
pub const MOST_LANGUAGES: usize = 12;
/// Most characters of the picture, written as `data:`: some 100 KB of it.
pub const MOST_LOGO: usize = 140_000;
/// Kinds of pictures that are taken.
const PICTURES: [&str; 4] = ["png", "jpeg", "webp", "gif"];

named! {
    /// What is wrong with a page.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum PageProblem {
        /// The company's name is too long.
        Name = "name",
        /// The picture is none that is taken, or too large.
        Logo = "logo",
        /// A colour is not written as `#rrggbb`.
        Colour = "colour",
        /// A language's tag is none, is there twice, or there are too many.
        Language = "language",
        /// A sentence is too long.
        Sentence = "sentence",
    }
}

impl UnsubscribePage {
    /// What is wrong with it, the first that is found.
    ///
    /// # Errors
    /// That.
    pub fn check(&self) -> Result<(), PageProblem> {
        if self.company.chars().count() > MOST_NAME {
            return Err(PageProblem::Name);
        }
        if !self.logo.is_empty() && !is_picture(&self.logo) {
            return Err(PageProblem::Logo);
        }
        let colours = [&self.colour, &self.background];
        if !colours
            .iter()
            .all(|colour| colour.is_empty() || Colour::parse(colour).is_some())
        {
            return Err(PageProblem::Colour);
        }
        let twice = |texts: &UnsubscribeTexts| {
            let same = self
                .texts
                .iter()
                .filter(|other| other.language == texts.language);
            same.count() > 1
        };
        if self.texts.len() > MOST_LANGUAGES
            || self
                .texts
                .iter()
                .any(|texts| !is_tag(&texts.language) || twice(texts))
        {
            return Err(PageProblem::Language);
        }
        let too_long = |sentence: &&str| sentence.chars().count() > MOST_SENTENCE;
        let mut sentences = self.texts.iter().flat_map(UnsubscribeTexts::sentences);
        if sentences.any(|sentence| too_long(&sentence)) {
            return Err(PageProblem::Sentence);
        }
        Ok(())
    }
}

impl UnsubscribeTexts {
    fn sentences(&self) -> [&str; 7] {
        [
            &self.title,
            &self.question,
            &self.button,
            &self.note,
            &self.done_title,
            &self.done_text,
            &self.undo,
        ]
    }
}

/// A colour as people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// Reads `#rrggbb`, or without the `#`.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let digits = written.strip_prefix('#').unwrap_or(written);
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let part = |place: usize| u8::from_str_radix(&digits[place..place + 2], 16).ok();
        Some(Self {
            red: part(0)?,
            green: part(2)?,
            blue: part(4)?,
        })
    }

    /// Whether black is easier to read on it than white: it is where its relative luminance
    /// (WCAG 2.2) is above 0.179, at which both have the same contrast.
    ///
    /// ```
    /// use septet_core::page::Colour;
    /// let on = |colour| Colour::parse(colour).unwrap().wants_black();
    /// assert!(on("#ffffff") && on("#ffd500") && !on("#000000") && !on("#5c2db8"));
    /// ```
    #[must_use]
    pub fn wants_black(self) -> bool {
        // Squaring is near enough to the exponent of 2.4.
        let linear = |part: u8| f32::from(part) / 255.0 * (f32::from(part) / 255.0);
        let luminance =
            0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue);
        luminance > 0.179
    }
}

/// Whether it is `data:image/…;base64,` and nothing but base64.
fn is_picture(logo: &str) -> bool {
    let parts = logo
        .strip_prefix("data:image/")
        .and_then(|rest| rest.split_once(";base64,"));
    parts.is_some_and(|(kind, data)| {
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
        PICTURES.contains(&kind)
            && logo.len() <= MOST_LOGO
            && !data.is_empty()
            && data.bytes().all(is_base64)
    })
}

/// Whether it is a language and perhaps a region or a script (BCP 47).
fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|letter| letter.is_ascii_lowercase())
        && parts.clone().count() <= 1
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::*;

    fn page(change: impl FnOnce(&mut UnsubscribePage)) -> Result<(), PageProblem> {
        let mut page = UnsubscribePage {
            company: "Livraria Ondas".into(),
            logo: "data:image/png;base64,iVBORw0KGgo=".into(),
            colour: "#5c2db8".into(),
            background: "#FFFFFF".into(),
            texts: ["pt", "ca", "pt-BR", "zh-Hant"]
                .map(|language| UnsubscribeTexts {
                    language: language.into(),
                    title: "Adeus".into(),
                    ..UnsubscribeTexts::default()
                })
                .to_vec(),
        };
        change(&mut page);
        page.check()
    }

    #[test]
    fn what_would_not_be_shown_as_it_was_meant_is_refused() {
        assert_eq!(UnsubscribePage::default().check(), Ok(()));
        assert_eq!(page(|_| ()), Ok(()));
        let long = "x".repeat(MOST_SENTENCE + 1);
        assert_eq!(
            page(|page| page.company = long.clone()),
            Err(PageProblem::Name)
        );
        for logo in [
            "https://x.pt/a.png",
            "data:image/svg+xml;base64,AAAA",
            "data:text/html;base64,AAAA",
            "data:image/png;base64,",
            "data:image/png;base64,A\"><script>",
        ] {
            assert_eq!(
                page(|page| page.logo = logo.to_string()),
                Err(PageProblem::Logo),
                "{logo}"
            );
        }
        for colour in ["red", "#12", "#12345g", "#1234567", "url(x)"] {
            let result = page(|page| page.background = colour.into());
            assert_eq!(result, Err(PageProblem::Colour), "{colour}");
        }
        for language in ["", "x", "PT", "pt_PT", "pt-", "pt-PT-x", "português"] {
            let result = page(|page| page.texts[0].language = language.into());
            assert_eq!(result, Err(PageProblem::Language), "{language}");
        }
        let twice = page(|page| page.texts[0].language = String::from("ca"));
        assert_eq!(twice, Err(PageProblem::Language));
        let sentence = page(|page| page.texts[3].undo = long);
        assert_eq!(sentence, Err(PageProblem::Sentence));
    }
}
