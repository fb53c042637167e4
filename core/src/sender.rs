//! What a phone shows as the origin of a message.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::campaign::ProblemKind;

/// Most digits of a numeric sender (360nrs).
pub const MAX_DIGITS: usize = 15;
/// Most characters of an alphanumeric sender (360nrs; TS 23.040, 9.1.2.5: 11 septets).
pub const MAX_CHARACTERS: usize = 11;

/// A sender that 360nrs takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(String);

/// Which of the two kinds a sender is, or is about to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderKind {
    /// A number; replies are possible where the number takes them.
    Numeric,
    /// A name; nobody can reply to it.
    Alphanumeric,
}

impl SenderKind {
    /// The kind of what has been typed so far.
    #[must_use]
    pub fn of(typed: &str) -> Self {
        let typed = typed.trim();
        let digits = typed.strip_prefix('+').unwrap_or(typed);
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Numeric
        } else {
            Self::Alphanumeric
        }
    }

    /// Most characters of this kind.
    #[must_use]
    pub fn max(self) -> usize {
        match self {
            Self::Numeric => MAX_DIGITS,
            Self::Alphanumeric => MAX_CHARACTERS,
        }
    }
}

impl Sender {
    /// Reads a sender. A `+` before a number is dropped, as 360nrs wants none.
    ///
    /// ```
    /// use septet_core::sender::{Sender, SenderKind};
    /// assert_eq!(Sender::parse("+351 ").unwrap().as_str(), "351");
    /// assert_eq!(Sender::parse("Loja Azul").unwrap().kind(), SenderKind::Alphanumeric);
    /// assert!(Sender::parse("Loja Azul Lda").is_err());
    /// ```
    ///
    /// # Errors
    /// [`ProblemKind::Empty`], [`ProblemKind::TooLong`] or [`ProblemKind::BadCharacter`].
    pub fn parse(typed: &str) -> Result<Self, ProblemKind> {
        let typed = typed.trim();
        let kind = SenderKind::of(typed);
        let sender = match kind {
            SenderKind::Numeric => typed.strip_prefix('+').unwrap_or(typed),
            SenderKind::Alphanumeric => typed,
        };
        if sender.is_empty() {
            return Err(ProblemKind::Empty);
        }
        // Phones and networks disagree about everything else.
        let allowed =
            |character: char| character.is_ascii_alphanumeric() || " .-_&".contains(character);
        if let Some(character) = sender.chars().find(|character| !allowed(*character)) {
            return Err(ProblemKind::BadCharacter { character });
        }
        // Without a letter it is neither a number nor a name.
        if kind == SenderKind::Alphanumeric
            && let Some(character) = sender.chars().find(|character| !character.is_ascii_digit())
            && !sender.contains(|character: char| character.is_ascii_alphabetic())
        {
            return Err(ProblemKind::BadCharacter { character });
        }
        if sender.len() > kind.max() {
            return Err(ProblemKind::TooLong { max: kind.max() });
        }
        Ok(Self(sender.to_owned()))
    }

    /// The sender as 360nrs gets it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Number or name.
    #[must_use]
    pub fn kind(&self) -> SenderKind {
        SenderKind::of(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_the_kind() {
        assert!(Sender::parse(&"1".repeat(15)).is_ok());
        assert_eq!(
            Sender::parse(&"1".repeat(16)),
            Err(ProblemKind::TooLong { max: 15 })
        );
        assert!(Sender::parse(&"a".repeat(11)).is_ok());
        assert_eq!(
            Sender::parse(&"a".repeat(12)),
            Err(ProblemKind::TooLong { max: 11 })
        );
    }

    #[test]
    fn nothing_is_not_a_sender() {
        for typed in ["", "  ", "+"] {
            assert_eq!(Sender::parse(typed), Err(ProblemKind::Empty), "{typed:?}");
        }
    }

    #[test]
    fn a_name_has_a_letter() {
        assert_eq!(
            Sender::parse("912-345"),
            Err(ProblemKind::BadCharacter { character: '-' })
        );
        assert!(Sender::parse("24-7 Go").is_ok());
    }

    #[test]
    fn accents_are_refused_with_the_character() {
        assert_eq!(
            Sender::parse("Promoção"),
            Err(ProblemKind::BadCharacter { character: 'ç' })
        );
    }
}
