//! Where a contact's values come from.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// A contact's values, however they are kept.
///
/// By name, as in a [`BTreeMap`], or by column, as in an array or a [`Vec`]: then the
/// columns are those of [`Forecast::properties`](super::Forecast::properties).
pub trait Row {
    /// The value of a property, told by its place in `Forecast::properties` and by its name.
    fn value(&self, index: usize, name: &str) -> Option<&str>;
}

impl Row for BTreeMap<String, String> {
    fn value(&self, _index: usize, name: &str) -> Option<&str> {
        self.get(name).map(String::as_str)
    }
}

impl<T: AsRef<str>> Row for [T] {
    fn value(&self, index: usize, _name: &str) -> Option<&str> {
        self.get(index).map(AsRef::as_ref)
    }
}

impl<T: AsRef<str>, const N: usize> Row for [T; N] {
    fn value(&self, index: usize, name: &str) -> Option<&str> {
        self.as_slice().value(index, name)
    }
}

impl<T: AsRef<str>> Row for Vec<T> {
    fn value(&self, index: usize, name: &str) -> Option<&str> {
        self.as_slice().value(index, name)
    }
}

impl<R: Row + ?Sized> Row for &R {
    fn value(&self, index: usize, name: &str) -> Option<&str> {
        (**self).value(index, name)
    }
}
