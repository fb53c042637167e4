//! Light or dark: the system's choice unless the person made one here.
//!
//! `boot.js` applies a remembered choice before the first paint; this file
//! changes it.

use leptos::prelude::document;

use crate::storage::Stored;

const CHOSEN: Stored = Stored::new("septet.theme");

/// Which colours the page has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Whatever the system prefers, also when it changes its mind.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// In the order of the menu.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value in the menu, in storage and in `<html data-theme>`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) fn from_code(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.code() == code)
            .unwrap_or(Self::System)
    }

    /// The choice that was made here before.
    pub(crate) fn remembered() -> Self {
        CHOSEN
            .read()
            .map_or(Self::System, |code| Self::from_code(&code))
    }

    /// Shows and remembers it.
    pub(crate) fn apply(self) {
        let Some(html) = document().document_element() else {
            return;
        };
        let shown = match self {
            Self::System => {
                CHOSEN.clear();
                html.remove_attribute("data-theme")
            }
            Self::Light | Self::Dark => {
                CHOSEN.write(self.code());
                html.set_attribute("data-theme", self.code())
            }
        };
        // Only a malformed attribute name could fail.
        drop(shown);
    }
}
