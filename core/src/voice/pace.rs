//! How long a text takes to be heard.
//!
//! The engine's own pace is not public, and every voice has another. What is known is how
//! fast people read aloud: letters in a minute, mean and standard deviation, of 25 readers
//! in each language (Trauzettel-Klosinski and Dietz, "Standardized Assessment of Reading
//! Performance: The New International Reading Speed Texts IReST", Investigative
//! Ophthalmology & Visual Science 53 (2012) 5452-5461, characters per minute). Who is
//! timed hurries; announcements do not. So the answer is a range: from a fast
//! reader, one deviation above the mean and without a pause, to a slow one, two below it
//! and pausing at every mark.

use super::said::aloud;
use super::{Spoken, VoiceLanguage};

/// Pauses of a slow voice, in milliseconds; our assumption.
const AFTER_SENTENCE: u64 = 700;
const AFTER_CLAUSE: u64 = 300;

/// From how long to how long something takes, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// A fast voice takes as long; rounded down.
    pub least: u32,
    /// A slow voice takes as long; rounded up.
    pub most: u32,
}

impl Pace {
    /// How long a text takes in a language; figures count as they are read out, where
    /// that is known.
    ///
    /// ```
    /// use septet_core::voice::{Pace, VoiceLanguage};
    /// let pace = Pace::of("Olá Ana, a sua consulta é amanhã às 15:30.", VoiceLanguage::PtPt);
    /// assert_eq!(pace, Pace { least: 2, most: 7 });
    /// assert_eq!(Pace::of(" ", VoiceLanguage::PtPt), Pace { least: 0, most: 0 });
    /// ```
    #[must_use]
    pub fn of(text: &str, language: VoiceLanguage) -> Self {
        let aloud = aloud(text.trim(), language);
        let heard = |character: &char| character.is_alphanumeric();
        let letters = aloud.chars().filter(heard).count() as u64;
        let pause = |mark: char| match mark {
            '.' | '!' | '?' | '…' | '\n' => AFTER_SENTENCE,
            ',' | ';' | ':' | '–' | '—' => AFTER_CLAUSE,
            _ => 0,
        };
        let pauses: u64 = aloud.chars().map(pause).sum();
        let (mean, deviation) = per_minute(language);
        let least = letters * 60 / (mean + deviation);
        let slow = (letters * 60_000).div_ceil(mean - 2 * deviation);
        let most = match letters {
            0 => 0,
            _ => (slow + pauses).div_ceil(1_000),
        };
        let seconds = |seconds: u64| u32::try_from(seconds).unwrap_or(u32::MAX);
        Self {
            least: seconds(least),
            most: seconds(most),
        }
    }

    /// The same of what one contact hears; `None` for a recording, which only its file tells.
    #[must_use]
    pub fn of_spoken(spoken: &Spoken) -> Option<Self> {
        match spoken {
            Spoken::Text { voice, text } => Some(Self::of(text, voice.language())),
            Spoken::Audio(_) => None,
        }
    }
}

/// Mean and standard deviation of letters in a minute. Nobody measured Catalan and
/// Galician; they have Spanish figures, our assumption.
fn per_minute(language: VoiceLanguage) -> (u64, u64) {
    match language {
        VoiceLanguage::CaEs | VoiceLanguage::EsEs | VoiceLanguage::EsMx | VoiceLanguage::GlEs => {
            (1_025, 127)
        }
        VoiceLanguage::DeDe => (920, 86),
        VoiceLanguage::EnGb | VoiceLanguage::EnUs => (987, 118),
        VoiceLanguage::FrFr => (998, 126),
        VoiceLanguage::ItIt => (950, 140),
        VoiceLanguage::NlNl => (978, 143),
        VoiceLanguage::PlPl => (916, 126),
        VoiceLanguage::PtBr | VoiceLanguage::PtPt => (913, 145),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_takes_as_long_as_its_words() {
        let figure = Pace::of("912 345 678", VoiceLanguage::PtPt);
        let words = "nove um dois, três quatro cinco, seis sete oito";
        assert_eq!(figure, Pace::of(words, VoiceLanguage::PtPt));
    }

    #[test]
    fn a_minute_of_reading_is_a_minute_within_the_range() {
        for language in VoiceLanguage::ALL {
            let (mean, _) = per_minute(*language);
            let text = "a".repeat(usize::try_from(mean).unwrap());
            let Pace { least, most } = Pace::of(&text, *language);
            assert!((45..60).contains(&least) && (61..100).contains(&most));
        }
    }

    #[test]
    fn marks_make_a_slow_voice_pause() {
        let without = Pace::of("um dois tres", VoiceLanguage::EsEs);
        let with = Pace::of("um. dois. tres.", VoiceLanguage::EsEs);
        assert_eq!(with.least, without.least);
        assert_eq!(with.most, without.most + 2);
    }
}
