//! Nothing that was typed is lost: a draft goes to the server after each pause,
//! and to this browser at once, for the time when the server cannot be reached.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{CampaignSummary, SmsDraft};
use serde::{Deserialize, Serialize};

use super::state::State;
use crate::api;
use crate::components::{Icon, Shape};
use crate::i18n::{composer, t};
use crate::router::{self, Route};
use crate::session::use_session;
use crate::storage::Stored;

/// A pause in typing, before the draft is saved.
const PAUSE: Duration = Duration::from_millis(800);
const LOCAL: Stored = Stored::new("septet.draft");

/// The copy in this browser.
#[derive(Serialize, Deserialize)]
struct Local {
    key: String,
    draft: SmsDraft,
}

/// What the composer starts from.
#[derive(Debug, Clone)]
pub(super) enum Opened {
    Loading,
    Ready { key: String, draft: SmsDraft },
}

impl Opened {
    /// An empty message under a new key.
    pub(super) fn fresh() -> Self {
        Self::Ready {
            key: new_key(),
            draft: SmsDraft {
                country: use_session().defaults.country,
                ..SmsDraft::default()
            },
        }
    }
}

/// Whether what is on the page is also on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saved {
    Unchanged,
    Waiting,
    Yes,
    No,
}

/// Opens a draft by its key, or an empty message.
pub(super) fn open(key: Option<String>, opened: RwSignal<Opened>) {
    let Some(key) = key else {
        opened.set(Opened::fresh());
        return;
    };
    let fresh = Opened::fresh();
    spawn_local(async move {
        let local = LOCAL
            .read()
            .and_then(|text| serde_json::from_str::<Local>(&text).ok());
        // What this browser wrote last is newer than what it managed to save.
        let found = match local.filter(|local| local.key == key) {
            Some(local) => Some(local.draft),
            None => api::draft(&key).await.ok().map(|saved| saved.draft),
        };
        let _ = opened.try_set(match found {
            Some(draft) => Opened::Ready { key, draft },
            None => fresh,
        });
    });
}

/// Saves the draft from now on, until it has been sent.
pub(super) fn keep(state: State, sent: RwSignal<Option<CampaignSummary>>) {
    let saved = RwSignal::new(Saved::Unchanged);
    provide_context(SavedSignal(saved));
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |before: Option<()>| {
        let draft = state.draft.get();
        let is_sent = sent.with(Option::is_some);
        if let Some(handle) = waiting.get_value() {
            handle.clear();
        }
        if is_sent {
            LOCAL.clear();
            return;
        }
        if before.is_none() {
            return;
        }
        let key = state.key.get_value();
        router::note(&Route::Composer {
            draft: Some(key.clone()),
        });
        let local = Local {
            key: key.clone(),
            draft,
        };
        LOCAL.write(&serde_json::to_string(&local).unwrap_or_default());
        saved.set(Saved::Waiting);
        let save = move || save(key.clone(), local.draft.clone(), saved);
        waiting.set_value(set_timeout_with_handle(save, PAUSE).ok());
    });
}

fn save(key: String, draft: SmsDraft, saved: RwSignal<Saved>) {
    spawn_local(async move {
        let answer = api::save_draft(&key, &draft).await;
        let now = if answer.is_ok() {
            Saved::Yes
        } else {
            Saved::No
        };
        // A later change may be waiting already; its own save will tell.
        let _ = saved.try_set(now);
    });
}

#[derive(Debug, Clone, Copy)]
struct SavedSignal(RwSignal<Saved>);

/// "Saved", or that it could not be.
#[component]
pub(super) fn SavedLabel() -> impl IntoView {
    let SavedSignal(saved) = expect_context();
    view! {
        <p class="saved" role="status" data-testid="saved">
            {move || match saved.get() {
                Saved::Unchanged => ().into_any(),
                Saved::Waiting => view! { <span>{t(composer::saving)}</span> }.into_any(),
                Saved::Yes => view! {
                    <Icon shape=Shape::Check />
                    <span>{t(composer::saved)}</span>
                }.into_any(),
                Saved::No => view! {
                    <Icon shape=Shape::Warning />
                    <span>{t(composer::not_saved)}</span>
                }.into_any(),
            }}
        </p>
    }
}

/// A random key, made here so that a repeated send is recognised.
fn new_key() -> String {
    window().crypto().map_or_else(
        |_| format!("{:x}", js_sys::Math::random().to_bits()),
        |crypto| crypto.random_uuid(),
    )
}
