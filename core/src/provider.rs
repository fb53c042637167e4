//! What is particular to 360nrs and needed on both sides of the wire.
//!
//! **Open:** `gsm-pt` holds 155 septets alone and 149 in several parts, which is
//! the room beside exactly one national table; which of the two Portuguese tables
//! it is, is not public. The annex of the connector's guide prints the locking
//! table as the basic alphabet of "GSM-PT", so that one is assumed here. If it is
//! the other, letters such as `ã` cost two septets instead of one; as every send
//! says how many parts it may have, the provider then refuses the message rather
//! than bill more than was shown.

use crate::encoding::{Encoding, Language};

/// Whether 360nrs can carry a text this way.
#[must_use]
pub fn offers(encoding: Encoding) -> bool {
    match encoding {
        Encoding::Ucs2 => true,
        Encoding::Gsm7 { locking, single } => {
            single.is_none() && locking.is_none_or(|language| language == Language::Pt)
        }
    }
}

/// The value of `encoding` in `POST /sms`.
#[must_use]
pub fn wire_encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Ucs2 => "utf-16",
        Encoding::Gsm7 {
            locking: None,
            single: None,
        } => "gsm",
        Encoding::Gsm7 { .. } => "gsm-pt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{EncodingChoice, ReferenceBits, SegmentOptions, segment};

    #[test]
    fn every_text_goes_as_one_of_the_three_encodings_with_the_room_they_have() {
        for (text, choice, name, alone, each) in [
            ("ola €", EncodingChoice::Auto, "gsm", 160, 153),
            ("ação €", EncodingChoice::Auto, "gsm-pt", 155, 149),
            ("ola", EncodingChoice::Gsm7Pt, "gsm-pt", 155, 149),
            // Only the single shift table of Portuguese has both; 360nrs does not offer it.
            ("ã ñ", EncodingChoice::Auto, "utf-16", 70, 67),
            ("ação 😀", EncodingChoice::Auto, "utf-16", 70, 67),
        ] {
            let options = SegmentOptions::provider(choice, false, 5);
            let counted = segment(text, &options).unwrap();
            assert_eq!(wire_encoding(counted.encoding), name, "{text}");
            assert_eq!(counted.encoding.alone(), alone, "{text}");
            assert_eq!(counted.encoding.each(ReferenceBits::Eight), each, "{text}");
        }
    }

    #[test]
    fn with_replacing_a_spanish_name_does_not_stop_a_portuguese_text() {
        let options = SegmentOptions::provider(EncodingChoice::Gsm7Pt, true, 5);
        assert_eq!(
            segment("Muñoz, ação", &options).unwrap().text,
            "Munoz, ação"
        );
    }
}
