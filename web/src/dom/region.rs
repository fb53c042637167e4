//! Places whose views come and go: conditions and lists.
//!
//! A region lies between two comments, which stay; whatever is between them
//! is its content, so that regions can lie in regions.

use std::cell::RefCell;

use leptos::prelude::{Owner, document};
use web_sys::Node;

use super::bind::follow;
use super::element::fragment;
use super::{View, sure};
use crate::signals::Memo;

/// Draws anew whenever a signal that `draw` reads has changed.
///
/// Elements are made anew with it: draw nothing here that somebody types in or
/// has the focus on while that signal changes.
pub(crate) fn dynamic<V: Into<View>>(draw: impl Fn() -> V + 'static) -> View {
    redrawn(Box::new(move || draw().into()))
}

fn redrawn(draw: Box<dyn Fn() -> View>) -> View {
    let region = Region::new();
    let view = region.view();
    follow(Box::new(move || {
        region.clear();
        region.append(draw());
    }));
    view
}

/// Draws while a condition holds, anew only when it has come to hold again.
pub(crate) fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    draw: impl Fn() -> View + 'static,
) -> View {
    shown(Memo::new(move |_| condition()), Box::new(draw))
}

fn shown(condition: Memo<bool>, draw: Box<dyn Fn() -> View>) -> View {
    redrawn(Box::new(move || {
        if condition.get() {
            draw()
        } else {
            View::nothing()
        }
    }))
}

/// One entry of a list: it is drawn once, and again when its key has changed.
pub(crate) struct Entry {
    key: String,
    draw: Box<dyn FnOnce() -> View>,
}

impl Entry {
    /// Draws one element.
    pub(crate) fn new(key: String, draw: impl FnOnce() -> View + 'static) -> Self {
        Self {
            key,
            draw: Box::new(draw),
        }
    }
}

/// An entry that is in the page.
struct Shown {
    key: String,
    element: Node,
    /// What follows signals inside is let go with it.
    _owner: Owner,
}

/// Draws a list; entries that stay keep their elements.
pub(crate) fn each(entries: impl Fn() -> Vec<Entry> + 'static) -> View {
    listed(Box::new(entries))
}

fn listed(entries: Box<dyn Fn() -> Vec<Entry>>) -> View {
    let region = Region::new();
    let view = region.view();
    let list = Owner::current().unwrap_or_default();
    let shown = RefCell::new(Vec::<Shown>::new());
    follow(Box::new(move || {
        let mut before = shown.take();
        let mut after = Vec::new();
        let mut place = region.start.next_sibling();
        for entry in entries() {
            let known = before.iter().position(|shown| shown.key == entry.key);
            let entry = match known {
                Some(index) => before.swap_remove(index),
                None => list.with(|| Shown::draw(entry)),
            };
            if place.as_ref() == Some(&entry.element) {
                place = entry.element.next_sibling();
            } else {
                region.insert(&entry.element, place.as_ref());
            }
            after.push(entry);
        }
        for gone in before {
            remove(&gone.element);
        }
        shown.replace(after);
    }));
    view
}

impl Shown {
    fn draw(entry: Entry) -> Self {
        let owner = Owner::new();
        let view = owner.with(entry.draw);
        Self {
            key: entry.key,
            element: view.0,
            _owner: owner,
        }
    }
}

/// What lies between two comments.
struct Region {
    start: Node,
    end: Node,
}

impl Region {
    fn new() -> Self {
        let comment = || document().create_comment("").into();
        Self {
            start: comment(),
            end: comment(),
        }
    }

    /// Its borders, to be put where the region shall be.
    fn view(&self) -> View {
        let borders = [&self.start, &self.end].map(|border| View(border.clone()));
        fragment().child(borders).view()
    }

    fn append(&self, view: View) {
        self.insert(&view.0, Some(&self.end));
    }

    fn insert(&self, node: &Node, before: Option<&Node>) {
        if let Some(parent) = self.end.parent_node() {
            sure(parent.insert_before(node, before));
        }
    }

    fn clear(&self) {
        while let Some(node) = self.start.next_sibling() {
            if node == self.end {
                break;
            }
            remove(&node);
        }
    }
}

fn remove(node: &Node) {
    if let Some(parent) = node.parent_node() {
        sure(parent.remove_child(node));
    }
}
