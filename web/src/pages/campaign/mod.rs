//! One campaign: what was sent, how it goes, and what became of each message.

mod actions;
mod tiles;

use actions::Actions;
use leptos::prelude::*;
use septet_core::wire::{CampaignState, CampaignSummary, ErrorCode};
use tiles::Tiles;

use super::NotFound;
use crate::components::{CampaignStateLabel, ErrorNotice, Icon, Notice, Shape, Skeleton, Tone};
use crate::format;
use crate::i18n::{campaigns, locale, t};
use crate::live::{Announcer, Bar, LiveCampaign, Recipients};
use crate::remote::Remote;
use crate::router::{Link, Route};
use crate::words;

/// The page at `/campaigns/{id}`.
#[component]
pub(crate) fn CampaignPage(id: String) -> impl IntoView {
    let live = LiveCampaign::watch(id);
    // The views below follow the summary by themselves; they are made once.
    let first = Memo::new(move |before: Option<&Remote<CampaignSummary>>| {
        live.summary.with(|summary| match (before, summary) {
            (Some(before @ Remote::Ready(_)), _) => before.clone(),
            (_, summary) => summary.clone(),
        })
    });
    view! {
        <Link to=Route::Campaigns class="back">
            <Icon shape=Shape::Back />
            {t(campaigns::back)}
        </Link>
        {move || match first.get() {
            Remote::Loading => view! { <Skeleton lines=4 /> }.into_any(),
            Remote::Failed(error) if error.code() == Some(ErrorCode::NotFound) => {
                view! { <NotFound /> }.into_any()
            }
            Remote::Failed(error) => {
                view! { <ErrorNotice error on_retry=Callback::new(move |()| live.start()) /> }.into_any()
            }
            Remote::Ready(first) => view! { <Campaign live first /> }.into_any(),
        }}
    }
}

#[component]
fn Campaign(live: LiveCampaign, first: CampaignSummary) -> impl IntoView {
    let CampaignSummary {
        name,
        sender,
        text,
        created_at,
        ..
    } = first.clone();
    let campaign = Memo::new(move |_| {
        live.summary.with(|summary| match summary {
            Remote::Ready(summary) => summary.clone(),
            Remote::Loading | Remote::Failed(_) => first.clone(),
        })
    });
    let state = Signal::derive(move || campaign.with(|campaign| campaign.state));
    let counts = Signal::derive(move || campaign.with(|campaign| campaign.counts));
    let in_doubt = move || counts.with(|counts| counts.in_doubt);
    view! {
        <header class="page-header">
            <div>
                <h1>{name}</h1>
                <p class="page-intro">
                    <CampaignStateLabel state />
                    <time datetime=format::iso(created_at)>
                        {move || campaigns::created(locale(), &format::moment(locale(), created_at))}
                    </time>
                </p>
            </div>
            <Actions live campaign />
        </header>
        {move || match state.get() {
            CampaignState::Paused { reason } => Some(view! {
                <Notice tone=Tone::Warning>
                    <p data-testid="pause-reason">{move || words::pause(locale(), reason)}</p>
                </Notice>
            }),
            _ => None,
        }}
        <Show when=move || { in_doubt() > 0 }>
            <Notice tone=Tone::Warning>
                <p>{move || campaigns::doubt(locale(), in_doubt())}</p>
            </Notice>
        </Show>
        <Show when=move || live.interrupted.get()>
            <Notice tone=Tone::Info>
                <p>{t(campaigns::connection_lost)}</p>
            </Notice>
        </Show>
        <Announcer campaign />
        <section class="card overview">
            <Bar counts />
            <Tiles counts />
            <dl class="facts">
                <div>
                    <dt>{t(campaigns::sender)}</dt>
                    <dd>{sender}</dd>
                </div>
                <div>
                    <dt>{t(campaigns::message)}</dt>
                    <dd class="message-text">{text}</dd>
                </div>
            </dl>
        </section>
        <Recipients live />
    }
}
