//! How the messages of many rows are spread over numbers of parts.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::delivery::NotSentReason;
use crate::wire::{MissingValue, PartsCount};

/// What sending to all rows would take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread {
    /// Rows that were looked at.
    pub rows: u64,
    /// How many messages have how many parts, fewest parts first.
    pub histogram: Vec<PartsCount>,
    /// Parts of the shortest message; `None` where there is no message.
    pub min: Option<u8>,
    /// Parts of the longest message.
    pub max: Option<u8>,
    /// Parts of all messages.
    pub parts: u64,
    /// Rows whose text has more parts than allowed.
    pub over_limit: u64,
    /// Rows whose text has a character that the chosen encoding does not have.
    pub not_encodable: u64,
    /// Rows of which no text is left.
    pub empty: u64,
    /// Properties that rows lack and that have no fallback, in the order of the message.
    /// Rows that get no message are counted too.
    pub missing: Vec<MissingValue>,
}

/// A spread being counted.
pub(super) struct Counter {
    messages: [u64; 256],
    excluded: Spread,
    missing: Vec<u64>,
}

impl Counter {
    pub(super) fn new(properties: usize) -> Self {
        Self {
            messages: [0; 256],
            excluded: Spread::default(),
            missing: vec![0; properties],
        }
    }

    pub(super) fn count(&mut self, outcome: Result<u8, NotSentReason>, missing: &[bool]) {
        self.excluded.rows += 1;
        match outcome {
            Ok(parts) => self.messages[usize::from(parts)] += 1,
            Err(NotSentReason::EmptyText) => self.excluded.empty += 1,
            Err(NotSentReason::TooManyParts) => self.excluded.over_limit += 1,
            Err(_) => self.excluded.not_encodable += 1,
        }
        for (count, missing) in self.missing.iter_mut().zip(missing) {
            *count += u64::from(*missing);
        }
    }

    pub(super) fn finish(self, properties: &[String]) -> Spread {
        let counted = self.messages.into_iter().zip(0..=u8::MAX);
        let histogram: Vec<PartsCount> = counted
            .filter(|(messages, _)| *messages > 0)
            .map(|(messages, parts)| PartsCount { parts, messages })
            .collect();
        let missing = properties.iter().zip(self.missing);
        Spread {
            min: histogram.first().map(|column| column.parts),
            max: histogram.last().map(|column| column.parts),
            parts: histogram
                .iter()
                .map(|column| u64::from(column.parts) * column.messages)
                .sum(),
            histogram,
            missing: missing
                .filter(|(_, count)| *count > 0)
                .map(|(property, count)| MissingValue {
                    property: property.clone(),
                    count,
                })
                .collect(),
            ..self.excluded
        }
    }
}
