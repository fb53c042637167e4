//! Parts as they go over the air: user data of octets, with its header (3GPP TS 23.040,
//! 9.2.3.24), and back.
//!
//! Septets are packed without gaps, lowest bits first (TS 23.038, 6.1.2.1); after a
//! header they begin on the next septet boundary. Elements stand in a fixed order:
//! concatenation, locking shift, single shift. Unused bits are zero; where exactly
//! seven of them end a part, the length says that they are no `@` (6.1.2.3.1 asks for a
//! carriage return there in USSD, not in short messages).

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{Encoding, Language, Segmentation};

/// Concatenation with a reference number of 8 bits (9.2.3.24.1).
const CONCATENATED_8: u8 = 0x00;
/// The same with 16 bits (9.2.3.24.8).
const CONCATENATED_16: u8 = 0x08;
/// National language single shift (9.2.3.24.15).
const SINGLE_SHIFT: u8 = 0x24;
/// National language locking shift (9.2.3.24.16).
const LOCKING_SHIFT: u8 = 0x25;
/// Leads to the extension table (TS 23.038, 6.2.1).
const ESCAPE: u8 = 0x1b;
/// Octets of a part's user data.
const ROOM: usize = 140;

/// The number that tells which parts belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reference {
    /// For messages cut with [`super::ReferenceBits::Eight`].
    Eight(u8),
    /// For messages cut with [`super::ReferenceBits::Sixteen`].
    Sixteen(u16),
}

/// TP-User-Data of one part, and the fields that say how to read it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UserData {
    /// TP-DCS: 0x00 for GSM-7, 0x08 for UCS-2 (TS 23.038, 4).
    pub data_coding: u8,
    /// TP-UDHI: whether the octets begin with a header.
    pub has_header: bool,
    /// TP-UDL: septets, with those that the header takes, or octets in UCS-2.
    pub length: u8,
    /// TP-UD.
    pub octets: Vec<u8>,
}

/// A part, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// How its text was carried.
    pub encoding: Encoding,
    /// Its place among the parts of its message; `None` where it is the only one.
    pub place: Option<Place>,
    /// Its text.
    pub text: String,
}

/// A part's place in its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The number that all parts of the message have.
    pub reference: Reference,
    /// Parts of the message.
    pub total: u8,
    /// This one, from 1.
    pub sequence: u8,
}

/// Why octets are no part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// A data coding other than 0x00 and 0x08.
    DataCoding(u8),
    /// A header, or an element of it, is longer than what is there.
    TornHeader,
    /// The length says more than there is.
    TornText,
    /// A table of a language that has none.
    UnknownLanguage(u8),
    /// UTF-16 with half a pair.
    LoneSurrogate,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataCoding(coding) => write!(formatter, "data coding {coding:#04x} is no text"),
            Self::TornHeader => formatter.write_str("the header is longer than the user data"),
            Self::TornText => formatter.write_str("the text is longer than the user data"),
            Self::UnknownLanguage(id) => write!(formatter, "language {id} has no such table"),
            Self::LoneSurrogate => formatter.write_str("half a surrogate pair"),
        }
    }
}

impl core::error::Error for DecodeError {}

impl Segmentation<'_> {
    /// The user data of each part.
    ///
    /// The reference has the size that the text was cut for; a single part has none.
    ///
    /// ```
    /// use septet_core::encoding::{Reference, SegmentOptions, segment};
    /// let cut = segment("hellohello", &SegmentOptions::new()).unwrap();
    /// let data = cut.user_data(Reference::Eight(0));
    /// assert_eq!(data[0].octets, [0xe8, 0x32, 0x9b, 0xfd, 0x46, 0x97, 0xd9, 0xec, 0x37]);
    /// assert_eq!(data[0].length, 10);
    /// ```
    #[must_use]
    pub fn user_data(&self, reference: Reference) -> Vec<UserData> {
        let total = u8::try_from(self.parts().len()).unwrap_or(u8::MAX);
        let parts = self.parts().zip(1..=total);
        parts
            .filter_map(|(part, sequence)| {
                let place = (total > 1).then_some(Place {
                    reference,
                    total,
                    sequence,
                });
                UserData::of(part.text, self.encoding, place)
            })
            .collect()
    }
}

impl UserData {
    /// One part of a text; `None` when the encoding lacks a character of it, or it is longer
    /// than a part.
    ///
    /// ```
    /// use septet_core::encoding::{Encoding, UserData, decode};
    /// let data = UserData::of("Olé €", Encoding::GSM7, None).unwrap();
    /// assert_eq!(decode(&data).unwrap().text, "Olé €");
    /// assert_eq!(UserData::of("Olá", Encoding::GSM7, None), None);
    /// ```
    #[must_use]
    pub fn of(text: &str, encoding: Encoding, place: Option<Place>) -> Option<Self> {
        let mut octets = header(encoding, place);
        let has_header = !octets.is_empty();
        let (data_coding, length) = match encoding {
            Encoding::Gsm7 { .. } => {
                let mut packer = Packer::after(octets);
                for character in text.chars() {
                    let (escaped, septet) = encoding.septet_of(character)?;
                    if escaped {
                        packer.put(ESCAPE);
                    }
                    packer.put(septet);
                }
                let length = packer.septets;
                octets = packer.octets;
                (0x00, length)
            }
            Encoding::Ucs2 => {
                octets.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
                (0x08, octets.len())
            }
        };
        if octets.len() > ROOM {
            return None;
        }
        Some(Self {
            data_coding,
            has_header,
            length: u8::try_from(length).ok()?,
            octets,
        })
    }
}

/// Empty where there is nothing to say.
fn header(encoding: Encoding, place: Option<Place>) -> Vec<u8> {
    let mut header = Vec::new();
    if let Some(place) = place {
        match place.reference {
            Reference::Eight(number) => header.extend([CONCATENATED_8, 3, number]),
            Reference::Sixteen(number) => {
                header.extend([CONCATENATED_16, 4]);
                header.extend(number.to_be_bytes());
            }
        }
        header.extend([place.total, place.sequence]);
    }
    if let Encoding::Gsm7 { locking, single } = encoding {
        for (element, language) in [(LOCKING_SHIFT, locking), (SINGLE_SHIFT, single)] {
            if let Some(language) = language {
                header.extend([element, 1, language.identifier()]);
            }
        }
    }
    if let Ok(length @ 1..) = u8::try_from(header.len()) {
        header.insert(0, length);
    }
    header
}

/// Puts septets behind each other, lowest bits first.
struct Packer {
    octets: Vec<u8>,
    /// Bits of the last octet that are taken; 0 where it is full.
    taken: u32,
    septets: usize,
}

impl Packer {
    /// Begins on the septet boundary after a header.
    fn after(header: Vec<u8>) -> Self {
        let bits = header.len() * 8;
        let septets = bits.div_ceil(7);
        let mut packer = Self {
            octets: header,
            taken: 0,
            septets,
        };
        let fill = septets * 7 - bits;
        if fill > 0 {
            packer.octets.push(0);
            packer.taken = fill as u32;
        }
        packer
    }

    fn put(&mut self, septet: u8) {
        self.septets += 1;
        let wide = u16::from(septet) << self.taken;
        let [low, high] = wide.to_le_bytes();
        match self.octets.last_mut() {
            Some(last) if self.taken > 0 => *last |= low,
            _ => self.octets.push(low),
        }
        if self.taken > 1 {
            self.octets.push(high);
        }
        self.taken = (self.taken + 7) % 8;
    }
}

/// Reads one part.
///
/// Elements that are none of ours are skipped. An escape before a septet that the extension
/// lacks is ignored, and the septet read by the main table; two escapes are a space
/// (TS 23.038, 6.2.1.1). A septet that the main table lacks is U+FFFD.
///
/// # Errors
/// [`DecodeError`].
pub fn decode(data: &UserData) -> Result<Received, DecodeError> {
    let header = if data.has_header {
        Header::read(&data.octets)?
    } else {
        Header::default()
    };
    let (encoding, text) = match data.data_coding {
        0x00 => {
            let Header {
                locking, single, ..
            } = header;
            let encoding = Encoding::Gsm7 { locking, single };
            (encoding, septets(data, header.octets, encoding)?)
        }
        0x08 => (Encoding::Ucs2, utf16(data, header.octets)?),
        other => return Err(DecodeError::DataCoding(other)),
    };
    Ok(Received {
        encoding,
        place: header.place,
        text,
    })
}

#[derive(Default)]
struct Header {
    /// With its length.
    octets: usize,
    place: Option<Place>,
    locking: Option<Language>,
    single: Option<Language>,
}

impl Header {
    fn read(octets: &[u8]) -> Result<Self, DecodeError> {
        let torn = DecodeError::TornHeader;
        let (&length, rest) = octets.split_first().ok_or(torn)?;
        let mut elements = rest.get(..length.into()).ok_or(torn)?;
        let mut header = Self {
            octets: 1 + usize::from(length),
            ..Self::default()
        };
        while let [element, length, rest @ ..] = elements {
            let (value, next) = rest.split_at_checked((*length).into()).ok_or(torn)?;
            elements = next;
            match (*element, value) {
                (CONCATENATED_8, &[number, total, sequence]) => {
                    header.place = place(Reference::Eight(number), total, sequence);
                }
                (CONCATENATED_16, &[high, low, total, sequence]) => {
                    let number = u16::from_be_bytes([high, low]);
                    header.place = place(Reference::Sixteen(number), total, sequence);
                }
                (SINGLE_SHIFT, &[id]) => header.single = Some(language(id)?),
                (LOCKING_SHIFT, &[id]) => {
                    let language = language(id)?;
                    if language.locking().is_none() {
                        return Err(DecodeError::UnknownLanguage(id));
                    }
                    header.locking = Some(language);
                }
                _ => {}
            }
        }
        if elements.is_empty() {
            Ok(header)
        } else {
            Err(torn)
        }
    }
}

/// A place that cannot be is to be ignored (9.2.3.24.1).
fn place(reference: Reference, total: u8, sequence: u8) -> Option<Place> {
    (1..=total).contains(&sequence).then_some(Place {
        reference,
        total,
        sequence,
    })
}

fn language(id: u8) -> Result<Language, DecodeError> {
    Language::ALL
        .into_iter()
        .find(|language| language.identifier() == id)
        .ok_or(DecodeError::UnknownLanguage(id))
}

fn septets(data: &UserData, header: usize, encoding: Encoding) -> Result<String, DecodeError> {
    let first = (header * 8).div_ceil(7);
    let end = usize::from(data.length);
    if end < first || (end * 7).div_ceil(8) > data.octets.len() {
        return Err(DecodeError::TornText);
    }
    let septet = |index: usize| {
        let (octet, shift) = (index * 7 / 8, index * 7 % 8);
        let low = data.octets.get(octet).copied().unwrap_or_default();
        let high = data.octets.get(octet + 1).copied().unwrap_or_default();
        (u16::from_le_bytes([low, high]) >> shift).to_le_bytes()[0] & 0x7f
    };
    let mut text = String::new();
    let mut escaped = false;
    for septet in (first..end).map(septet) {
        if septet == ESCAPE && !escaped {
            escaped = true;
            continue;
        }
        let character = match (escaped, septet) {
            (true, ESCAPE) => Some(' '),
            (true, septet) => encoding
                .character_of(true, septet)
                .or_else(|| encoding.character_of(false, septet)),
            (false, septet) => encoding.character_of(false, septet),
        };
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        escaped = false;
    }
    Ok(text)
}

fn utf16(data: &UserData, header: usize) -> Result<String, DecodeError> {
    let text = data.octets.get(header..data.length.into());
    let (units, rest) = text.ok_or(DecodeError::TornText)?.as_chunks();
    if !rest.is_empty() {
        return Err(DecodeError::TornText);
    }
    let units = units.iter().copied().map(u16::from_be_bytes);
    char::decode_utf16(units)
        .collect::<Result<_, _>>()
        .map_err(|_| DecodeError::LoneSurrogate)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;
    use crate::encoding::{SegmentOptions, segment};

    fn data(has_header: bool, data_coding: u8, length: u8, octets: &[u8]) -> UserData {
        UserData {
            data_coding,
            has_header,
            length,
            octets: octets.into(),
        }
    }

    #[test]
    fn a_header_is_followed_by_septets_on_their_boundary() {
        let text = "a".repeat(161);
        let parts = segment(&text, &SegmentOptions::new()).unwrap();
        let sent = parts.user_data(Reference::Eight(0x5a));
        assert_eq!(sent[0].octets[..7], [5, 0, 3, 0x5a, 2, 1, 0xc2]);
        assert_eq!((sent[0].octets.len(), sent[0].length), (140, 160));
        assert_eq!(sent[1].length, 7 + 8);
        let second = decode(&sent[1]).unwrap();
        assert_eq!(second.text, "a".repeat(8));
        let place = second.place.unwrap();
        assert_eq!((place.total, place.sequence), (2, 2));
    }

    #[test]
    fn eight_septets_fill_seven_octets_and_one_less_is_no_at_sign() {
        for count in [7, 8, 9] {
            let text = "a".repeat(count);
            let sent = segment(&text, &SegmentOptions::new()).unwrap();
            let sent = sent.user_data(Reference::Eight(0));
            assert_eq!(sent[0].octets.len(), (count * 7).div_ceil(8));
            assert_eq!(decode(&sent[0]).unwrap().text, text);
        }
    }

    #[test]
    fn an_escape_before_what_the_extension_lacks_is_ignored() {
        let mut packer = Packer::after(vec![]);
        for septet in [ESCAPE, b'a', ESCAPE, ESCAPE, b'b', ESCAPE, 0x65] {
            packer.put(septet);
        }
        let read = decode(&data(false, 0, 7, &packer.octets)).unwrap();
        assert_eq!(read.text, "a b€");
    }

    #[test]
    fn elements_of_others_are_skipped_and_impossible_places_ignored() {
        // A port address (0x05), then part 3 of 2.
        let octets = [11, 5, 4, 0, 1, 0, 2, 0, 3, 9, 2, 3, 0, b'a'];
        let read = decode(&data(true, 8, 14, &octets)).unwrap();
        assert_eq!((read.text.as_str(), read.place), ("a", None));
    }

    #[test]
    fn what_is_torn_is_told() {
        use DecodeError::{DataCoding, LoneSurrogate, TornHeader, TornText, UnknownLanguage};
        for (given, expected) in [
            (data(true, 0, 0, &[]), TornHeader),
            (data(true, 0, 9, &[5, 0, 3]), TornHeader),
            (data(true, 0, 9, &[2, 0, 3]), TornHeader),
            (data(true, 0, 9, &[1, 0]), TornHeader),
            (data(false, 0, 9, &[1]), TornText),
            (data(true, 0, 1, &[3, 0x24, 1, 3]), TornText),
            (data(false, 8, 3, &[0, 1, 2]), TornText),
            (data(false, 8, 4, &[0, 1]), TornText),
            (data(false, 8, 2, &[0xd8, 0]), LoneSurrogate),
            (data(true, 0, 5, &[3, 0x24, 1, 99]), UnknownLanguage(99)),
            (data(true, 0, 5, &[3, 0x25, 1, 2]), UnknownLanguage(2)),
            (data(false, 4, 0, &[]), DataCoding(4)),
        ] {
            assert_eq!(decode(&given), Err(expected), "{given:?}");
        }
    }
}
