//! Nothing that was typed is lost: a draft goes to the server after each pause,
//! and waits in this browser until the server has it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{Audience, CampaignSummary, ErrorCode, Session, SmsDraft, Utm};

use super::state::State;
use super::timing::Pause;
use crate::api::{self, ApiError, LocalDraft};
use crate::components::{Button, Icon, Look, Shape, Spinner};
use crate::dom::{View, dynamic, effect, view};
use crate::embed;
use crate::i18n::{composer, t};
use crate::router::{self, Route};
use crate::signals::RwSignal;
use crate::storage::{self, Stored};

/// A pause in typing, before the draft is saved.
const PAUSE: u64 = 800;
/// Before a save that failed is tried again by itself.
const AGAIN: u64 = 10_000;
const LOCAL: Stored = Stored::new("septet.draft");

/// A draft under its key.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) key: String,
    pub(super) draft: SmsDraft,
    /// Whether only this browser has it as it is.
    pub(super) unsaved: bool,
}

/// What the composer starts from.
#[derive(Debug, Clone)]
pub(super) enum Opened {
    Loading,
    Ready(Box<Ready>),
    Failed(ApiError),
}

/// What a draft starts with in this account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    portal: u64,
    country: StoredValue<String>,
    utm: StoredValue<Utm>,
}

impl Start {
    pub(super) fn new(session: &Session) -> Self {
        Self {
            portal: session.portal.id,
            country: StoredValue::new(session.defaults.country.clone()),
            utm: StoredValue::new(session.defaults.utm.clone()),
        }
    }

    /// An empty message under a new key.
    pub(super) fn fresh(self) -> Opened {
        Opened::Ready(Box::new(Ready {
            key: storage::new_key(),
            draft: SmsDraft {
                country: self.country.get_value(),
                utm: self.utm.get_value(),
                audience: Audience::Contacts {
                    // Whom HubSpot's page has named.
                    ids: embed::opening().map_or_else(Vec::new, |opening| opening.contacts.clone()),
                },
                ..SmsDraft::default()
            },
            unsaved: false,
        }))
    }

    /// Opens a draft by its key, or an empty message.
    pub(super) fn open(self, key: Option<String>, opened: RwSignal<Opened>) {
        let Some(key) = key else {
            opened.set(self.fresh());
            return;
        };
        if let Some(draft) = self.local(&key) {
            let unsaved = true;
            opened.set(Opened::Ready(Box::new(Ready {
                key,
                draft,
                unsaved,
            })));
            return;
        }
        opened.set(Opened::Loading);
        spawn_local(async move {
            let found = match api::draft(&key).await {
                Ok(saved) => Opened::Ready(Box::new(Ready {
                    key,
                    draft: saved.draft,
                    unsaved: false,
                })),
                // It was sent or deleted meanwhile.
                Err(error) if error.code() == Some(ErrorCode::NotFound) => self.fresh(),
                Err(error) => Opened::Failed(error),
            };
            // The view may be gone by now.
            opened.try_set(found);
        });
    }

    /// What this browser could not save is newer than what the server has.
    fn local(self, key: &str) -> Option<SmsDraft> {
        let local: LocalDraft = api::parse(&LOCAL.read()?)?;
        (local.key == key && local.portal == self.portal).then_some(local.draft)
    }
}

/// Whether what is on the page is also on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Unchanged,
    Saving,
    Saved,
    Failed,
}

/// Saves one draft, one request at a time, so that an older state never comes after a newer one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Saving {
    state: State,
    sent: RwSignal<Option<CampaignSummary>>,
    status: RwSignal<Status>,
    busy: StoredValue<bool>,
    /// Whether there was a change after the request that is under way.
    changed: StoredValue<bool>,
    pause: Pause,
    again: Pause,
}

/// Saves the draft from now on, until it has been sent.
pub(super) fn keep(state: State, sent: RwSignal<Option<CampaignSummary>>, unsaved: bool) -> Saving {
    let saving = Saving {
        state,
        sent,
        status: RwSignal::new(Status::Unchanged),
        busy: StoredValue::new(false),
        changed: StoredValue::new(false),
        pause: Pause::new(PAUSE),
        again: Pause::new(AGAIN),
    };
    let mut first = true;
    effect(move || {
        let first = std::mem::take(&mut first);
        state.draft.track();
        if sent.with(Option::is_some) {
            saving.end();
        } else if !first || unsaved {
            saving.note();
        }
    });
    saving
}

impl Saving {
    /// Keeps the draft here at once, and has it saved after a pause.
    fn note(self) {
        let local = LocalDraft {
            portal: self.state.session.with_value(|session| session.portal.id),
            key: self.state.key.get_value(),
            draft: self.state.draft.get_untracked(),
        };
        LOCAL.write(&api::text(&local));
        router::note(&Route::Composer {
            draft: Some(local.key),
        });
        self.changed.set_value(true);
        self.status.set(Status::Saving);
        self.pause.then(move || self.save());
    }

    /// Saves what is on the page now.
    fn save(self) {
        if self.busy.try_get_value() != Some(false) {
            return;
        }
        let key = self.state.key.get_value();
        let draft = self.state.draft.get_untracked();
        self.again.cancel();
        self.changed.set_value(false);
        self.busy.set_value(true);
        self.status.set(Status::Saving);
        spawn_local(async move {
            let answer = api::save_draft(&key, &draft).await;
            // Nothing is shown any more; the copy here stays where it was not saved.
            if self.busy.try_set_value(false).is_some() || self.status.is_disposed() {
                return;
            }
            self.settle(&answer.map(drop));
        });
    }

    fn settle(self, answer: &Result<(), ApiError>) {
        if self.sent.with_untracked(Option::is_some) {
            return;
        }
        match answer {
            Ok(()) if self.changed.get_value() => self.pause.then(move || self.save()),
            Ok(()) => {
                LOCAL.clear();
                self.status.set(Status::Saved);
            }
            Err(error) => {
                self.status.set(Status::Failed);
                // Whoever is signed out is asked to sign in; asking again and again would not help.
                if error.code() != Some(ErrorCode::SignedOut) {
                    self.again.then(move || self.save());
                }
            }
        }
    }

    /// What was sent is a draft no more.
    fn end(self) {
        self.pause.cancel();
        self.again.cancel();
        LOCAL.clear();
        router::note(&Route::Composer { draft: None });
    }
}

/// "Saved", or that it could not be.
#[component]
pub(super) fn SavedLabel(saved: Saving) -> View {
    let label = move || match saved.status.get() {
        Status::Unchanged => View::nothing(),
        Status::Saving => view! { <Spinner /><span>{t(composer::saving)}</span> },
        Status::Saved => {
            view! { <Icon shape=Shape::Check /><span>{t(composer::saved)}</span> }
        }
        Status::Failed => view! {
            <Icon shape=Shape::Warning />
            <span>{t(composer::not_saved)}</span>
            <Button look=Look::Quiet test="save-now" on_press=move || saved.save()>
                {t(composer::save_now)}
            </Button>
        },
    };
    view! {
        <p
            class="saved"
            class:saved-failed=move || saved.status.get() == Status::Failed
            role="status"
            data-testid="saved"
        >
            {dynamic(label)}
        </p>
    }
}
