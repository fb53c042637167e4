//! What a text takes in an encoding, without building anything.
//!
//! Most of a message is ASCII, so its bytes are looked at sixteen together, in
//! loops that the compiler turns into vector instructions. [`total`] adds up the
//! units of a whole text that way. Where the parts end matters only for a text
//! that has several and characters of two units, which never straddle an end; it
//! takes a second look, [`walk`], that goes character by character only where
//! a part ends.

use super::alphabet::Alphabet;
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
    let Total { units, pairs } = total(text, encoding)?;
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
    let Filling { parts, filled, .. } = walk(text, encoding, room, |_, _| ())?;
    Ok(Measure {
        units,
        parts,
        last: filled,
    })
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

fn total(text: &str, encoding: Encoding) -> Result<Total, usize> {
    match encoding {
        Encoding::Gsm7 { locking, single } => {
            let alphabet = Alphabet::new(locking, single);
            if alphabet.has_plain_ascii() {
                total_by_block(text, alphabet)
            } else {
                let mut total = Total::default();
                characters(text, 0, text.len(), alphabet, |_, units| total.add(units))?;
                Ok(total)
            }
        }
        Encoding::Ucs2 => Ok(total_utf16(text)),
    }
}

/// Calls for each character that begins in a stretch of bytes; `Err` is where the first is that
/// the alphabet does not have.
#[inline]
fn characters(
    text: &str,
    mut at: usize,
    end: usize,
    alphabet: Alphabet,
    mut each: impl FnMut(usize, usize),
) -> Result<usize, usize> {
    let bytes = text.as_bytes();
    while at < end {
        let (units, width) = character(text, bytes[at], at, alphabet);
        each(at, units.ok_or(at)?);
        at += width;
    }
    Ok(at)
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

/// Bytes that are looked at together.
const LANES: usize = 16;
/// Blocks of them before the lanes are added up.
const BLOCKS: usize = 4;

fn total_by_block(text: &str, alphabet: Alphabet) -> Result<Total, usize> {
    let bytes = text.as_bytes();
    let mut total = Total::default();
    let mut at = 0;
    // A character that began in one stretch may end in the next.
    let mut begun = 0;
    while at < bytes.len() {
        let end = bytes.len().min(at + LANES * BLOCKS);
        let seen = Seen::of(&bytes[at..end]);
        if seen.trouble {
            begun = characters(text, begun.max(at), end, alphabet, |_, units| {
                total.add(units)
            })?;
        } else {
            let ascii = end - at - seen.high;
            total.units += ascii + seen.pairs;
            total.pairs += seen.pairs;
            if seen.high > 0 {
                begun = high(text, begun.max(at), end, alphabet, &mut total)?;
            }
        }
        at = end;
    }
    Ok(total)
}

/// Adds the characters beyond ASCII that begin in a stretch.
fn high(
    text: &str,
    mut at: usize,
    end: usize,
    alphabet: Alphabet,
    total: &mut Total,
) -> Result<usize, usize> {
    let bytes = text.as_bytes();
    while at < end {
        let first = bytes[at];
        if first < 0x80 {
            at += 1;
            continue;
        }
        let (units, width) = character(text, first, at, alphabet);
        total.add(units.ok_or(at)?);
        at += width;
    }
    Ok(at)
}

/// What a stretch of bytes is made of.
struct Seen {
    /// ASCII of two septets.
    pairs: usize,
    /// Bytes beyond ASCII.
    high: usize,
    /// Whether there is ASCII that the default alphabet lacks, or form feed.
    trouble: bool,
}

impl Seen {
    /// `[ \ ] ^` and, one bit apart, `{ | } ~` are the extension's; form feed is too, but
    /// nobody writes it, so it goes the slow way with what no table has: `` ` `` and the
    /// controls but for the line ends.
    #[inline]
    fn of(bytes: &[u8]) -> Self {
        let (mut pairs, mut highs, mut troubles) = ([0_u8; LANES], [0_u8; LANES], [0_u8; LANES]);
        let mut look = |block: &[u8; LANES]| {
            for lane in 0..LANES {
                let byte = block[lane];
                let control = byte < 0x20 && byte != b'\n' && byte != b'\r';
                pairs[lane] += u8::from((byte & 0xdf).wrapping_sub(0x5b) < 4);
                highs[lane] += byte >> 7;
                troubles[lane] |= u8::from(control | (byte == b'`') | (byte == 0x7f));
            }
        };
        let (blocks, rest) = bytes.as_chunks();
        blocks.iter().for_each(&mut look);
        if !rest.is_empty() {
            // Filled up with something that counts as nothing but one septet.
            let mut block = [b' '; LANES];
            block[..rest.len()].copy_from_slice(rest);
            look(&block);
        }
        let sum = |lanes: [u8; LANES]| lanes.iter().sum::<u8>().into();
        Self {
            pairs: sum(pairs),
            high: sum(highs),
            trouble: troubles != [0; LANES],
        }
    }
}

fn total_utf16(text: &str) -> Total {
    let mut total = Total::default();
    // No lane overflows in so many blocks.
    for stretch in text.as_bytes().chunks(LANES * 255) {
        let (mut begins, mut pairs) = ([0_u8; LANES], [0_u8; LANES]);
        let (blocks, rest) = stretch.as_chunks::<LANES>();
        for block in blocks {
            for lane in 0..LANES {
                begins[lane] += u8::from(block[lane] & 0xc0 != 0x80);
                pairs[lane] += u8::from(block[lane] >= 0xf0);
            }
        }
        let sum = |lanes: [u8; LANES]| lanes.iter().map(|lane| usize::from(*lane)).sum::<usize>();
        let surrogates = sum(pairs) + rest.iter().filter(|byte| **byte >= 0xf0).count();
        let begins = sum(begins) + rest.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        total.units += begins + surrogates;
        total.pairs += surrogates;
    }
    total
}

/// Walks through a text in parts of so many units; `cut` hears where each part but
/// the last ends, as a byte index and in units.
pub(super) fn walk(
    text: &str,
    encoding: Encoding,
    room: usize,
    cut: impl FnMut(usize, usize),
) -> Result<Filling, usize> {
    let mut filling = Filling {
        parts: 1,
        filled: 0,
    };
    match encoding {
        Encoding::Gsm7 { locking, single } => {
            let alphabet = Alphabet::new(locking, single);
            septets(text, alphabet, room, &mut filling, cut)?;
        }
        Encoding::Ucs2 => utf16(text, room, &mut filling, cut),
    }
    Ok(filling)
}

/// How far a walk has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filling {
    parts: usize,
    /// Units in the last part so far.
    pub(super) filled: usize,
}

impl Filling {
    /// Adds a character that begins at a byte. An escape pair or a surrogate pair stays
    /// whole: what does not fit opens the next part (TS 23.038, 6.2.1.1; TS 23.040,
    /// 9.2.3.24.1).
    #[inline]
    fn add(&mut self, size: usize, room: usize, at: usize, cut: &mut impl FnMut(usize, usize)) {
        if self.filled + size > room {
            cut(at, self.filled);
            self.parts += 1;
            self.filled = 0;
        }
        self.filled += size;
    }

    /// Adds a block, if the part has room for all of it.
    #[inline]
    fn add_block(&mut self, units: usize, room: usize) -> bool {
        let fits = self.filled + units <= room;
        if fits {
            self.filled += units;
        }
        fits
    }
}

fn septets(
    text: &str,
    alphabet: Alphabet,
    room: usize,
    filling: &mut Filling,
    mut cut: impl FnMut(usize, usize),
) -> Result<(), usize> {
    let bytes = text.as_bytes();
    let by_block = alphabet.has_plain_ascii();
    let mut at = 0;
    while at < bytes.len() {
        if by_block && let Some(block) = bytes[at..].first_chunk::<{ LANES * BLOCKS }>() {
            let seen = Seen::of(block);
            if !seen.trouble && seen.high == 0 && filling.add_block(block.len() + seen.pairs, room)
            {
                at += block.len();
                continue;
            }
        }
        if by_block && let Some(block) = bytes[at..].first_chunk::<LANES>() {
            let seen = Seen::of(block);
            if !seen.trouble && seen.high == 0 && filling.add_block(LANES + seen.pairs, room) {
                at += LANES;
                continue;
            }
        }
        let end = bytes.len().min(at + LANES);
        at = characters(text, at, end, alphabet, |at, units| {
            filling.add(units, room, at, &mut cut);
        })?;
    }
    Ok(())
}

fn utf16(text: &str, room: usize, filling: &mut Filling, mut cut: impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if let Some(block) = bytes[at..].first_chunk()
            && filling.add_block(utf16_of(block), room)
        {
            at += LANES;
            continue;
        }
        let end = bytes.len().min(at + LANES);
        for (at, &byte) in bytes.iter().enumerate().take(end).skip(at) {
            // A character counts where it begins: its other bytes are 10xxxxxx.
            if byte & 0xc0 != 0x80 {
                filling.add(if byte < 0xf0 { 1 } else { 2 }, room, at, &mut cut);
            }
        }
        at = end;
    }
}

/// UTF-16 units of the characters that begin in a block.
#[inline]
fn utf16_of(block: &[u8; LANES]) -> usize {
    let mut units = 0_u8;
    for &byte in block {
        units += u8::from(byte & 0xc0 != 0x80) + u8::from(byte >= 0xf0);
    }
    units.into()
}
