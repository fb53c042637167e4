//! The state behind the views: asks, listens, and asks again after an interruption.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::delivery::MessageState;
use septet_core::wire::{CampaignState, CampaignSummary, Counts};

use super::rows::Rows;
use super::stream::{Event, Stream};
use crate::api::{self, ApiError};
use crate::remote::Remote;
use crate::signals::{Memo, RwSignal};

/// After the browser has given up on the stream.
const PAUSE: Duration = Duration::from_secs(5);

/// A campaign that is being watched; it is let go with the view that made it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LiveCampaign {
    pub(super) id: StoredValue<String>,
    /// Its summary.
    pub(crate) summary: RwSignal<Remote<CampaignSummary>>,
    /// Its recipients.
    pub(super) rows: RwSignal<Rows>,
    /// Whether a page of recipients is being asked for.
    pub(super) loading: RwSignal<bool>,
    /// Why the recipients could not be loaded.
    pub(super) failure: RwSignal<Option<ApiError>>,
    /// Messages in doubt that somebody is about to decide on.
    pub(crate) deciding: RwSignal<Option<Doubtful>>,
    /// Whether events do not come at the moment.
    pub(crate) interrupted: RwSignal<bool>,
    /// Whether the server cannot store anything, so that nothing leaves.
    pub(crate) outage: RwSignal<bool>,
    /// Answers to questions that were asked before the last change of the filter are too late.
    question: StoredValue<u32>,
    stream: StoredValue<Option<Stream>, LocalStorage>,
}

/// Messages in doubt: all, or the one of a recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Doubtful {
    All,
    One { id: String, name: String },
}

/// A campaign's summary, and what of it views follow by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Newest {
    pub(crate) campaign: Memo<CampaignSummary>,
    pub(crate) state: Memo<CampaignState>,
    pub(crate) counts: Signal<Counts>,
}

impl LiveCampaign {
    /// Starts to watch.
    pub(crate) fn watch(id: String) -> Self {
        let live = Self {
            id: StoredValue::new(id),
            summary: RwSignal::new(Remote::Loading),
            rows: RwSignal::new(Rows::default()),
            loading: RwSignal::new(true),
            failure: RwSignal::new(None),
            deciding: RwSignal::new(None),
            interrupted: RwSignal::new(false),
            outage: RwSignal::new(false),
            question: StoredValue::new(0),
            stream: StoredValue::new_local(None),
        };
        live.start();
        live
    }

    /// Asks for the campaign; where that succeeds, for its recipients and its events.
    pub(crate) fn start(self) {
        let Some(id) = self.id.try_get_value() else {
            return;
        };
        spawn_local(async move {
            match api::campaign(&id).await {
                Ok(summary) => {
                    self.learn(summary);
                    self.listen(&id);
                    self.load_first();
                }
                // What is already shown stays; the notice about the interruption stands beside it.
                Err(error)
                    if matches!(self.summary.try_get_untracked(), Some(Remote::Ready(_))) =>
                {
                    self.restart_later();
                    drop(error);
                }
                Err(error) => {
                    self.summary.try_set(Remote::Failed(error));
                }
            }
        });
    }

    /// The newest that is known, from what was known at first.
    pub(crate) fn newest(self, first: CampaignSummary) -> Newest {
        let campaign = Memo::new(move |_| {
            self.summary.with(|summary| match summary {
                Remote::Ready(summary) => summary.clone(),
                Remote::Loading | Remote::Failed(_) => first.clone(),
            })
        });
        Newest {
            campaign,
            state: Memo::new(move |_| campaign.with(|campaign| campaign.state)),
            counts: Signal::derive(move || campaign.with(|campaign| campaign.counts)),
        }
    }

    /// Takes in a newer summary.
    pub(crate) fn learn(self, summary: CampaignSummary) {
        let is_prepared = !is_preparing(&summary);
        let was_preparing = self.summary.try_with_untracked(
            |before| matches!(before, Remote::Ready(before) if is_preparing(before)),
        );
        // The view may be gone by now.
        self.summary.try_set(Remote::Ready(summary));
        // Nobody has told of those who were added meanwhile.
        if is_prepared && was_preparing == Some(true) {
            self.load_first();
        }
    }

    /// Shows only recipients in one state, or all.
    pub(super) fn filter(self, state: Option<MessageState>) {
        self.rows.set(Rows {
            filter: state,
            ..Rows::default()
        });
        self.load_first();
    }

    pub(super) fn load_first(self) {
        self.ask(None, Rows::restart);
    }

    pub(super) fn load_more(self) {
        let after = self.rows.with_untracked(|rows| rows.after.clone());
        self.ask(after, Rows::extend);
    }

    fn ask(self, after: Option<String>, take: fn(&mut Rows, septet_core::wire::RecipientPage)) {
        let Some(id) = self.id.try_get_value() else {
            return;
        };
        let filter = self.rows.with_untracked(|rows| rows.filter);
        self.question.update_value(|question| *question += 1);
        let question = self.question.get_value();
        self.loading.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = api::recipients(&id, filter, after.as_deref()).await;
            if self.question.try_get_value() != Some(question) {
                return;
            }
            match answer {
                Ok(page) => self.rows.update(|rows| take(rows, page)),
                Err(error) => self.failure.set(Some(error)),
            }
            self.loading.set(false);
        });
    }

    fn listen(self, id: &str) {
        // The answer that led here and the stream's first event overlap, so nothing falls between.
        let mut opened = false;
        let stream = Stream::open(&api::events_url(id), move |event| match event {
            Event::Open => {
                self.interrupted.try_set(false);
                // If there still is one, that is told now.
                self.outage.try_set(false);
                if std::mem::replace(&mut opened, true) {
                    self.load_first();
                }
            }
            Event::Interrupted => {
                self.interrupted.try_set(true);
            }
            Event::Closed => {
                self.interrupted.try_set(true);
                self.restart_later();
            }
            Event::Campaign(summary) => self.learn(*summary),
            Event::Recipient(row) => {
                self.rows.try_update(|rows| rows.update(*row));
            }
            Event::Recipients => self.load_first(),
            Event::Outage(lasts) => {
                self.outage.try_set(lasts);
            }
        });
        // Without a view to listen for, the stream is dropped here, which closes it.
        let _ = self.stream.try_update_value(|slot| *slot = stream);
    }

    fn restart_later(self) {
        set_timeout(move || self.start(), PAUSE);
    }
}

fn is_preparing(campaign: &CampaignSummary) -> bool {
    matches!(campaign.state, CampaignState::Preparing { .. })
}
