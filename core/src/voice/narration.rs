//! What is heard: a text that is spoken, or a recording that is played.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;

use super::{AudioUrl, NarrationDraft, NarrationKind, Voice, VoiceProblemKind};
use crate::campaign::{ProblemKind, Rules};
use crate::named::named;
use crate::template::{LinkWriter, RenderOptions, Template, TemplateErrorKind};

/// Most characters (code points) of a text that is spoken, before and after values are
/// filled in. Ours, as the provider states none: some four minutes, longer than anybody
/// listens.
pub const MAX_SPOKEN: usize = 4_000;

/// What everybody hears, each with values of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Narration {
    /// A text is spoken.
    Speech {
        /// By whom.
        voice: Voice,
        /// The text with its tokens.
        text: Template,
    },
    /// A recording is played.
    Audio(AudioUrl),
}

/// What one contact hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    /// This text.
    Text {
        /// By whom.
        voice: Voice,
        /// At least one character that is no space, at most [`MAX_SPOKEN`].
        text: String,
    },
    /// This recording.
    Audio(AudioUrl),
}

named! {
    /// Why a contact hears nothing.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Unspoken {
        /// With these values nothing is left to say.
        Empty = "empty",
        /// With these values the text has more than [`MAX_SPOKEN`] characters.
        TooLong = "too_long",
    }
}

impl Narration {
    /// Reads a narration, without asking whether its properties exist.
    ///
    /// # Errors
    /// When there is none, its text or address cannot be read, or its voice does not exist.
    pub fn parse(draft: &NarrationDraft) -> Result<Self, VoiceProblemKind> {
        match draft.kind {
            NarrationKind::Speech => speech(draft),
            NarrationKind::Audio if draft.audio_url.trim().is_empty() => {
                Err(ProblemKind::Empty.into())
            }
            NarrationKind::Audio => AudioUrl::parse(&draft.audio_url)
                .map(Self::Audio)
                .map_err(|error| VoiceProblemKind::Audio { error }),
        }
    }

    /// What a contact with these values hears.
    ///
    /// ```
    /// use septet_core::voice::{Narration, NarrationDraft, Spoken, Unspoken};
    /// let text = "{{firstname}}".into();
    /// let draft = NarrationDraft { text, ..NarrationDraft::default() };
    /// let narration = Narration::parse(&draft).unwrap();
    /// assert_eq!(narration.render(&[].into()), Err(Unspoken::Empty));
    /// let heard = narration.render(&[("firstname".into(), "Ana".into())].into());
    /// assert!(matches!(heard, Ok(Spoken::Text { text, .. }) if text == "Ana"));
    /// ```
    ///
    /// # Errors
    /// [`Unspoken`], as the values make it.
    pub fn render(&self, values: &BTreeMap<String, String>) -> Result<Spoken, Unspoken> {
        let (voice, text) = match self {
            Self::Audio(url) => return Ok(Spoken::Audio(url.clone())),
            Self::Speech { voice, text } => (*voice, text),
        };
        let rendered = text.render(values, &RenderOptions::default(), &mut Aloud);
        let text = rendered.text.trim();
        if text.is_empty() {
            return Err(Unspoken::Empty);
        }
        if text.chars().count() > MAX_SPOKEN {
            return Err(Unspoken::TooLong);
        }
        Ok(Spoken::Text {
            voice,
            text: text.to_owned(),
        })
    }

    /// The properties that it asks for and the account does not have.
    pub(super) fn unknown<'a>(
        &'a self,
        rules: &'a Rules<'_>,
    ) -> impl Iterator<Item = ProblemKind> + 'a {
        let text = match self {
            Self::Speech { text, .. } => Some(text),
            Self::Audio(_) => None,
        };
        let names = text.into_iter().flat_map(Template::properties);
        names
            .filter(|name| rules.properties.is_some_and(|known| !known.contains(*name)))
            .map(|name| ProblemKind::UnknownToken { name: name.into() })
    }
}

fn speech(draft: &NarrationDraft) -> Result<Narration, VoiceProblemKind> {
    if draft.text.trim().is_empty() {
        return Err(ProblemKind::Empty.into());
    }
    let text = Template::parse(&draft.text).map_err(|error| {
        let position = error.position;
        match error.kind {
            TemplateErrorKind::Unclosed => ProblemKind::UnclosedToken { position },
            TemplateErrorKind::BadName | TemplateErrorKind::UnknownFilter => {
                ProblemKind::BadToken { position }
            }
        }
    })?;
    if text.has_unsubscribe() {
        return Err(VoiceProblemKind::UnsubscribeLink);
    }
    let bare = text.render(&BTreeMap::new(), &RenderOptions::default(), &mut Aloud);
    if bare.text.trim().chars().count() > MAX_SPOKEN {
        return Err(ProblemKind::TooLong { max: MAX_SPOKEN }.into());
    }
    let voice = Voice::find(draft.language, draft.gender, &draft.voice)
        .ok_or(VoiceProblemKind::UnknownVoice)?;
    Ok(Narration::Speech { voice, text })
}

/// Addresses are read out as they were typed.
struct Aloud;

impl LinkWriter for Aloud {
    fn short(&mut self, target: &str) -> String {
        target.to_owned()
    }

    /// Never asked for: such a text is not parsed.
    fn unsubscribe(&mut self) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::voice::{AudioError, Gender, VoiceLanguage};

    fn speech(text: &str) -> NarrationDraft {
        NarrationDraft {
            text: text.into(),
            ..NarrationDraft::default()
        }
    }

    #[test]
    fn only_the_kind_that_counts_is_held_against_the_rules() {
        let both = NarrationDraft {
            audio_url: "http://no".into(),
            ..speech("Olá")
        };
        assert!(Narration::parse(&both).is_ok());
        let audio = NarrationDraft {
            kind: NarrationKind::Audio,
            ..both.clone()
        };
        let error = AudioError::NotHttps;
        assert_eq!(
            Narration::parse(&audio),
            Err(VoiceProblemKind::Audio { error })
        );
        let none = NarrationDraft {
            audio_url: " ".into(),
            ..audio
        };
        assert_eq!(Narration::parse(&none), Err(ProblemKind::Empty.into()));
    }

    #[test]
    fn what_cannot_be_spoken_is_refused() {
        let other = NarrationDraft {
            language: VoiceLanguage::PtPt,
            gender: Gender::Male,
            voice: "Inês".into(),
            ..speech("Olá")
        };
        let long = "a".repeat(MAX_SPOKEN + 1);
        for (draft, expected) in [
            (speech(" \n"), ProblemKind::Empty.into()),
            (
                speech("é{{a"),
                ProblemKind::UnclosedToken { position: 1 }.into(),
            ),
            (
                speech("é{{a b}}"),
                ProblemKind::BadToken { position: 1 }.into(),
            ),
            (
                speech("Sair: {UNSUB_URL}"),
                VoiceProblemKind::UnsubscribeLink,
            ),
            (
                speech(&long),
                ProblemKind::TooLong { max: MAX_SPOKEN }.into(),
            ),
            (other, VoiceProblemKind::UnknownVoice),
        ] {
            assert_eq!(Narration::parse(&draft), Err(expected));
        }
        assert!(Narration::parse(&speech(&long[1..])).is_ok());
    }

    #[test]
    fn a_long_value_makes_a_text_too_long_for_that_contact_alone() {
        let narration = Narration::parse(&speech("Olá {{name}}, www.a.pt")).unwrap();
        let of = |length: usize| [("name".into(), "a".repeat(length))].into();
        assert_eq!(
            narration.render(&of(MAX_SPOKEN - 13)),
            Err(Unspoken::TooLong)
        );
        let Ok(Spoken::Text { text, voice }) = narration.render(&of(MAX_SPOKEN - 14)) else {
            panic!("it just fits");
        };
        let long = "a".repeat(MAX_SPOKEN - 14);
        assert_eq!(text, format!("Olá {long}, www.a.pt"));
        assert_eq!(voice.language(), VoiceLanguage::EsEs);
    }
}
