//! Short messages that appear over the page and go away by themselves.

use std::time::Duration;

use leptos::prelude::*;

use super::notice::Tone;
use super::{Button, Icon, IconButton, Look, Shape};
use crate::dom::{Entry, View, each, view};
use crate::i18n::{common, phrase};
use crate::signals::RwSignal;

/// Long enough to read two lines and to reach "undo".
const STAYS: Duration = Duration::from_secs(8);

#[derive(Debug, Clone)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
    action: Option<(String, Callback<()>)>,
}

/// Where any view puts its short messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// Called once, by the app.
    pub(crate) fn provide() {
        provide_context(Self {
            shown: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        });
    }

    /// The toasts of the page. Ask while a view is made, not in what happens later.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Says something.
    pub(crate) fn say(self, tone: Tone, text: impl Into<String>) {
        self.show(tone, text.into(), None);
    }

    /// Says something and offers to do something about it.
    pub(crate) fn offer(
        self,
        tone: Tone,
        text: impl Into<String>,
        action: impl Into<String>,
        run: impl Into<Callback<()>>,
    ) {
        self.show(tone, text.into(), Some((action.into(), run.into())));
    }

    fn show(self, tone: Tone, text: String, action: Option<(String, Callback<()>)>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.shown.update(|toasts| {
            toasts.push(Toast {
                id,
                tone,
                text,
                action,
            });
        });
        set_timeout(move || self.dismiss(id), STAYS);
    }

    fn dismiss(self, id: u32) {
        self.shown
            .update(|toasts| toasts.retain(|toast| toast.id != id));
    }

    fn draw(self, toast: Toast) -> View {
        let Toast {
            id,
            tone,
            text,
            action,
        } = toast;
        let action = action.map(|(label, run)| {
            let press = move || {
                run.run(());
                self.dismiss(id);
            };
            view! { <Button look=Look::Quiet on_press=press>{label}</Button> }
        });
        view! {
            <div class=["toast ", tone.class()].concat()>
                <Icon shape=tone.shape() />
                <p class="notice-body">{text}</p>
                {action}
                <IconButton
                    shape=Shape::Cross
                    label=phrase(common::dismiss)
                    on_press=move || self.dismiss(id)
                />
            </div>
        }
    }
}

/// The corner where toasts appear; drawn once, by the app.
#[component]
pub(crate) fn Toaster() -> View {
    let toasts = Toasts::here();
    let entries = move || {
        let entry = |toast: Toast| Entry::new(toast.id.to_string(), move || toasts.draw(toast));
        toasts.shown.get().into_iter().map(entry).collect()
    };
    view! {
        <div class="toasts" role="status" aria-live="polite">{each(entries)}</div>
    }
}
