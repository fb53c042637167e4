//! From bytes to text, whatever wrote them.
//!
//! As long as bytes are ASCII, all encodings that matter agree. Which one it is, is
//! decided by what follows the first byte that is not: programs write years of English
//! headers before the first `ç`.

use chardetng::EncodingDetector;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

/// Bytes that an encoding is told by.
const SAMPLE: usize = 64 * 1024;
/// A longest byte order mark.
const MARK: usize = 3;

/// Text out of bytes that come in any pieces.
pub(super) struct Text {
    /// Bytes whose encoding is not known yet.
    held: Vec<u8>,
    decoder: Option<Decoder>,
    begun: bool,
}

impl Text {
    pub(super) fn new() -> Self {
        Self {
            held: Vec::new(),
            decoder: None,
            begun: false,
        }
    }

    /// The encoding by its name; UTF-8 while nothing says otherwise.
    pub(super) fn encoding(&self) -> &'static str {
        let decoder = self.decoder.as_ref();
        decoder.map_or(UTF_8, Decoder::encoding).name()
    }

    /// Appends what these bytes say to `out`; the last call says so.
    pub(super) fn push(&mut self, bytes: &[u8], last: bool, out: &mut String) {
        if let Some(decoder) = &mut self.decoder {
            decode(decoder, bytes, last, out);
            return;
        }
        self.held.extend_from_slice(bytes);
        if !self.begun {
            if self.held.len() < MARK && !last {
                return;
            }
            self.begun = true;
            if let Some((encoding, mark)) = Encoding::for_bom(&self.held) {
                self.held.drain(..mark);
                self.decide(encoding, last, out);
                return;
            }
        }
        let ascii = Encoding::ascii_valid_up_to(&self.held);
        out.extend(self.held.drain(..ascii).map(char::from));
        if self.held.len() >= SAMPLE || (last && !self.held.is_empty()) {
            let sample = &self.held[..self.held.len().min(SAMPLE)];
            self.decide(guess(sample), last, out);
        }
    }

    fn decide(&mut self, encoding: &'static Encoding, last: bool, out: &mut String) {
        let held = std::mem::take(&mut self.held);
        let decoder = self
            .decoder
            .insert(encoding.new_decoder_without_bom_handling());
        decode(decoder, &held, last, out);
    }
}

fn guess(sample: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(sample) {
        // The sample may end inside of a character.
        Err(error) if error.error_len().is_some() => {}
        _ => return UTF_8,
    }
    let mut detector = EncodingDetector::new();
    detector.feed(sample, true);
    // A few letters say little; most files of our people are in languages of the west.
    detector.guess(Some(b"pt"), false)
}

fn decode(decoder: &mut Decoder, mut bytes: &[u8], last: bool, out: &mut String) {
    loop {
        let needed = decoder.max_utf8_buffer_length(bytes.len());
        out.reserve(needed.unwrap_or(bytes.len()));
        let (result, read, _) = decoder.decode_to_string(bytes, out, last);
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pieces: &[&[u8]]) -> (String, &'static str) {
        let (mut text, mut out) = (Text::new(), String::new());
        for piece in pieces {
            text.push(piece, false, &mut out);
        }
        text.push(&[], true, &mut out);
        (out, text.encoding())
    }

    #[test]
    fn encodings_are_told_apart() {
        let utf16 =
            |bytes: fn(u16) -> [u8; 2]| "\u{feff}João;€".encode_utf16().flat_map(bytes).collect();
        let late = [vec![b'a'; 2 * SAMPLE], b" S\xe3o".to_vec()].concat();
        let late_text = format!("{} São", "a".repeat(2 * SAMPLE));
        let table: [(Vec<u8>, &str, &str); 9] = [
            (Vec::new(), "", "UTF-8"),
            (b"ab".to_vec(), "ab", "UTF-8"),
            ("João;€".into(), "João;€", "UTF-8"),
            ("\u{feff}João".into(), "João", "UTF-8"),
            (utf16(u16::to_le_bytes), "João;€", "UTF-16LE"),
            (utf16(u16::to_be_bytes), "João;€", "UTF-16BE"),
            (
                b"Jo\xe3o;Concei\xe7\xe3o;\x80".to_vec(),
                "João;Conceição;€",
                "windows-1252",
            ),
            (
                b"Telem\xf3vel;Nome\r\n".to_vec(),
                "Telemóvel;Nome\r\n",
                "windows-1252",
            ),
            (late, &late_text, "windows-1252"),
        ];
        for (bytes, text, encoding) in table {
            assert_eq!(read(&[&bytes]), (text.to_owned(), encoding));
            let single: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(read(&single), (text.to_owned(), encoding));
        }
    }

    #[test]
    fn a_byte_that_is_no_character_is_marked() {
        let sample = "ç".repeat(SAMPLE);
        let (text, encoding) = read(&[sample.as_bytes(), b"a\xffb"]);
        assert_eq!(encoding, "UTF-8");
        assert!(text.ends_with("a\u{fffd}b"));
    }
}
