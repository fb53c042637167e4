//! What is bound to a statement.
//!
//! An absent value has a type too: PostgreSQL must know what it is that is absent.

/// A value for a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// What can be bound.
pub(crate) trait Bind {
    fn value(self) -> Value;
    /// The absence of such a value.
    fn absent() -> Value;
}

impl<T: Bind> Bind for Option<T> {
    fn value(self) -> Value {
        self.map_or_else(T::absent, T::value)
    }

    fn absent() -> Value {
        T::absent()
    }
}

impl<T: Bind + Clone> Bind for &T {
    fn value(self) -> Value {
        self.clone().value()
    }

    fn absent() -> Value {
        T::absent()
    }
}

macro_rules! bind {
    ($($type:ty => $kind:ident($convert:expr)),+ $(,)?) => {$(
        impl Bind for $type {
            fn value(self) -> Value {
                Value::$kind(Some($convert(self)))
            }

            fn absent() -> Value {
                Value::$kind(None)
            }
        }
    )+};
}

bind! {
    i64 => Integer(|number| number),
    u32 => Integer(i64::from),
    u8 => Integer(i64::from),
    &str => Text(str::to_owned),
    String => Text(|text| text),
    Vec<u8> => Bytes(|bytes| bytes),
    &[u8] => Bytes(<[u8]>::to_vec),
}
