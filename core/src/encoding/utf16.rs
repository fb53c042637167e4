//! Counting UTF-16, which is what JavaScript's strings are, without decoding it.
//!
//! Sixteen units are looked at together: which of them take two septets, and which are none
//! of U+0000 to U+00FF that the default alphabet has. The first character that it lacks ends
//! that look, for in UCS-2 a text is as long as it is: only the ends of parts are looked at.
//! A lone surrogate, which is read as U+FFFD, takes what that takes.

use super::alphabet::Alphabet;
use super::{Count, Encoding, ReferenceBits};

/// Units that are looked at together.
const LANES: usize = 16;

/// What [`count`](super::count()) says of a text with the standard's own options, but for the
/// limit of parts.
pub(crate) fn count_utf16(text: &[u16]) -> Count {
    gsm7(text).unwrap_or_else(|| ucs2(text))
}

fn gsm7(text: &[u16]) -> Option<Count> {
    let mut filling = Filling::default();
    let (blocks, rest) = text.as_chunks();
    for block in blocks {
        filling.take(LANES, pairs(block)?);
    }
    if !rest.is_empty() {
        let mut block = [u16::from(b' '); LANES];
        block[..rest.len()].copy_from_slice(rest);
        filling.take(rest.len(), pairs(&block)?);
    }
    let alone = Encoding::GSM7.alone();
    let (parts, remaining) = if filling.units <= alone {
        (1, alone - filling.units)
    } else {
        (filling.full + 1, ROOM - filling.last)
    };
    Some(Count {
        encoding: Encoding::GSM7,
        units: filling.units,
        parts,
        remaining,
    })
}

/// Septets that each part of several holds.
const ROOM: usize = Encoding::GSM7.each(ReferenceBits::Eight);

/// Parts being filled, of a text that has several.
#[derive(Default)]
struct Filling {
    /// Units of all.
    units: usize,
    /// Parts before the last.
    full: usize,
    /// Units in the last.
    last: usize,
}

impl Filling {
    /// Takes so many characters; a bit for each of two units.
    #[inline(always)]
    fn take(&mut self, characters: usize, pairs: u32) {
        let units = characters + pairs.count_ones() as usize;
        self.units += units;
        self.last += units;
        if self.last > ROOM {
            // Back to where the part ends; what does not fit opens the next.
            let (mut at, mut over) = (characters, 0);
            while self.last - over > ROOM {
                at -= 1;
                over += 1 + (pairs >> at & 1) as usize;
            }
            self.full += 1;
            self.last = over;
        }
    }
}

/// The units of a block that take two septets, a bit for each; `None` where the default
/// alphabet lacks one.
#[inline(always)]
fn pairs(block: &[u16; LANES]) -> Option<u32> {
    let Seen {
        mut pairs,
        mut others,
    } = look(block);
    while others != 0 {
        let lane = others.trailing_zeros();
        // A surrogate is no character, and half of one that is not there either.
        let character = char::from_u32(block[lane as usize].into())?;
        if Alphabet::new(None, None).units_of(character)? == 2 {
            pairs |= 1 << lane;
        }
        others &= others - 1;
    }
    Some(pairs)
}

fn ucs2(text: &[u16]) -> Count {
    let units = text.len();
    let alone = Encoding::Ucs2.alone();
    if units <= alone {
        return Count {
            encoding: Encoding::Ucs2,
            units,
            parts: 1,
            remaining: alone - units,
        };
    }
    let room = Encoding::Ucs2.each(ReferenceBits::Eight);
    let (mut parts, mut start) = (1, 0);
    while units - start > room {
        let end = start + room;
        let straddles = matches!(text[end - 1..], [0xd800..=0xdbff, 0xdc00..=0xdfff, ..]);
        start = end - usize::from(straddles);
        parts += 1;
    }
    Count {
        encoding: Encoding::Ucs2,
        units,
        parts,
        remaining: room - (units - start),
    }
}

/// What a block is made of, a bit for each unit.
struct Seen {
    /// Characters below U+0100 of two septets.
    pairs: u32,
    /// Neither those nor characters below U+0100 of one septet.
    others: u32,
}

#[cfg(not(all(target_family = "wasm", target_feature = "simd128")))]
fn look(block: &[u16; LANES]) -> Seen {
    let alphabet = Alphabet::new(None, None);
    let (mut pairs, mut others) = (0, 0);
    for (lane, unit) in block.iter().enumerate() {
        let units = u8::try_from(*unit).map_or(None, |low| alphabet.units_of_low(low));
        pairs |= u32::from(units == Some(2)) << lane;
        others |= u32::from(units.is_none()) << lane;
    }
    Seen { pairs, others }
}

#[cfg(all(target_family = "wasm", target_feature = "simd128"))]
use vectors::look;

#[cfg(all(target_family = "wasm", target_feature = "simd128"))]
mod vectors {
    use core::arch::wasm32::{
        i8x16_bitmask, u8x16, u8x16_eq, u8x16_narrow_i16x8, u8x16_shr, u8x16_splat, u8x16_swizzle,
        u64x2, v128, v128_and, v128_or, v128_xor,
    };

    use super::super::tables::{LOCKING_DEFAULT, SINGLE_DEFAULT, Table};
    use super::{LANES, Seen};

    /// The characters below U+0100 that a table has: for each low half of a code, a bit for
    /// each high half.
    struct Halves {
        /// Below U+0080.
        first: [u8; 16],
        /// From there on.
        second: [u8; 16],
    }

    const ONE: Halves = Halves::of(&LOCKING_DEFAULT);
    const TWO: Halves = Halves::of(&SINGLE_DEFAULT);

    impl Halves {
        const fn of(table: &Table) -> Self {
            let (mut first, mut second) = ([0; 16], [0; 16]);
            let mut code = 0;
            while code < 0x80 {
                let (low, bit) = (code % 16, 1 << (code / 16));
                if table.has_low(code as u8) {
                    first[low] |= bit;
                }
                if table.has_low(code as u8 + 0x80) {
                    second[low] |= bit;
                }
                code += 1;
            }
            Self { first, second }
        }
    }

    #[inline(always)]
    pub(super) fn look(block: &[u16; LANES]) -> Seen {
        // What is above U+00FF becomes 0 or U+00FF, which no table has.
        let codes = u8x16_narrow_i16x8(load(block, 0), load(block, 8));
        let low = v128_and(codes, u8x16_splat(0x0f));
        let high = u8x16_shr(codes, 4);
        let first = u8x16_swizzle(vector(&BITS), high);
        let second = u8x16_swizzle(vector(&BITS), v128_xor(high, u8x16_splat(8)));
        let one = v128_or(
            v128_and(u8x16_swizzle(vector(&ONE.first), low), first),
            v128_and(u8x16_swizzle(vector(&ONE.second), low), second),
        );
        // The extension has nothing from U+0080 to U+00FF.
        let two = v128_and(u8x16_swizzle(vector(&TWO.first), low), first);
        let none = |lanes| u8x16_eq(lanes, u8x16_splat(0));
        Seen {
            pairs: u32::from(!i8x16_bitmask(none(two))),
            others: u32::from(i8x16_bitmask(none(v128_or(one, two)))),
        }
    }

    /// The bit of a high half, for those below 8.
    const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0];

    #[inline(always)]
    fn load(block: &[u16; LANES], at: usize) -> v128 {
        let four = |at: usize| {
            u64::from(block[at])
                | u64::from(block[at + 1]) << 16
                | u64::from(block[at + 2]) << 32
                | u64::from(block[at + 3]) << 48
        };
        u64x2(four(at), four(at + 4))
    }

    #[inline(always)]
    fn vector(b: &[u8; 16]) -> v128 {
        u8x16(
            b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
            b[14], b[15],
        )
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;
    use crate::encoding::{SegmentOptions, count};

    fn is_counted_as_decoded(text: &[u16]) {
        let decoded = String::from_utf16_lossy(text);
        let expected = count(&decoded, &SegmentOptions::new());
        assert_eq!(Ok(count_utf16(text)), expected, "{decoded:?}");
    }

    #[test]
    fn every_unit_counts_as_the_character_that_it_is() {
        for unit in 0..=u16::MAX {
            is_counted_as_decoded(&[unit]);
            is_counted_as_decoded(&[u16::from(b'a'), unit, u16::from(b'[')]);
        }
    }

    #[test]
    fn a_pair_never_straddles_the_end_of_a_part() {
        for length in 0..330 {
            for pair in ["€", "[", "😀"] {
                for filler in ["a", "ж"] {
                    let text = filler.repeat(length) + pair + &filler.repeat(160) + pair;
                    is_counted_as_decoded(&text.encode_utf16().collect::<Vec<_>>());
                }
            }
        }
    }

    /// Of the default alphabet, but for the last few.
    fn units(kinds: usize) -> impl Strategy<Value = Vec<u16>> {
        const KINDS: [u16; 14] = [
            0x61, 0x20, 0xe9, 0x5b, 0x20ac, 0x7e, 0x0c, 0x394, 0x0a, 0x40, 0x60, 0xd83d, 0xde00,
            0x436,
        ];
        prop::collection::vec(prop::sample::select(&KINDS[..kinds]), 0..1200)
    }

    proptest! {
        #[test]
        fn texts_of_the_default_alphabet_count_as_decoded(text in units(10)) {
            is_counted_as_decoded(&text);
        }

        #[test]
        fn texts_with_anything_in_them_count_as_decoded(text in units(14)) {
            is_counted_as_decoded(&text);
        }
    }
}
