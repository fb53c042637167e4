//! Cutting a text that fits an encoding into parts.

use alloc::vec::Vec;

use serde::Serialize;

use super::measure::walk;
use super::{Encoding, Segmentation};

/// One part of a message, as the phone joins it to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Part<'a> {
    /// Its text.
    pub text: &'a str,
    /// Units of its text: septets or UTF-16 units; headers are not counted.
    pub units: usize,
}

/// Where a text is cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cuts {
    /// Of each part but the last: where it ends, in bytes, and its units.
    ends: Vec<(usize, usize)>,
    /// Units of the last.
    last: usize,
}

impl Cuts {
    /// Cuts a text that fits an encoding and takes so many parts.
    pub(super) fn of(text: &str, encoding: Encoding, room: usize, parts: usize) -> Self {
        let mut ends = Vec::with_capacity(parts - 1);
        let walked = walk(text, encoding, room, |end, units| ends.push((end, units)));
        Self {
            ends,
            // A character that the encoding lacks would have been found before.
            last: walked.map_or(0, |(_, units)| units),
        }
    }

    /// A text that takes one part of so many units.
    pub(super) fn none(units: usize) -> Self {
        Self {
            ends: Vec::new(),
            last: units,
        }
    }

    /// Ends a part that is not the last.
    pub(super) fn end(&mut self, end: usize, units: usize) {
        self.ends.push((end, units));
    }

    /// The same, with this many units in the last part.
    pub(super) fn ending_with(self, units: usize) -> Self {
        Self {
            last: units,
            ..self
        }
    }

    pub(super) fn parts(&self) -> usize {
        self.ends.len() + 1
    }
}

impl Segmentation<'_> {
    /// The parts; at least one, which is empty for an empty text.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = Part<'_>> + DoubleEndedIterator {
        (0..self.cuts.parts()).map(|index| {
            let start = index
                .checked_sub(1)
                .map_or(0, |before| self.cuts.ends[before].0);
            let (end, units) = match self.cuts.ends.get(index) {
                Some(cut) => *cut,
                None => (self.text.len(), self.cuts.last),
            };
            Part {
                text: &self.text[start..end],
                units,
            }
        })
    }
}
