//! Collects what is wrong with a draft, so that a person is told everything at once.

use alloc::vec::Vec;

use super::{Narration, NarrationDraft, VoiceProblem, VoiceProblemKind, Where};
use crate::campaign::{ProblemKind, Rules};

/// The problems so far, in the order in which they were found.
#[derive(Default)]
pub(super) struct Notes(pub(super) Vec<VoiceProblem>);

impl Notes {
    pub(super) fn add(&mut self, at: Where, kind: impl Into<VoiceProblemKind>) {
        let kind = kind.into();
        self.0.push(VoiceProblem { at, kind });
    }

    /// What was read, or a note that it could not be.
    pub(super) fn keep<T>(
        &mut self,
        at: Where,
        read: Result<T, impl Into<VoiceProblemKind>>,
    ) -> Option<T> {
        read.map_err(|kind| self.add(at, kind)).ok()
    }

    /// A narration, held against the account's properties as well.
    pub(super) fn narration(
        &mut self,
        at: Where,
        draft: &NarrationDraft,
        rules: &Rules<'_>,
    ) -> Option<Narration> {
        let narration = self.keep(at, Narration::parse(draft))?;
        for kind in narration.unknown(rules) {
            self.add(at, kind);
        }
        Some(narration)
    }

    /// A figure within its limits.
    pub(super) fn figure(&mut self, at: Where, given: u8, min: u8, max: u8) -> u8 {
        if !(min..=max).contains(&given) {
            self.add(at, VoiceProblemKind::OutOfRange { min, max });
        }
        given
    }

    /// The name of a property with a number.
    pub(super) fn property<'a>(
        &mut self,
        at: Where,
        typed: &'a str,
        rules: &Rules<'_>,
    ) -> Option<&'a str> {
        let name = typed.trim();
        if name.is_empty() {
            self.add(at, ProblemKind::Empty);
        } else if rules.properties.is_some_and(|known| !known.contains(name)) {
            let name = name.into();
            self.add(at, ProblemKind::UnknownToken { name });
        } else {
            return Some(name);
        }
        None
    }
}
