//! A forecast over many contacts, whose values come over column by column in a
//! [`TextBuffer`]. `core/npm/forecast.js` is its other end.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use super::TextBuffer;
use super::asked::{options, parsed, render_options};
use super::json::Json;
use crate::delivery::NotSentReason;
use crate::forecast::{Forecast, Row};

/// What stands between values.
const SEPARATOR: char = '\0';

/// A message measured, and the values that it is to be filled with.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct Forecaster {
    forecast: Forecast,
    /// In the order of the properties.
    columns: Vec<Column>,
    over_limit: Vec<u32>,
    not_encodable: Vec<u32>,
    empty: Vec<u32>,
    /// For each property, the rows that lack it.
    missing: Vec<Vec<u32>>,
}

/// The values of one property, one after the other.
#[derive(Debug, Default)]
struct Column {
    text: String,
    ends: Vec<usize>,
}

#[wasm_bindgen]
impl Forecaster {
    /// Measures what is the same for every contact.
    ///
    /// # Errors
    /// `bad_argument`, `unclosed_token`, `bad_token`, `unknown_filter`.
    #[wasm_bindgen(constructor)]
    pub fn new(template: &JsValue, given: &JsValue) -> Result<Self, JsValue> {
        let template = parsed(template)?;
        let (render, links) = render_options(&template, given)?;
        let forecast = Forecast::new(&template, &render, &links, &options(given)?);
        let properties = forecast.properties().count();
        Ok(Self {
            forecast,
            columns: Vec::new(),
            over_limit: Vec::new(),
            not_encodable: Vec::new(),
            empty: Vec::new(),
            missing: vec![Vec::new(); properties],
        })
    }

    /// The properties that columns are to be of, in this order.
    #[must_use]
    pub fn properties(&self) -> JsValue {
        Json::texts_of(self.forecast.properties())
    }

    /// Takes the next column from so many bytes of the buffer; how many values it found.
    pub fn take(&mut self, buffer: &TextBuffer, length: usize) -> usize {
        let column = Column::of(buffer.text(length));
        let values = column.ends.len();
        self.columns.push(column);
        values
    }

    /// Begins the last column anew, for [`add`](Self::add).
    #[wasm_bindgen(js_name = beginAnew)]
    pub fn begin_anew(&mut self) {
        if let Some(column) = self.columns.last_mut() {
            *column = Column::default();
        }
    }

    /// Adds the value in so many bytes of the buffer to the last column.
    pub fn add(&mut self, buffer: &TextBuffer, length: usize) {
        if let Some(column) = self.columns.last_mut() {
            column.text.push_str(buffer.text(length));
            column.text.push(' ');
            column.ends.push(column.text.len() - 1);
        }
    }

    /// Forecasts so many rows.
    #[must_use]
    pub fn run(&mut self, rows: usize) -> JsValue {
        let columns = &self.columns;
        let mut index = 0;
        let rows = (0..rows).map(|row| Contact { columns, row });
        let spread = self.forecast.over_with(rows, |outcome, missing| {
            match outcome {
                Ok(_) => {}
                Err(NotSentReason::TooManyParts) => self.over_limit.push(index),
                Err(NotSentReason::EmptyText) => self.empty.push(index),
                Err(_) => self.not_encodable.push(index),
            }
            for (rows, missing) in self.missing.iter_mut().zip(missing) {
                if *missing {
                    rows.push(index);
                }
            }
            index += 1;
        });
        Json::object_of(|json| {
            json.field("rows").number(spread.rows as usize);
            json.field("histogram")
                .array(&spread.histogram, |json, column| {
                    json.object(|json| {
                        json.field("parts").number(column.parts.into());
                        json.field("messages").number(column.messages as usize);
                    });
                });
            for (name, parts) in [("min", spread.min), ("max", spread.max)] {
                match parts {
                    Some(parts) => json.field(name).number(parts.into()),
                    None => json.field(name).null(),
                }
            }
            json.field("total").number(spread.parts as usize);
        })
    }

    /// Indexes of rows above the limit of parts.
    #[wasm_bindgen(js_name = overLimit)]
    #[must_use]
    pub fn over_limit(&mut self) -> Vec<u32> {
        core::mem::take(&mut self.over_limit)
    }

    /// Indexes of rows with a character that the chosen encoding lacks.
    #[wasm_bindgen(js_name = notEncodable)]
    #[must_use]
    pub fn not_encodable(&mut self) -> Vec<u32> {
        core::mem::take(&mut self.not_encodable)
    }

    /// Indexes of rows of which no text is left.
    #[must_use]
    pub fn empty(&mut self) -> Vec<u32> {
        core::mem::take(&mut self.empty)
    }

    /// Indexes of rows that lack the property of this place, and have no fallback for it.
    #[must_use]
    pub fn missing(&mut self, property: usize) -> Vec<u32> {
        self.missing
            .get_mut(property)
            .map(core::mem::take)
            .unwrap_or_default()
    }
}

impl Column {
    /// Of values with a separator between.
    fn of(text: &str) -> Self {
        let separators = text.match_indices(SEPARATOR);
        let mut ends: Vec<usize> = separators.map(|(at, _)| at).collect();
        ends.push(text.len());
        Self {
            text: text.into(),
            ends,
        }
    }
}

struct Contact<'a> {
    columns: &'a [Column],
    row: usize,
}

impl Row for Contact<'_> {
    fn value(&self, index: usize, _name: &str) -> Option<&str> {
        let Column { text, ends } = self.columns.get(index)?;
        let start = match self.row {
            0 => 0,
            row => ends.get(row - 1)? + 1,
        };
        text.get(start..*ends.get(self.row)?)
    }
}
