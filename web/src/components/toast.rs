//! Short messages that appear over the page and go away by themselves.

use std::time::Duration;

use leptos::prelude::*;

use super::notice::Tone;
use super::{Icon, Shape};
use crate::i18n::{common, t};

/// Long enough to read two lines and to reach "undo".
const STAYS: Duration = Duration::from_secs(8);

#[derive(Debug, Clone)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
    action: Option<(String, Callback<()>)>,
}

/// Where any view puts its short messages; `use_context` finds it everywhere.
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

    /// The toasts of the page.
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
        run: impl Fn() + Send + Sync + 'static,
    ) {
        let run = Callback::new(move |()| run());
        self.show(tone, text.into(), Some((action.into(), run)));
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
            })
        });
        set_timeout(move || self.dismiss(id), STAYS);
    }

    fn dismiss(self, id: u32) {
        self.shown
            .update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}

/// The corner where toasts appear; drawn once, by the app.
#[component]
pub(crate) fn Toaster() -> impl IntoView {
    let toasts = Toasts::here();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <div class=format!("toast {}", toast.tone.class())>
                    <Icon shape=toast.tone.shape() />
                    <p class="notice-body">{toast.text}</p>
                    {toast.action.map(|(label, run)| view! {
                        <button
                            type="button"
                            class="button button-quiet"
                            on:click=move |_| {
                                run.run(());
                                toasts.dismiss(toast.id);
                            }
                        >
                            {label}
                        </button>
                    })}
                    <button
                        type="button"
                        class="button button-quiet button-icon"
                        aria-label=t(common::dismiss)
                        on:click=move |_| toasts.dismiss(toast.id)
                    >
                        <Icon shape=Shape::Cross />
                    </button>
                </div>
            </For>
        </div>
    }
}
