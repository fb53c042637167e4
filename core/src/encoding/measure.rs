//! What a text takes in an encoding, in one pass over its bytes and without building anything.
//!
//! Most of a message is ASCII, so sixteen bytes are looked at together: where all
//! of them are of the alphabet and the part has room for them, they are counted
//! at once. Only what is left goes character by character: blocks with other
//! characters, and the one block in which a part ends.

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
    walk(text, encoding, encoding.each(reference), |_, _| ()).map(|filling| {
        if filling.units <= encoding.alone() {
            return Measure {
                units: filling.units,
                parts: 1,
                last: filling.units,
            };
        }
        Measure {
            units: filling.units,
            parts: filling.parts,
            last: filling.filled,
        }
    })
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
        units: 0,
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
    units: usize,
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
        self.units += size;
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
            self.units += units;
            self.filled += units;
        }
        fits
    }
}

const BLOCK: usize = 16;

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
        if by_block
            && let Some(block) = bytes[at..].first_chunk()
            && let Some(units) = septets_of(block)
            && filling.add_block(units, room)
        {
            at += BLOCK;
            continue;
        }
        let end = bytes.len().min(at + BLOCK);
        while at < end {
            let first = bytes[at];
            let (units, width) = if first < 0x80 {
                (alphabet.units_of_low(first), 1)
            } else if first < 0xc4 {
                // Two bytes for U+0080 to U+00FF: the lead's low bits are the code's high ones.
                (alphabet.units_of_low(first << 6 | bytes[at + 1] & 0x3f), 2)
            } else {
                let character = text[at..].chars().next().unwrap_or_default();
                (alphabet.units_of(character), character.len_utf8())
            };
            filling.add(units.ok_or(at)?, room, at, &mut cut);
            at += width;
        }
    }
    Ok(())
}

/// Septets of a block of ASCII in the default alphabet; `None` where it has anything else.
///
/// `[ \ ] ^` and, one bit apart, `{ | } ~` are the extension's; form feed is too, but
/// nobody writes it, so it goes the slow way with what no table has: `` ` `` and the
/// controls but for the line ends.
#[inline]
fn septets_of(block: &[u8; BLOCK]) -> Option<usize> {
    let (mut pairs, mut trouble) = (0_u8, 0_u8);
    for &byte in block {
        let pair = (byte & 0xdf).wrapping_sub(0x5b) < 4;
        let control = byte < 0x20 && byte != b'\n' && byte != b'\r';
        pairs += u8::from(pair);
        trouble |=
            byte & 0x80 | u8::from(control) | u8::from(byte == b'`') | u8::from(byte == 0x7f);
    }
    (trouble == 0).then_some(BLOCK + usize::from(pairs))
}

fn utf16(text: &str, room: usize, filling: &mut Filling, mut cut: impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if let Some(block) = bytes[at..].first_chunk()
            && filling.add_block(utf16_of(block), room)
        {
            at += BLOCK;
            continue;
        }
        let end = bytes.len().min(at + BLOCK);
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
fn utf16_of(block: &[u8; BLOCK]) -> usize {
    let mut units = 0_u8;
    for &byte in block {
        units += u8::from(byte & 0xc0 != 0x80) + u8::from(byte >= 0xf0);
    }
    units.into()
}
