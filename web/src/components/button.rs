//! A native button with the product's looks and a busy state.

use leptos::prelude::*;

use crate::dom::{Children, View, view, when};

use super::{Icon, Shape, Spinner};

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Look {
    /// The one thing to do here.
    Primary,
    /// Something else that can be done.
    #[default]
    Secondary,
    /// As quiet as text.
    Quiet,
    /// Something that cannot be taken back.
    Danger,
}

impl Look {
    /// The classes; also for links that look like buttons.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// While `busy`, it keeps its size and focus, shows a spinner and ignores presses.
#[component]
pub(crate) fn Button(
    #[prop(optional)] look: Look,
    #[prop(optional, into)] busy: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// `data-testid`
    #[prop(optional)]
    test: Option<&'static str>,
    #[prop(into)] on_press: Callback<()>,
    children: Children,
) -> View {
    let press = move |_| {
        if !busy.get_untracked() {
            on_press.run(());
        }
    };
    view! {
        <button
            type="button"
            class=look.class()
            data-testid=test
            disabled=disabled
            aria-busy=move || busy.get().then_some("true")
            on:click=press
        >
            {when(move || busy.get(), || view! { <Spinner /> })}
            {children()}
        </button>
    }
}

/// A button that is only an icon; `label` says what it does.
#[component]
pub(crate) fn IconButton(
    shape: Shape,
    label: Signal<String>,
    /// `data-testid`
    #[prop(optional)]
    test: Option<&'static str>,
    #[prop(into)] on_press: Callback<()>,
) -> View {
    view! {
        <button
            type="button"
            class="button button-quiet button-icon"
            data-testid=test
            aria-label=label
            on:click=move |_| on_press.run(())
        >
            <Icon shape />
        </button>
    }
}
