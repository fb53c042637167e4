//! What a message costs for many contacts, told without writing it for each.
//!
//! The text that is the same for all is measured once in every encoding that may carry
//! it; a contact adds the measures of its values. The answer is the one that rendering
//! and [`segment`] give, for every row: where characters are to be replaced, it is
//! theirs. A row takes no memory of its own but in rare cases: characters to replace,
//! letters beyond ASCII under a filter, and links that values change as a whole.

mod lane;
mod row;
mod spread;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub use row::Row;
pub use spread::Spread;

use crate::delivery::NotSentReason;
use crate::encoding::{Encoding, SegmentError, SegmentOptions, Transliteration, count};
use crate::template::{
    RenderOptions, Stretch, Template, Token, VaryingLink, encode, is_unreserved,
};
use crate::wire::LinkShape;
use lane::{Lane, Run, Tally, encoded};
use spread::Counter;

/// A message measured as far as it can be before any contact is known.
///
/// ```
/// use septet_core::encoding::SegmentOptions;
/// use septet_core::forecast::Forecast;
/// use septet_core::template::{RenderOptions, Template};
/// use septet_core::wire::LinkShape;
///
/// let template = Template::parse("Olá {{firstname}}, {{city|cá}}!").unwrap();
/// let links = LinkShape { short_base: "".into(), unsubscribe_base: "".into(), code_length: 10 };
/// let forecast = Forecast::new(&template, &RenderOptions::default(), &links, &SegmentOptions::new());
/// assert!(forecast.properties().eq(["firstname", "city"]));
/// let spread = forecast.over([["Ana", "Faro"], ["Zé", ""], ["", ""]]);
/// assert_eq!((spread.rows, spread.parts, spread.max), (3, 3, Some(1)));
/// assert_eq!(spread.missing[0].count, 1);
/// ```
#[derive(Debug, Clone)]
pub struct Forecast {
    properties: Vec<String>,
    slots: Vec<Slot>,
    /// The GSM-7 encodings that may be used, then UCS-2 if it may be.
    lanes: Vec<Lane>,
    /// How many of them are GSM-7.
    gsm7: usize,
    /// What the fixed texts take, lane by lane.
    fixed: Vec<Tally>,
    /// Whether the fixed texts say nothing.
    blank: bool,
    /// For every byte, 0 where it is a character of one unit in every lane.
    plain: [u8; 256],
    /// The same for bytes of a value in an address.
    plain_in_links: [u8; 256],
    options: SegmentOptions,
}

/// A stretch of the message.
#[derive(Debug, Clone)]
enum Slot {
    Text {
        text: String,
        runs: Vec<Vec<Run>>,
    },
    Value {
        property: usize,
        token: Token,
        encoded: bool,
    },
    Asked {
        property: usize,
    },
    Link(Box<VaryingLink>),
}

/// What one row after the other is worked out in.
struct Scratch {
    tallies: Vec<Tally>,
    /// Which properties the row lacks.
    missing: Vec<bool>,
    filtered: String,
}

/// What a slot writes for a row.
enum Written<'a> {
    Fixed { text: &'a str, runs: &'a [Vec<Run>] },
    Value { text: &'a str, encoded: bool },
}

impl Forecast {
    /// Measures what is the same for every contact.
    #[must_use]
    pub fn new(
        template: &Template,
        render: &RenderOptions,
        links: &LinkShape,
        options: &SegmentOptions,
    ) -> Self {
        let mut encodings = Vec::new();
        options.gsm7(|encoding| encodings.push(encoding));
        let gsm7 = encodings.len();
        encodings.extend(options.may_be_ucs2().then_some(Encoding::Ucs2));
        let lanes: Vec<Lane> = encodings
            .into_iter()
            .map(|encoding| Lane::new(encoding, options.reference))
            .collect();
        let template = template.clone().with_tags(&render.utm);
        let mut forecast = Self {
            properties: template.properties().map(String::from).collect(),
            slots: Vec::new(),
            fixed: vec![Tally::default(); lanes.len()],
            blank: true,
            plain: classes(&lanes, |_| true),
            plain_in_links: classes(&lanes, is_unreserved),
            lanes,
            gsm7,
            options: *options,
        };
        for stretch in template.plan(render, links) {
            forecast.add(stretch);
        }
        forecast
    }

    /// The properties that the message asks for, in the order of a row's columns.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().map(String::as_str)
    }

    /// Parts of one contact's message.
    ///
    /// # Errors
    /// Why this contact gets none: [`NotSentReason::EmptyText`], [`NotSentReason::TooManyParts`]
    /// or [`NotSentReason::NotEncodable`].
    pub fn of<R: Row + ?Sized>(&self, row: &R) -> Result<u8, NotSentReason> {
        self.weigh(&row, &mut self.scratch())
    }

    /// The spread of parts over many contacts.
    pub fn over<R: Row>(&self, rows: impl IntoIterator<Item = R>) -> Spread {
        self.over_with(rows, |_, _| ())
    }

    /// The same; `see` hears of every row in turn, as [`of`](Self::of) tells of it, and which
    /// of the [`properties`](Self::properties) it lacks.
    pub fn over_with<R: Row>(
        &self,
        rows: impl IntoIterator<Item = R>,
        mut see: impl FnMut(Result<u8, NotSentReason>, &[bool]),
    ) -> Spread {
        let mut scratch = self.scratch();
        let mut counter = Counter::new(self.properties.len());
        for row in rows {
            scratch.missing.fill(false);
            let outcome = self.weigh(&row, &mut scratch);
            counter.count(outcome, &scratch.missing);
            see(outcome, &scratch.missing);
        }
        counter.finish(&self.properties)
    }

    fn scratch(&self) -> Scratch {
        Scratch {
            tallies: self.fixed.clone(),
            missing: vec![false; self.properties.len()],
            filtered: String::new(),
        }
    }

    fn add(&mut self, stretch: Stretch) {
        let slot = match stretch {
            Stretch::Text(text) => {
                self.blank &= text.trim().is_empty();
                for (fixed, lane) in self.fixed.iter_mut().zip(&self.lanes) {
                    *fixed += lane.tally(text.chars());
                }
                let runs = self.lanes.iter().map(|lane| lane.runs(&text)).collect();
                Slot::Text { text, runs }
            }
            Stretch::Value { token, encoded } => Slot::Value {
                property: self.place(&token.property),
                token,
                encoded,
            },
            Stretch::Asked(token) => Slot::Asked {
                property: self.place(&token.property),
            },
            Stretch::Link(link) => Slot::Link(link),
        };
        self.slots.push(slot);
    }

    /// The column of a property.
    fn place(&self, property: &str) -> usize {
        let place = self.properties.iter().position(|known| known == property);
        place.unwrap_or(self.properties.len())
    }

    fn weigh<R: Row>(&self, row: &R, scratch: &mut Scratch) -> Result<u8, NotSentReason> {
        let mut tallies = core::mem::take(&mut scratch.tallies);
        tallies.copy_from_slice(&self.fixed);
        let (mut plain, mut blank) = (0, self.blank);
        self.visit(row, scratch, |written| {
            let Written::Value { text, encoded } = written else {
                return;
            };
            blank &= text.is_empty();
            if self.is_plain(text, encoded) {
                plain += text.len();
            } else {
                self.tally(text, encoded, &mut tallies);
            }
        });
        for tally in &mut tallies {
            tally.units += plain;
        }
        let outcome = if blank {
            Err(NotSentReason::EmptyText)
        } else {
            self.settle(row, scratch, &tallies)
        };
        scratch.tallies = tallies;
        outcome
    }

    /// Goes over what every slot writes for a row, and notes what the row lacks.
    fn visit<R: Row>(&self, row: &R, scratch: &mut Scratch, mut see: impl FnMut(Written<'_>)) {
        let Scratch {
            missing, filtered, ..
        } = scratch;
        for slot in &self.slots {
            match slot {
                Slot::Text { text, runs } => see(Written::Fixed { text, runs }),
                Slot::Value {
                    property,
                    token,
                    encoded,
                } => {
                    let encoded = *encoded;
                    match token.fill(self.value(row, *property), filtered) {
                        Some(text) => see(Written::Value { text, encoded }),
                        None => missing[*property] = true,
                    }
                }
                Slot::Asked { property } => {
                    missing[*property] |= self.value(row, *property).trim().is_empty();
                }
                Slot::Link(link) => {
                    let values = |name: &str| row.value(self.place(name), name);
                    let (text, lacking) = link.write(&values);
                    for name in lacking {
                        missing[self.place(&name)] = true;
                    }
                    let (text, encoded) = (&text, false);
                    see(Written::Value { text, encoded });
                }
            }
        }
    }

    /// The same, compiled once for all that is not done for every row.
    fn visit_rarely<R: Row>(
        &self,
        row: &R,
        scratch: &mut Scratch,
        see: &mut dyn FnMut(Written<'_>),
    ) {
        self.visit(row, scratch, see);
    }

    fn value<'a, R: Row>(&self, row: &'a R, property: usize) -> &'a str {
        let value = row.value(property, &self.properties[property]);
        value.unwrap_or_default()
    }

    /// Whether a value takes one unit a byte, whatever carries it.
    fn is_plain(&self, text: &str, encoded: bool) -> bool {
        let classes = if encoded {
            &self.plain_in_links
        } else {
            &self.plain
        };
        let all = text
            .bytes()
            .fold(0, |all, byte| all | classes[usize::from(byte)]);
        all == 0
    }

    fn tally(&self, text: &str, in_link: bool, tallies: &mut [Tally]) {
        for (tally, lane) in tallies.iter_mut().zip(&self.lanes) {
            *tally += if in_link {
                lane.tally(encoded(text))
            } else {
                lane.tally(text.chars())
            };
        }
    }

    /// The parts of a row whose measures are these.
    fn settle<R: Row>(
        &self,
        row: &R,
        scratch: &mut Scratch,
        tallies: &[Tally],
    ) -> Result<u8, NotSentReason> {
        let mut fewest: Option<usize> = None;
        for (lane, tally) in tallies.iter().enumerate().take(self.gsm7) {
            if !tally.lacks && fewest != Some(1) {
                let parts = self.parts(lane, *tally, row, scratch);
                fewest = Some(fewest.map_or(parts, |fewest| fewest.min(parts)));
            }
        }
        let replaces = self.options.transliterate != Transliteration::Never;
        let parts = match (fewest, tallies.get(self.gsm7)) {
            (Some(parts), _) => parts,
            (None, _) if replaces => return self.render(row, scratch),
            (None, Some(tally)) => self.parts(self.gsm7, *tally, row, scratch),
            (None, None) => return Err(NotSentReason::NotEncodable),
        };
        let parts = u8::try_from(parts).ok();
        let allowed = parts.filter(|parts| *parts <= self.options.max_parts);
        allowed.ok_or(NotSentReason::TooManyParts)
    }

    fn parts<R: Row>(&self, lane: usize, tally: Tally, row: &R, scratch: &mut Scratch) -> usize {
        let bounds = self.lanes[lane].parts(tally);
        if bounds.start() == bounds.end() {
            *bounds.start()
        } else {
            self.cut(lane, row, scratch)
        }
    }

    /// Cuts a row's text, piece by piece.
    fn cut<R: Row>(&self, lane: usize, row: &R, scratch: &mut Scratch) -> usize {
        let of = &self.lanes[lane];
        let mut cursor = of.cursor();
        self.visit_rarely(row, scratch, &mut |written| match written {
            Written::Fixed { runs, .. } => runs[lane].iter().for_each(|run| cursor.put_run(*run)),
            Written::Value {
                text,
                encoded: true,
            } => {
                encoded(text).for_each(|character| cursor.put(of.size(character)));
            }
            Written::Value { text, .. } => {
                text.chars()
                    .for_each(|character| cursor.put(of.size(character)));
            }
        });
        cursor.parts
    }

    /// Writes a row's text and segments it: replacing looks at letters and their marks together.
    fn render<R: Row>(&self, row: &R, scratch: &mut Scratch) -> Result<u8, NotSentReason> {
        let mut whole = String::new();
        self.visit_rarely(row, scratch, &mut |written| match written {
            Written::Value {
                text,
                encoded: true,
            } => encode(text, &mut whole),
            Written::Fixed { text, .. } | Written::Value { text, .. } => whole.push_str(text),
        });
        match count(&whole, &self.options) {
            Ok(counted) => u8::try_from(counted.parts).map_err(|_| NotSentReason::TooManyParts),
            Err(SegmentError::TooManyParts { .. }) => Err(NotSentReason::TooManyParts),
            Err(SegmentError::NotEncodable { .. }) => Err(NotSentReason::NotEncodable),
        }
    }
}

/// For every byte, 0 where it is a character of one unit in every lane.
fn classes(lanes: &[Lane], may_stand: impl Fn(u8) -> bool) -> [u8; 256] {
    let mut classes = [1; 256];
    for (class, byte) in classes.iter_mut().zip(0_u8..128) {
        let narrow = lanes.iter().all(|lane| lane.size(char::from(byte)) == 1);
        *class = u8::from(!narrow || !may_stand(byte));
    }
    classes
}
