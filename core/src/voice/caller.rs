//! Who calls, as phones show it, and other numbers that a person types into a call.

use super::VoiceProblemKind;
use crate::campaign::ProblemKind;
use crate::phone::{Country, PhoneError, PhoneNumber};

/// The number that a call comes from.
///
/// Which numbers an account may show only the provider knows; it gives them out on request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The account's own.
    Default,
    /// This one.
    Number(PhoneNumber),
}

/// Reads a caller as [`number`] does; nothing typed means `otherwise`.
pub(super) fn caller(
    typed: &str,
    country: Option<Country>,
    otherwise: Option<&Caller>,
) -> Result<Option<Caller>, VoiceProblemKind> {
    if typed.trim().is_empty() {
        return Ok(otherwise.cloned());
    }
    Ok(number(typed, country)?.map(Caller::Number))
}

/// Reads a number; `None` where there is one, but no country yet to judge it by.
pub(super) fn number(
    typed: &str,
    country: Option<Country>,
) -> Result<Option<PhoneNumber>, VoiceProblemKind> {
    if typed.trim().is_empty() {
        return Err(ProblemKind::Empty.into());
    }
    let number = country.map(|country| PhoneNumber::parse(typed, None, country));
    number.transpose().map_err(|error| match error {
        PhoneError::Empty => ProblemKind::Empty.into(),
        PhoneError::Malformed => VoiceProblemKind::MalformedNumber,
    })
}
