//! What a text takes in an encoding, without building anything.
//!
//! Most of a message is ASCII, so its bytes are looked at sixteen together, by
//! vector instructions (`lanes`). [`Scale::total`] adds up the
//! units of a whole text that way. Where the parts end matters only for a text
//! that has several and characters of two units, which never straddle an end; it
//! takes a second look, [`walk`], that goes from one end to the next.

use super::alphabet::Alphabet;
use super::lanes::{self, LANES, Lanes};
use super::{Encoding, ReferenceBits};

/// What a text takes in an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Measure {
    /// Units of all of its characters.
    pub(super) units: usize,
    /// Parts.
    pub(super) parts: usize,
    /// Units in the last part.
    pub(super) last: usize,
}

/// Measures a text; `Err` is the byte index of the first character that the encoding does not have.
pub(super) fn measure(
    text: &str,
    encoding: Encoding,
    reference: ReferenceBits,
) -> Result<Measure, usize> {
    let Total { units, pairs } = Scale::of(encoding).total(text)?;
    let room = encoding.each(reference);
    if units <= encoding.alone() {
        return Ok(Measure {
            units,
            parts: 1,
            last: units,
        });
    }
    if pairs == 0 {
        let parts = units.div_ceil(room);
        let last = units - (parts - 1) * room;
        return Ok(Measure { units, parts, last });
    }
    let (parts, last) = walk(text, encoding, room, |_, _| ())?;
    Ok(Measure { units, parts, last })
}

/// The units of a text, and how many of its characters take two.
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    units: usize,
    pairs: usize,
}

impl Total {
    fn add(&mut self, units: usize) {
        self.units += units;
        self.pairs += units - 1;
    }
}

/// What an encoding is counted by.
#[derive(Clone, Copy)]
enum Scale {
    Septets {
        alphabet: Alphabet,
        /// Whether blocks of ASCII can be counted together.
        by_block: bool,
    },
    Utf16,
}

impl Scale {
    fn of(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Gsm7 { locking, single } => {
                let alphabet = Alphabet::new(locking, single);
                Self::Septets {
                    alphabet,
                    by_block: VECTORS && alphabet.has_plain_ascii(),
                }
            }
            Encoding::Ucs2 => Self::Utf16,
        }
    }

    #[inline]
    fn units_of(self, character: char) -> Option<usize> {
        match self {
            Self::Septets { alphabet, .. } => alphabet.units_of(character),
            Self::Utf16 => Some(character.len_utf16()),
        }
    }

    fn total(self, text: &str) -> Result<Total, usize> {
        match self {
            Self::Septets {
                alphabet,
                by_block: true,
            } => total_by_block(text, alphabet),
            Self::Septets { alphabet, .. } => {
                let mut total = Total::default();
                characters(text, 0, text.len(), alphabet, |units| total.add(units))?;
                Ok(total)
            }
            Self::Utf16 if VECTORS => Ok(total_utf16(text)),
            Self::Utf16 => {
                let mut total = Total::default();
                for character in text.chars() {
                    total.add(character.len_utf16());
                }
                Ok(total)
            }
        }
    }
}

/// Calls for each character that begins in a stretch of bytes; `Err` is where the first is
/// that the alphabet does not have.
#[inline]
fn characters(
    text: &str,
    start: usize,
    end: usize,
    alphabet: Alphabet,
    mut each: impl FnMut(usize),
) -> Result<(), usize> {
    let bytes = text.as_bytes();
    let mut at = text.ceil_char_boundary(start);
    while at < end {
        let (units, width) = character(text, bytes[at], at, alphabet);
        each(units.ok_or(at)?);
        at += width;
    }
    Ok(())
}

/// Units and bytes of the character that begins with a byte.
#[inline]
fn character(text: &str, first: u8, at: usize, alphabet: Alphabet) -> (Option<usize>, usize) {
    if first < 0x80 {
        (alphabet.units_of_low(first), 1)
    } else if first < 0xc4 {
        // Two bytes for U+0080 to U+00FF: the first one's low bits are the code's high ones.
        let second = text.as_bytes()[at + 1];
        (alphabet.units_of_low(first << 6 | second & 0x3f), 2)
    } else {
        let character = text[at..].chars().next().unwrap_or_default();
        (alphabet.units_of(character), character.len_utf8())
    }
}

/// Whether the compiler has vectors to make of loops over lanes. Without them, which is
/// WASM without SIMD, going character by character is faster and shorter.
const VECTORS: bool = cfg!(any(not(target_family = "wasm"), target_feature = "simd128"));

/// Blocks of bytes before the lanes are added up.
const BLOCKS: usize = 8;

fn total_by_block(text: &str, alphabet: Alphabet) -> Result<Total, usize> {
    let bytes = text.as_bytes();
    let mut total = Total::default();
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes.len().min(at + LANES * BLOCKS);
        let seen = Seen::of(bytes, at, end);
        if seen.trouble {
            characters(text, at, end, alphabet, |units| total.add(units))?;
        } else {
            total.units += end - at - seen.high + seen.pairs;
            total.pairs += seen.pairs;
            if seen.high > 0 {
                beyond_ascii(text, at, end, alphabet, &mut total)?;
            }
        }
        at = end;
    }
    Ok(total)
}

/// Adds the characters beyond ASCII that begin in a stretch.
fn beyond_ascii(
    text: &str,
    start: usize,
    end: usize,
    alphabet: Alphabet,
    total: &mut Total,
) -> Result<(), usize> {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let bytes = &text.as_bytes()[..end];
    for at in (start..end).step_by(8) {
        let word = bytes[at..].first_chunk().copied().unwrap_or_else(|| {
            let mut word = [0; 8];
            word[..end - at].copy_from_slice(&bytes[at..]);
            word
        });
        let mut high = u64::from_le_bytes(word) & HIGH;
        while high != 0 {
            let at = at + high.trailing_zeros() as usize / 8;
            // A character counts where it begins: its other bytes are 10xxxxxx.
            if bytes[at] >= 0xc0 {
                let (units, _) = character(text, bytes[at], at, alphabet);
                total.add(units.ok_or(at)?);
            }
            high &= high - 1;
        }
    }
    Ok(())
}

/// How many bytes from here on are, for sure, characters of the default alphabet that
/// take one unit in an encoding.
pub(super) fn plain_ascii(text: &str, at: usize, encoding: Encoding) -> usize {
    if !VECTORS {
        return 0;
    }
    let pairs = match encoding {
        Encoding::Gsm7 { locking, single } => {
            if !Alphabet::new(locking, single).has_plain_ascii() {
                return 0;
            }
            false
        }
        Encoding::Ucs2 => true,
    };
    let plain = |seen: &Seen| !seen.trouble && seen.high == 0 && (pairs || seen.pairs == 0);
    let (blocks, _) = text.as_bytes()[at..].as_chunks::<LANES>();
    let plain = blocks
        .iter()
        .take_while(|block| plain(&Seen::of(&block[..], 0, LANES)));
    plain.count() * LANES
}

/// What a stretch of bytes is made of.
pub(super) struct Seen {
    /// ASCII of two septets.
    pub(super) pairs: usize,
    /// Bytes beyond ASCII.
    pub(super) high: usize,
    /// Whether there is ASCII that the default alphabet lacks, or form feed.
    pub(super) trouble: bool,
}

impl Seen {
    /// Looks at a stretch that ends at `end`; the bytes before it may be looked at as well.
    #[inline]
    fn of(bytes: &[u8], start: usize, end: usize) -> Self {
        let mut lanes = Lanes::default();
        let (blocks, rest) = bytes[start..end].as_chunks();
        for block in blocks {
            lanes.look(block, &[0xff; LANES]);
        }
        if !rest.is_empty() {
            let short;
            let block = match bytes[..end].last_chunk() {
                Some(block) => block,
                None => {
                    let mut block = [0; LANES];
                    block[LANES - rest.len()..].copy_from_slice(rest);
                    short = block;
                    &short
                }
            };
            let (_, wanted) = LAST.split_at(rest.len());
            if let Some(wanted) = wanted.first_chunk() {
                lanes.look(block, wanted);
            }
        }
        lanes.seen()
    }
}

/// From the n-th entry on, it wants the last n lanes.
const LAST: [u8; 2 * LANES] = {
    let mut wanted = [0; 2 * LANES];
    let mut lane = LANES;
    while lane < 2 * LANES {
        wanted[lane] = 0xff;
        lane += 1;
    }
    wanted
};

fn total_utf16(text: &str) -> Total {
    let (begins, pairs) = lanes::utf16(text.as_bytes());
    Total {
        units: begins + pairs,
        pairs,
    }
}

/// Walks through a text in parts of so many units; `cut` hears where each part but
/// the last ends, as a byte index and in units. Returns the number of parts and the
/// units of the last.
///
/// An escape pair or a surrogate pair stays whole: what does not fit opens the next part
/// (TS 23.038, 6.2.1.1; TS 23.040, 9.2.3.24.1).
pub(super) fn walk(
    text: &str,
    encoding: Encoding,
    room: usize,
    mut cut: impl FnMut(usize, usize),
) -> Result<(usize, usize), usize> {
    let scale = Scale::of(encoding);
    let (mut parts, mut start) = (1, 0);
    loop {
        let (mut end, mut units) = (start, 0);
        // A unit takes a byte or more, but for pairs, which may make it go too far.
        while units + LANES <= room && end < text.len() {
            let next = text.ceil_char_boundary(end + room - units);
            let total = scale.total(&text[end..next]).map_err(|at| end + at)?;
            (end, units) = (next, units + total.units);
        }
        while units > room {
            let last = text[..end].chars().next_back().unwrap_or_default();
            units -= scale.units_of(last).unwrap_or_default();
            end -= last.len_utf8();
        }
        for character in text[end..].chars() {
            let size = scale.units_of(character).ok_or(end)?;
            if units + size > room {
                break;
            }
            (end, units) = (end + character.len_utf8(), units + size);
        }
        if end == text.len() {
            return Ok((parts, units));
        }
        cut(end, units);
        parts += 1;
        start = end;
    }
}
