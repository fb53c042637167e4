//! Leptos's signals and memos, for values of every type compiled once.
//!
//! Leptos's compile anew for each type that one holds, several kilobytes a piece. Here
//! the value is behind a pointer, as whatever differs between views is in `crate::dom`;
//! see `docs/adr/0006-light-page.md`. Their methods are Leptos's, under the same names.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use leptos::prelude::{
    self, IsDisposed as _, Read as _, ReadUntracked as _, Signal, Track as _, Write as _,
};

type Content = Box<dyn Any + Send + Sync>;

/// What can be changed, and is followed by whoever reads it.
pub(crate) struct RwSignal<T> {
    content: prelude::RwSignal<Content>,
    holds: PhantomData<fn() -> T>,
}

/// What follows from others, and is made anew when one of them has changed.
pub(crate) struct Memo<T> {
    content: prelude::Memo<Content>,
    holds: PhantomData<fn() -> T>,
}

impl<T: Send + Sync + 'static> RwSignal<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            content: prelude::RwSignal::new(Box::new(value)),
            holds: PhantomData,
        }
    }

    pub(crate) fn set(self, value: T) {
        *self.content.write() = Box::new(value);
    }

    /// Whether the view that it belonged to is gone.
    pub(crate) fn is_disposed(self) -> bool {
        self.content.is_disposed()
    }

    /// Nothing, where the view that it belonged to is gone.
    pub(crate) fn try_set(self, value: T) {
        if let Some(mut content) = self.content.try_write() {
            *content = Box::new(value);
        }
    }

    pub(crate) fn update(self, change: impl FnOnce(&mut T)) {
        change(held_mut(&mut self.content.write()));
    }

    /// Nothing, where the view that it belonged to is gone.
    pub(crate) fn try_update(self, change: impl FnOnce(&mut T)) {
        if let Some(mut content) = self.content.try_write() {
            change(held_mut(&mut content));
        }
    }
}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// Whoever reads it follows it where it has changed.
    pub(crate) fn new(make: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        Self::made(make, |before, now| {
            before.map(held::<T>) != now.map(held::<T>)
        })
    }
}

impl<T: Send + Sync + 'static> Memo<T> {
    /// Whoever reads it follows it whenever it is made anew: where that is always another
    /// one, comparing would be in vain.
    pub(crate) fn always_new(make: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self::made(move |_| make(), |_, _| true)
    }

    fn made(
        make: impl Fn(Option<&T>) -> T + Send + Sync + 'static,
        changed: fn(Option<&Content>, Option<&Content>) -> bool,
    ) -> Self {
        let make: Make = Box::new(move |before| Box::new(make(before.map(held))));
        Self {
            content: memo(make, changed),
            holds: PhantomData,
        }
    }
}

type Make = Box<dyn Fn(Option<&Content>) -> Content + Send + Sync>;

fn memo(
    make: Make,
    changed: fn(Option<&Content>, Option<&Content>) -> bool,
) -> prelude::Memo<Content> {
    prelude::Memo::new_with_compare(make, changed)
}

fn held<T: 'static>(content: &Content) -> &T {
    content.downcast_ref().expect("what was put in")
}

fn held_mut<T: 'static>(content: &mut Content) -> &mut T {
    content.downcast_mut().expect("what was put in")
}

macro_rules! readable {
    ($($kind:ident),*) => {$(
        impl<T: Send + Sync + 'static> $kind<T> {
            pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
                read(held(&self.content.read()))
            }

            pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
                read(held(&self.content.read_untracked()))
            }

            /// `None`, where the view that it belonged to is gone.
            pub(crate) fn try_with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
                let content = self.content.try_read_untracked()?;
                Some(read(held(&content)))
            }

            pub(crate) fn get(self) -> T
            where
                T: Clone,
            {
                self.with(T::clone)
            }

            pub(crate) fn get_untracked(self) -> T
            where
                T: Clone,
            {
                self.with_untracked(T::clone)
            }

            /// `None`, where the view that it belonged to is gone.
            pub(crate) fn try_get_untracked(self) -> Option<T>
            where
                T: Clone,
            {
                self.try_with_untracked(T::clone)
            }

            pub(crate) fn track(self) {
                self.content.track();
            }
        }

        impl<T> Clone for $kind<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $kind<T> {}

        impl<T> fmt::Debug for $kind<T> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(stringify!($kind))
            }
        }

        impl<T: Clone + Send + Sync + 'static> From<$kind<T>> for Signal<T> {
            fn from(from: $kind<T>) -> Self {
                Self::derive(move || from.get())
            }
        }
    )*};
}

readable!(RwSignal, Memo);
