//! A writer of links that knows which links are Septet's own, whoever writes the others.

use alloc::string::String;

use crate::template::LinkWriter;
use crate::wire::LinkShape;

/// Writes what its writer writes, and owns what has the campaign's shape.
pub(super) struct Known<'a> {
    pub(super) shape: &'a LinkShape,
    pub(super) writer: &'a mut dyn LinkWriter,
}

impl LinkWriter for Known<'_> {
    fn short(&mut self, target: &str) -> String {
        self.writer.short(target)
    }

    fn unsubscribe(&mut self) -> String {
        self.writer.unsubscribe()
    }

    fn owns(&self, address: &str) -> bool {
        self.shape.owns(address) || self.writer.owns(address)
    }
}
