//! What can stand in a `view!`: values and views, once or for as long as a signal says.

use std::borrow::Cow;

use leptos::prelude::{Get, RenderEffect, Signal, document, on_cleanup};
use web_sys::Node;

use super::{View, sure};
use crate::signals::{Memo, RwSignal};

/// What an attribute, a class or a text is set to.
#[derive(Debug)]
pub(crate) enum Value {
    /// `false`, `None`
    Absent,
    /// `true`
    Present,
    Words(Cow<'static, str>),
}

impl Value {
    /// As text.
    pub(super) fn words(self) -> Cow<'static, str> {
        match self {
            Self::Absent | Self::Present => Cow::Borrowed(""),
            Self::Words(words) => words,
        }
    }
}

impl From<&'static str> for Value {
    fn from(words: &'static str) -> Self {
        Self::Words(Cow::Borrowed(words))
    }
}

impl From<String> for Value {
    fn from(words: String) -> Self {
        Self::Words(Cow::Owned(words))
    }
}

impl From<bool> for Value {
    fn from(present: bool) -> Self {
        if present { Self::Present } else { Self::Absent }
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

/// A value that stays, or one that is asked for anew when a signal has changed.
pub(crate) enum Binding {
    Fixed(Value),
    Live(Box<dyn Fn() -> Value>),
}

impl Binding {
    /// Calls `set` at once, and whenever the value has changed.
    pub(super) fn apply(self, set: impl Fn(Value) + 'static) {
        match self {
            Self::Fixed(value) => set(value),
            Self::Live(read) => follow(Box::new(move || set(read()))),
        }
    }
}

/// What a `view!` takes as a value.
pub(crate) trait Bind {
    fn binding(self) -> Binding;
}

impl<F: Fn() -> V + 'static, V: Into<Value>> Bind for F {
    fn binding(self) -> Binding {
        Binding::Live(Box::new(move || self().into()))
    }
}

macro_rules! fixed {
    ($($kind:ty),*) => {$(
        impl Bind for $kind {
            fn binding(self) -> Binding {
                Binding::Fixed(self.into())
            }
        }
    )*};
}

fixed!(
    &'static str,
    String,
    bool,
    Option<&'static str>,
    Option<String>
);

macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl<V: Into<Value> + Clone + Send + Sync + 'static> Bind for $signal<V> {
            fn binding(self) -> Binding {
                Binding::Live(Box::new(move || self.get().into()))
            }
        }
    )*};
}

signals!(Signal, RwSignal, Memo);

/// Runs now, and again after each change of a signal that it read.
pub(super) fn follow(run: Box<dyn Fn()>) {
    let effect = RenderEffect::new(move |_| run());
    on_cleanup(move || drop(effect));
}

/// What can stand between tags.
pub(crate) trait Child {
    /// Puts it after what `parent` has.
    fn append_to(self, parent: &Node);
}

impl Child for View {
    fn append_to(self, parent: &Node) {
        sure(parent.append_child(&self.0));
    }
}

impl Child for Option<View> {
    fn append_to(self, parent: &Node) {
        if let Some(view) = self {
            view.append_to(parent);
        }
    }
}

impl Child for Vec<View> {
    fn append_to(self, parent: &Node) {
        for view in self {
            view.append_to(parent);
        }
    }
}

impl<const N: usize> Child for [View; N] {
    fn append_to(self, parent: &Node) {
        Vec::from(self).append_to(parent);
    }
}

impl<B: Bind> Child for B {
    fn append_to(self, parent: &Node) {
        append_text(parent, self.binding());
    }
}

fn append_text(parent: &Node, words: Binding) {
    let text = document().create_text_node("");
    View(text.clone().into()).append_to(parent);
    words.apply(move |value| text.set_data(&value.words()));
}

/// Makes a component's `children` of what stands between its tags.
pub(crate) trait ToChildren<F> {
    fn to_children(draw: F) -> Self;
}

impl<F: FnOnce() -> View + 'static> ToChildren<F> for super::Children {
    fn to_children(draw: F) -> Self {
        Box::new(draw)
    }
}

impl<F: Fn() -> View + 'static> ToChildren<F> for super::ChildrenFn {
    fn to_children(draw: F) -> Self {
        Box::new(draw)
    }
}
