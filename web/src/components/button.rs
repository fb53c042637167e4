//! A native button with the product's looks and a busy state.

use leptos::prelude::*;

use super::Spinner;

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
    on_press: impl Fn() + 'static,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=look.class()
            data-testid=test
            disabled=disabled
            aria-busy=move || busy.get().then_some("true")
            on:click=move |_| {
                if !busy.get_untracked() {
                    on_press();
                }
            }
        >
            <Show when=move || busy.get()>
                <Spinner />
            </Show>
            {children()}
        </button>
    }
}
