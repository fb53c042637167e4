//! Cutting a text so that what belongs together stays in one part.
//!
//! Phones join the parts before anybody reads them, so this is for readers that do
//! not: old modems, gateways to other channels, and messages that lose a part.

use core::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::split::Cuts;
use super::{SegmentError, SegmentOptions, Segmentation, segment};
use crate::template::link_spans;

/// What is kept in one part where it fits one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// What readers take for one character, such as an emoji with its skin tone or a
    /// letter with its combining marks (extended grapheme clusters of UAX #29).
    pub clusters: bool,
    /// Links.
    pub links: bool,
}

/// Cuts a text as [`segment()`] does, but for what is to be kept together.
///
/// The encoding is the one that `segment` chooses. A link that no part has room for is
/// cut between clusters, a cluster that no part has room for between its characters. Parts
/// that end early may make one more part.
///
/// ```
/// use septet_core::encoding::{Keep, SegmentOptions, segment_keeping};
/// let text = "a".repeat(150) + " https://a.pt";
/// let keep = Keep { links: true, ..Keep::default() };
/// let cut = segment_keeping(&text, &SegmentOptions::new(), keep).unwrap();
/// assert_eq!(cut.parts().nth(1).unwrap().text, "https://a.pt");
/// ```
///
/// # Errors
/// Those of [`segment()`].
pub fn segment_keeping<'t>(
    text: &'t str,
    options: &SegmentOptions,
    keep: Keep,
) -> Result<Segmentation<'t>, SegmentError> {
    let mut cut = segment(text, options)?;
    if cut.cuts.parts() == 1 || keep == Keep::default() {
        return Ok(cut);
    }
    let room = cut.encoding.each(options.reference);
    let mut cutter = Cutter {
        text: &cut.text,
        units: &|stretch| {
            let units = cut.text[stretch].chars();
            units
                .filter_map(|character| cut.encoding.units_of(character))
                .sum()
        },
        room,
        cuts: Cuts::default(),
        end: 0,
        filled: 0,
    };
    let mut at = 0;
    if keep.links {
        for link in link_spans(&cut.text) {
            cutter.loose(at..link.start, keep);
            at = link.end;
            if !cutter.add(link.clone()) {
                cutter.loose(link, keep);
            }
        }
    }
    cutter.loose(at..cut.text.len(), keep);
    let (last, cuts) = (cutter.filled, cutter.cuts);
    if cuts.parts() > usize::from(options.max_parts) {
        return Err(SegmentError::TooManyParts {
            parts: cuts.parts(),
            max: options.max_parts,
        });
    }
    cut.remaining = room - last;
    cut.cuts = cuts.ending_with(last);
    Ok(cut)
}

struct Cutter<'a> {
    text: &'a str,
    units: &'a dyn Fn(Range<usize>) -> usize,
    room: usize,
    cuts: Cuts,
    /// Where the part that is being filled ends so far, and its units.
    end: usize,
    filled: usize,
}

impl Cutter<'_> {
    /// Adds a stretch that may be cut, between clusters where they are kept.
    fn loose(&mut self, stretch: Range<usize>, keep: Keep) {
        let text = &self.text[stretch.clone()];
        if keep.clusters {
            for (at, cluster) in text.grapheme_indices(true) {
                let start = stretch.start + at;
                if !self.add(start..start + cluster.len()) {
                    self.characters(start..start + cluster.len());
                }
            }
        } else {
            self.characters(stretch);
        }
    }

    fn characters(&mut self, stretch: Range<usize>) {
        for (at, character) in self.text[stretch.clone()].char_indices() {
            let start = stretch.start + at;
            self.add(start..start + character.len_utf8());
        }
    }

    /// Adds a stretch as a whole, to this part or the next; not when no part has room for it.
    fn add(&mut self, stretch: Range<usize>) -> bool {
        let units = (self.units)(stretch.clone());
        if units > self.room {
            return false;
        }
        if self.filled + units > self.room {
            self.cuts.end(self.end, self.filled);
            self.filled = 0;
        }
        self.end = stretch.end;
        self.filled += units;
        true
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;

    fn parts(text: &str, keep: Keep) -> Vec<String> {
        let cut = segment_keeping(text, &SegmentOptions::new(), keep).unwrap();
        cut.parts().map(|part| part.text.into()).collect()
    }

    #[test]
    fn a_family_stays_together_and_one_too_large_does_not_hold_up_anything() {
        let clusters = Keep {
            clusters: true,
            ..Keep::default()
        };
        let family = "👨\u{200d}👩\u{200d}👧";
        let text = "a".repeat(64) + family + "b";
        assert_eq!(
            parts(&text, clusters),
            ["a".repeat(64), String::from(family) + "b"]
        );
        assert_ne!(parts(&text, Keep::default())[0], "a".repeat(64));
        let zalgo = String::from("e") + &"\u{301}".repeat(200);
        assert_eq!(parts(&zalgo, clusters), parts(&zalgo, Keep::default()));
    }

    #[test]
    fn a_link_stays_in_one_part_unless_none_has_room_for_it() {
        let links = Keep {
            links: true,
            ..Keep::default()
        };
        let text = "a".repeat(145) + " (https://a.pt/b) c";
        assert_eq!(parts(&text, links)[1], "https://a.pt/b) c");
        let long = String::from("x https://a.pt/") + &"b".repeat(300);
        assert_eq!(parts(&long, links), parts(&long, Keep::default()));
    }

    #[test]
    fn what_is_kept_may_take_a_part_more_but_not_more_than_allowed() {
        let links = Keep {
            links: true,
            ..Keep::default()
        };
        let text = ("a".repeat(130) + " ")
            + &(String::from("https://a.pt/") + &"b".repeat(100) + " ").repeat(2);
        let two = SegmentOptions {
            max_parts: 3,
            ..SegmentOptions::new()
        };
        let plain = segment(&text, &two).unwrap().parts().len();
        let kept = segment_keeping(&text, &two, links).unwrap().parts().len();
        assert_eq!((plain, kept), (3, 3));
        let tight = SegmentOptions {
            max_parts: 2,
            ..two
        };
        assert!(segment_keeping(&text, &tight, links).is_err());
    }
}
