//! Asking to send: held against the rules here, then weighed by the server.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::campaign::Field;
use septet_core::wire::{Audience, CampaignSummary, CheckReport, ErrorCode, SmsDraft};
use wasm_bindgen::JsCast;

use super::audience::Way;
use super::confirm::exclusions;
use super::state::State;
use super::words;
use crate::api::{self, ApiError};
use crate::components::{Button, ErrorNotice, Icon, Look, Shape};
use crate::dom::{View, dynamic, effect, view};
use crate::embed;
use crate::i18n::{composer, locale, t};
use crate::remote::Remote;
use crate::signals::RwSignal;

/// What the server said, and the very draft that it is about.
#[derive(Debug, Clone)]
pub(super) struct Weighed {
    pub(super) report: CheckReport,
    pub(super) draft: SmsDraft,
}

/// From the wish to send to the campaign.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending {
    state: State,
    /// The campaign, once there is one.
    pub(super) sent: RwSignal<Option<CampaignSummary>>,
    /// Whether the confirmation is open.
    pub(super) open: RwSignal<bool>,
    pub(super) weighed: RwSignal<Option<Weighed>>,
    checking: RwSignal<bool>,
    /// Why there is nothing to confirm.
    refused: RwSignal<Option<ApiError>>,
}

impl Sending {
    pub(super) fn new(state: State) -> Self {
        let sending = Self {
            state,
            sent: RwSignal::new(None),
            open: RwSignal::new(false),
            weighed: RwSignal::new(None),
            checking: RwSignal::new(false),
            refused: RwSignal::new(None),
        };
        // What was refused is no longer what is written.
        effect(move || {
            state.draft.track();
            if sending.refused.with_untracked(Option::is_some) {
                sending.refused.set(None);
            }
        });
        sending
    }

    /// Opens the confirmation, or says where it is that something is wrong.
    pub(super) fn ask(self) {
        if self.checking.get_untracked() || self.open.get_untracked() {
            return;
        }
        self.refused.set(None);
        if self.state.touch_all() {
            show_first_problem();
            return;
        }
        let draft = self.state.draft.get_untracked();
        self.checking.set(true);
        spawn_local(async move {
            let answer = api::check(&draft).await;
            if self.checking.is_disposed() {
                return;
            }
            self.checking.set(false);
            match answer {
                Ok(report) => {
                    self.weighed.set(Some(Weighed { report, draft }));
                    self.open.set(true);
                }
                Err(error) => self.refuse(error),
            }
        });
    }

    fn refuse(self, error: ApiError) {
        if let ApiError::Problem(problem) = &error
            && problem.code == ErrorCode::InvalidDraft
        {
            self.state.refuse(problem.problems.clone());
            show_first_problem();
        }
        if error.code() == Some(ErrorCode::NotFound) {
            // The list or the file; a file that is gone is said to be where it was chosen.
            self.state.load_file();
        }
        self.refused.set(Some(error));
    }
}

/// Always in sight: what the message comes to, and the button.
#[component]
pub(super) fn SendBar(state: State, sending: Sending) -> View {
    let refusal = move || {
        let refused = sending.refused.get();
        refused.map(|error| {
            let left_out = match &error {
                ApiError::Problem(problem) => problem.exclusions.clone(),
                ApiError::Unreachable | ApiError::Unexpected { .. } => Vec::new(),
            };
            view! { <ErrorNotice error>{exclusions(left_out)}</ErrorNotice> }
        })
    };
    let summary = move || {
        state.shown.with(|shown| match &shown.counted {
            Ok(counted) if counted.text.is_empty() => View::nothing(),
            Ok(counted) => {
                let parts = composer::parts(locale(), counted.parts().len() as u64);
                view! {
                    <span class="send-encoding">{words::encoding(counted.encoding)} " · "</span>
                    {parts}
                }
            }
            Err(_) => view! { {words::trouble(state, Field::Text)} },
        })
    };
    // A link to `#preview` would be another address, and with it another page.
    let to_preview = move |_| {
        if let Some(preview) = document().get_element_by_id("preview") {
            preview.scroll_into_view();
        }
    };
    view! {
        <div class="send-bar">
            {dynamic(refusal)}
            <div class="send-line">
                <button type="button" class="button button-quiet send-preview" on:click=to_preview>
                    <Icon shape=Shape::Phone />
                    <span>{t(composer::preview)}</span>
                </button>
                <span class="send-summary" aria-hidden="true">{dynamic(summary)}</span>
                <span class="send-keys"><kbd>"Ctrl"</kbd>" + "<kbd>"Enter"</kbd></span>
                <Button
                    look=Look::Primary
                    busy=sending.checking
                    test="send"
                    on_press=move || sending.ask()
                >
                    {Signal::derive(move || label(state))}
                </Button>
            </div>
        </div>
    }
}

fn label(state: State) -> String {
    let locale = locale();
    let words = match state.way.get() {
        Way::Contacts => {
            let picked = state.picked.with(Vec::len) as u64;
            if picked == 1 && embed::is_here() {
                let name = state.picked.with(|ids| ids.first().map(|id| state.name_of(id)));
                return composer::send_to_name(locale, &name.unwrap_or_default());
            }
            (picked > 0).then(|| composer::send_to(locale, picked))
        }
        Way::Search => state.found.with(|found| match found {
            Remote::Ready(found) if found.total > 0 => {
                Some(composer::send_to(locale, found.total))
            }
            _ => None,
        }),
        Way::List => state.list.with(|list| {
            let list = list.as_ref()?;
            let of = |draft: &SmsDraft| matches!(&draft.audience, Audience::List { id } if *id == list.id);
            let chosen = state.draft.with(of);
            chosen.then(|| composer::send_to_list(locale, &list.name))
        }),
        Way::File => state.files.import.with(|import| match import {
            Some(Remote::Ready(import)) => Some(composer::send_to_rows(locale, import.rows)),
            _ => None,
        }),
    };
    words.unwrap_or_else(|| composer::send.of(locale).to_owned())
}

/// Once the sentences are there, the first faulty field is where the person is.
fn show_first_problem() {
    request_animation_frame(|| {
        let found = document().query_selector("[aria-invalid=true], .field-error");
        if let Ok(Some(element)) = found {
            let element: web_sys::HtmlElement = element.unchecked_into();
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Center);
            element.scroll_into_view_with_scroll_into_view_options(&options);
            // All of these take the focus.
            let _ = element.focus();
        }
    });
}
