//! Pausing, resuming and cancelling. Only cancelling cannot be taken back, so only it asks.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{CampaignState, CampaignSummary, ErrorCode};

use crate::api::{self, Action};
use crate::components::{Button, Dialog, Icon, Look, Shape, Toasts, Tone};
use crate::dom::{View, dynamic, view, when};
use crate::i18n::{campaigns, locale, locale_untracked, phrase, t};
use crate::live::LiveCampaign;
use crate::signals::{Memo, RwSignal};
use crate::words;

/// What can be done in the present state; nothing once it is over.
#[component]
pub(super) fn Actions(
    live: LiveCampaign,
    campaign: Memo<CampaignSummary>,
    state: Memo<CampaignState>,
) -> View {
    let toasts = Toasts::here();
    let busy = RwSignal::new(false);
    let confirming = RwSignal::new(false);
    let act = move |action: Action| {
        let id = campaign.with_untracked(|campaign| campaign.id.clone());
        busy.set(true);
        spawn_local(async move {
            let answer = api::act(&id, action).await;
            busy.try_set(false);
            confirming.try_set(false);
            match answer {
                Ok(summary) => live.learn(summary),
                Err(error) => {
                    toasts.say(Tone::Error, words::error(&error).of(locale_untracked()));
                    if error.code() == Some(ErrorCode::WrongState) {
                        live.start();
                    }
                }
            }
        });
    };
    let pending = move || campaign.with(|campaign| campaign.counts.pending);
    let offered = move || match state.get() {
        CampaignState::Preparing { .. } | CampaignState::Sending => view! {
            <Button busy test="pause" on_press=move || act(Action::Pause)>
                <Icon shape=Shape::Pause />
                {t(campaigns::pause)}
            </Button>
        },
        CampaignState::Paused { .. } => view! {
            <Button look=Look::Primary busy test="resume" on_press=move || act(Action::Resume)>
                <Icon shape=Shape::Play />
                {t(campaigns::resume)}
            </Button>
        },
        CampaignState::Finished | CampaignState::Cancelled => View::nothing(),
    };
    let goes_on = move || {
        matches!(
            state.get(),
            CampaignState::Preparing { .. } | CampaignState::Sending | CampaignState::Paused { .. }
        )
    };
    let cancel = move || {
        view! {
            <Button look=Look::Danger test="cancel" on_press=move || confirming.set(true)>
                {t(campaigns::cancel)}
            </Button>
        }
    };
    view! {
        <div class="page-actions">{dynamic(offered)} {when(goes_on, cancel)}</div>
        <Dialog open=confirming title=phrase(campaigns::cancel_title) test="confirm-cancel">
            <p>{Signal::derive(move || campaigns::cancel_text(locale(), pending()))}</p>
            <div class="dialog-actions">
                <Button on_press=move || confirming.set(false)>{t(campaigns::cancel_keep)}</Button>
                <Button
                    look=Look::Danger
                    busy
                    test="cancel-now"
                    on_press=move || act(Action::Cancel)
                >
                    {t(campaigns::cancel)}
                </Button>
            </div>
        </Dialog>
    }
}
