//! What texts take in one encoding, added up piece by piece.
//!
//! How many parts a text takes mostly follows from its sum alone: a part that is full
//! has at most one unit left, where a pair did not fit. Only a sum that leaves two
//! answers open needs a [`Cursor`], which cuts as the splitter does.

use alloc::vec::Vec;
use core::ops::{AddAssign, RangeInclusive};

use crate::encoding::{Encoding, ReferenceBits};
use crate::template::{escape, is_unreserved};

/// Latin, whose sizes are looked up and not searched.
const LOW: usize = 0x180;

/// One encoding that a message may be carried in.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    encoding: Encoding,
    alone: usize,
    each: usize,
    /// Units of each character of Latin; 0 where the encoding does not have it.
    low: [u8; LOW],
}

/// What a text takes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) units: usize,
    /// Characters of two units.
    pub(super) wide: usize,
    /// Whether a character is not in the encoding.
    pub(super) lacks: bool,
}

/// So many characters of so many units each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    count: usize,
    size: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.units += other.units;
        self.wide += other.wide;
        self.lacks |= other.lacks;
    }
}

impl Lane {
    pub(super) fn new(encoding: Encoding, reference: ReferenceBits) -> Self {
        let mut low = [0; LOW];
        for (size, code) in low.iter_mut().zip(0..) {
            *size = char::from_u32(code).map_or(0, |character| search(encoding, character));
        }
        Self {
            encoding,
            alone: encoding.alone(),
            each: encoding.each(reference),
            low,
        }
    }

    /// Units of a character, or 0.
    pub(super) fn size(&self, character: char) -> usize {
        let low = usize::try_from(u32::from(character)).ok();
        let low = low.and_then(|code| self.low.get(code).copied());
        usize::from(low.unwrap_or_else(|| search(self.encoding, character)))
    }

    pub(super) fn tally(&self, characters: impl Iterator<Item = char>) -> Tally {
        let mut tally = Tally::default();
        for character in characters {
            let size = self.size(character);
            tally.units += size;
            tally.wide += usize::from(size == 2);
            tally.lacks |= size == 0;
        }
        tally
    }

    /// A text in runs, for a cursor to go over.
    pub(super) fn runs(&self, text: &str) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for character in text.chars() {
            let size = self.size(character);
            match runs.last_mut() {
                Some(last) if last.size == size => last.count += 1,
                _ => runs.push(Run { count: 1, size }),
            }
        }
        runs
    }

    /// Parts of a text: the fewest and the most that such a sum can take.
    pub(super) fn parts(&self, tally: Tally) -> RangeInclusive<usize> {
        if tally.units <= self.alone {
            return 1..=1;
        }
        let fewest = tally.units.div_ceil(self.each);
        if tally.wide == 0 {
            return fewest..=fewest;
        }
        // Every part but the last has at most one unit left.
        fewest..=tally.units.div_ceil(self.each - 1)
    }

    pub(super) fn cursor(&self) -> Cursor {
        Cursor {
            each: self.each,
            filled: 0,
            parts: 1,
        }
    }
}

fn search(encoding: Encoding, character: char) -> u8 {
    match encoding.units_of(character) {
        Some(1) => 1,
        Some(_) => 2,
        None => 0,
    }
}

/// Cuts a text of several parts without having it.
#[derive(Debug)]
pub(super) struct Cursor {
    each: usize,
    filled: usize,
    pub(super) parts: usize,
}

impl Cursor {
    pub(super) fn put(&mut self, size: usize) {
        if self.filled + size > self.each {
            self.parts += 1;
            self.filled = 0;
        }
        self.filled += size;
    }

    pub(super) fn put_run(&mut self, run: Run) {
        let Run { count, size } = run;
        if size == 0 {
            return;
        }
        let here = count.min((self.each - self.filled) / size);
        self.filled += here * size;
        if here < count {
            let (rest, full) = (count - here, self.each / size);
            let more = rest.div_ceil(full);
            self.parts += more;
            self.filled = (rest - (more - 1) * full) * size;
        }
    }
}

/// The characters of a value in an address.
pub(super) fn encoded(value: &str) -> impl Iterator<Item = char> {
    value.bytes().flat_map(|byte| {
        let [mark, high, low] = escape(byte);
        let characters = if is_unreserved(byte) {
            [Some(char::from(byte)), None, None]
        } else {
            [Some(mark), Some(high), Some(low)]
        };
        characters.into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn a_run_is_put_as_its_characters_one_by_one() {
        let lane = Lane::new(Encoding::GSM7, ReferenceBits::Eight);
        for (before, count, after) in [
            (0, 153, 1),
            (151, 2, 3),
            (152, 1, 0),
            (152, 400, 76),
            (3, 75, 1),
            (3, 76, 1),
        ] {
            let text: String = ["a".repeat(before), "€".repeat(count), "a".repeat(after)].concat();
            let (mut one, mut many) = (lane.cursor(), lane.cursor());
            for character in text.chars() {
                one.put(lane.size(character));
            }
            for run in lane.runs(&text) {
                many.put_run(run);
            }
            assert_eq!((one.parts, one.filled), (many.parts, many.filled));
            let tally = lane.tally(text.chars());
            let bounds = lane.parts(tally);
            assert!(tally.units <= 160 || bounds.contains(&one.parts));
        }
    }
}
