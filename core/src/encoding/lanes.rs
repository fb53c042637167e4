//! Sixteen bytes looked at together.
//!
//! Elsewhere the compiler makes vector instructions of plain loops. For WASM it is asked
//! for few bytes and makes none, so they are written out, where the browser has them.

use super::measure::Seen;

/// Bytes that are looked at together.
pub(super) const LANES: usize = 16;

#[cfg(not(all(target_family = "wasm", target_feature = "simd128")))]
pub(super) use plain::{Lanes, utf16};
#[cfg(all(target_family = "wasm", target_feature = "simd128"))]
pub(super) use vectors::{Lanes, utf16};

#[cfg(not(all(target_family = "wasm", target_feature = "simd128")))]
mod plain {
    use super::{LANES, Seen};

    #[derive(Default)]
    pub(in crate::encoding) struct Lanes {
        pairs: [u8; LANES],
        high: [u8; LANES],
        trouble: [u8; LANES],
    }

    impl Lanes {
        /// `[ \ ] ^` and, one bit apart, `{ | } ~` are the extension's; form feed is too, but
        /// nobody writes it, so it goes the slow way with what no table has: `` ` `` and the
        /// controls but for the line ends.
        #[inline(always)]
        pub(in crate::encoding) fn look(&mut self, block: &[u8; LANES], wanted: &[u8; LANES]) {
            for lane in 0..LANES {
                // What is not wanted is looked at as a space.
                let byte = block[lane] & wanted[lane] | b' ' & !wanted[lane];
                let control = (byte < 0x20) & (byte != b'\n') & (byte != b'\r');
                self.pairs[lane] += u8::from((byte & 0xdf).wrapping_sub(0x5b) < 4);
                self.high[lane] += byte >> 7;
                self.trouble[lane] |= u8::from(control | (byte == b'`') | (byte == 0x7f));
            }
        }

        #[inline]
        pub(in crate::encoding) fn seen(self) -> Seen {
            Seen {
                pairs: sum(self.pairs),
                high: sum(self.high),
                trouble: u128::from_ne_bytes(self.trouble) != 0,
            }
        }
    }

    /// All lanes added up.
    #[inline]
    fn sum(lanes: [u8; LANES]) -> usize {
        const EVEN: u128 = u128::from_ne_bytes([
            0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0,
        ]);
        let lanes = u128::from_ne_bytes(lanes);
        let pairs = (lanes & EVEN) + (lanes >> 8 & EVEN);
        // Eight sums of 16 bits, of at most 510 each: folded twice, then by hand.
        let half = (pairs as u64).wrapping_add((pairs >> 64) as u64);
        (half.wrapping_mul(0x0001_0001_0001_0001) >> 48) as usize
    }

    /// How many characters begin in these bytes, and how many of them are surrogate pairs.
    pub(in crate::encoding) fn utf16(bytes: &[u8]) -> (usize, usize) {
        let (mut all_begins, mut all_pairs) = (0, 0);
        // No lane overflows in so many blocks.
        for stretch in bytes.chunks(LANES * 255) {
            let (mut begins, mut pairs) = ([0_u8; LANES], [0_u8; LANES]);
            let (blocks, rest) = stretch.as_chunks::<LANES>();
            for block in blocks {
                for lane in 0..LANES {
                    begins[lane] += u8::from(block[lane] & 0xc0 != 0x80);
                    pairs[lane] += u8::from(block[lane] >= 0xf0);
                }
            }
            all_begins += sum(begins) + rest.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
            all_pairs += sum(pairs) + rest.iter().filter(|byte| **byte >= 0xf0).count();
        }
        (all_begins, all_pairs)
    }
}

#[cfg(all(target_family = "wasm", target_feature = "simd128"))]
mod vectors {
    use core::arch::wasm32::{
        i8x16_bitmask, i8x16_gt, i8x16_splat, u8x16_eq, u8x16_ge, u8x16_lt, u8x16_splat, u8x16_sub,
        u64x2, v128, v128_and, v128_andnot, v128_any_true, v128_bitselect, v128_or,
    };

    use super::{LANES, Seen};

    pub(in crate::encoding) struct Lanes {
        pairs: u32,
        high: u32,
        trouble: v128,
    }

    impl Default for Lanes {
        fn default() -> Self {
            Self {
                pairs: 0,
                high: 0,
                trouble: u8x16_splat(0),
            }
        }
    }

    impl Lanes {
        /// As the plain one does.
        #[inline(always)]
        pub(in crate::encoding) fn look(&mut self, block: &[u8; LANES], wanted: &[u8; LANES]) {
            let is = |bytes, byte| u8x16_eq(bytes, u8x16_splat(byte));
            let bytes = v128_bitselect(load(block), u8x16_splat(b' '), load(wanted));
            let line_ends = v128_or(is(bytes, b'\n'), is(bytes, b'\r'));
            let controls = v128_andnot(u8x16_lt(bytes, u8x16_splat(0x20)), line_ends);
            let others = v128_or(is(bytes, b'`'), is(bytes, 0x7f));
            let folded = u8x16_sub(v128_and(bytes, u8x16_splat(0xdf)), u8x16_splat(0x5b));
            self.pairs += count(u8x16_lt(folded, u8x16_splat(4)));
            self.high += count(bytes);
            self.trouble = v128_or(self.trouble, v128_or(controls, others));
        }

        #[inline(always)]
        pub(in crate::encoding) fn seen(self) -> Seen {
            Seen {
                pairs: self.pairs as usize,
                high: self.high as usize,
                trouble: v128_any_true(self.trouble),
            }
        }
    }

    #[inline(always)]
    fn load(bytes: &[u8; LANES]) -> v128 {
        let both = u128::from_le_bytes(*bytes);
        u64x2(both as u64, (both >> 64) as u64)
    }

    /// Lanes whose highest bit is set.
    #[inline(always)]
    fn count(lanes: v128) -> u32 {
        i8x16_bitmask(lanes).count_ones()
    }

    /// As the plain one does.
    pub(in crate::encoding) fn utf16(bytes: &[u8]) -> (usize, usize) {
        let (mut begins, mut pairs) = (0, 0);
        let (blocks, rest) = bytes.as_chunks();
        let mut last = [0x80; LANES];
        last[..rest.len()].copy_from_slice(rest);
        for block in blocks.iter().chain([&last]) {
            let block = load(block);
            // All bytes within a character are below -64, taken as signed.
            begins += count(i8x16_gt(block, i8x16_splat(-65)));
            pairs += count(u8x16_ge(block, u8x16_splat(0xf0)));
        }
        (begins as usize, pairs as usize)
    }
}
