//! A box that says something important in the flow of the page.

use leptos::prelude::*;

use crate::dom::{Children, View, view};

use super::{Icon, Shape};

/// What a notice means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Good to know.
    Info,
    /// Look at this before going on.
    Warning,
    /// It did not work.
    Error,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Info => "notice notice-info",
            Self::Warning => "notice notice-warning",
            Self::Error => "notice notice-error",
        }
    }

    pub(super) fn shape(self) -> Shape {
        match self {
            Self::Info => Shape::Info,
            Self::Warning | Self::Error => Shape::Warning,
        }
    }
}

/// Errors interrupt a screen reader; the others wait for their turn.
#[component]
pub(crate) fn Notice(
    tone: Tone,
    /// The server's code, for `data-error`.
    #[prop(optional, into)]
    error: Option<String>,
    children: Children,
) -> View {
    let role = if tone == Tone::Error {
        "alert"
    } else {
        "status"
    };
    view! {
        <div class=tone.class() role=role data-error=error>
            <Icon shape=tone.shape() />
            <div class="notice-body">{children()}</div>
        </div>
    }
}
