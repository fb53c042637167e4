//! One campaign: what was sent, how it goes, and what became of each message.

mod actions;
mod doubts;
mod pace;
mod replies;
mod tiles;
mod times;

use actions::Actions;
use doubts::Doubts;
use leptos::prelude::*;
use pace::Pace;
use replies::Answers;
use septet_core::wire::{CampaignState, CampaignSummary, Counts, ErrorCode};
use tiles::Tiles;
use times::times;

use super::NotFound;
use crate::components::{
    Button, CampaignStateLabel, ErrorNotice, Icon, Look, Moment, Notice, Shape, Skeleton, Tone,
};
use crate::dom::{View, dynamic, view, when};
use crate::i18n::{campaigns, locale, t};
use crate::live::{Announcer, Bar, Doubtful, LiveCampaign, Newest, Preparing, Recipients};
use crate::remote::Remote;
use crate::router::{Link, Route};
use crate::session::use_session;
use crate::signals::Memo;
use crate::words;

/// The page at `/campaigns/{id}`.
#[component]
pub(crate) fn CampaignPage(
    id: String,
    /// Whether it has just been sent.
    sent: bool,
) -> View {
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
        {dynamic(move || match first.get() {
            Remote::Loading => view! { <Skeleton lines=4 /> },
            Remote::Failed(error) if error.code() == Some(ErrorCode::NotFound) => {
                view! { <NotFound /> }
            }
            Remote::Failed(error) => {
                view! { <ErrorNotice error on_retry=move || live.start() /> }
            }
            Remote::Ready(first) => view! { <Campaign live first sent /> },
        })}
    }
}

#[component]
fn Campaign(live: LiveCampaign, first: CampaignSummary, sent: bool) -> View {
    let CampaignSummary {
        name,
        sender,
        text,
        workflow,
        ignores_opt_outs,
        created_at,
        timing,
        ..
    } = first.clone();
    let id = StoredValue::new(first.id.clone());
    let Newest {
        campaign,
        state,
        counts,
    } = live.newest(first);
    view! {
        <header class="page-header">
            <div>
                <h1>{name}</h1>
                <p class="page-intro">
                    {dynamic(move || view! { <CampaignStateLabel state=state.get() /> })}
                    <span>{t(campaigns::created)} " " <Moment at=created_at /></span>
                </p>
            </div>
            <Actions live campaign state />
        </header>
        {sent.then(|| just_sent(state))}
        {ignores_opt_outs.then(|| view! {
            <Notice tone=Tone::Warning>
                <p data-testid="ignores-opt-outs">{t(campaigns::ignores_opt_outs)}</p>
            </Notice>
        })}
        <Warnings live state counts />
        <Announcer campaign />
        <section class="card overview" data-testid="progress">
            <Preparing campaign />
            {when(move || !matches!(state.get(), CampaignState::Preparing { .. }), move || view! { <Bar counts /> })}
            <Pace campaign />
            <Tiles counts />
            <dl class="facts">
                <div>
                    <dt>{t(campaigns::sender)}</dt>
                    <dd>{sender}</dd>
                </div>
                <div>
                    <dt>{t(campaigns::message)}</dt>
                    {if workflow {
                        view! { <dd>{t(campaigns::text_of_workflow)}</dd> }
                    } else {
                        view! { <dd class="message-text">{text}</dd> }
                    }}
                </div>
                {times(timing)}
            </dl>
        </section>
        <Answers id counts />
        <Recipients live counts />
        <Doubts live id counts />
    }
}

/// What whoever has just sent it may want to do next.
fn just_sent(state: Memo<CampaignState>) -> View {
    let words = move || {
        let text = match state.get() {
            CampaignState::Preparing { .. } => campaigns::just_begun,
            _ => campaigns::just_sent,
        };
        text.of(locale())
    };
    let handset = use_session().handset_url.map(|url| {
        view! {
            <a href=url target="_blank" rel="noopener" class=Look::Secondary.class()>
                <Icon shape=Shape::Phone />
                {t(campaigns::read_on_handset)}
            </a>
        }
    });
    view! {
        <Notice tone=Tone::Info>
            <p>{words}</p>
            <div class="page-actions">
                {handset}
                <Link to=Route::Composer { draft: None } class=Look::Secondary.class()>
                    <Icon shape=Shape::Pencil />
                    {t(campaigns::write_another)}
                </Link>
            </div>
        </Notice>
    }
}

/// What a person has to know or do before the campaign goes on as it should.
#[component]
fn Warnings(live: LiveCampaign, state: Memo<CampaignState>, counts: Signal<Counts>) -> View {
    let in_doubt = Memo::new(move |_| counts.with(|counts| counts.in_doubt));
    let warnings = move || {
        let locale = locale();
        let mut warnings = Vec::new();
        if let CampaignState::Paused { reason } = state.get() {
            warnings.push((Tone::Warning, words::pause(reason).of(locale).to_owned()));
        }
        if live.outage.get() {
            warnings.push((Tone::Warning, campaigns::outage.of(locale).to_owned()));
        }
        if live.interrupted.get() {
            warnings.push((Tone::Info, campaigns::connection_lost.of(locale).to_owned()));
        }
        let notice = |(tone, text)| view! { <Notice tone><p>{text}</p></Notice> };
        warnings.into_iter().map(notice).collect::<Vec<_>>()
    };
    let doubtful = move || {
        let words = Signal::derive(move || campaigns::doubt(locale(), in_doubt.get()));
        view! {
            <Notice tone=Tone::Warning>
                <p>{words}</p>
                <Button test="decide-all" on_press=move || live.deciding.set(Some(Doubtful::All))>
                    {t(campaigns::decide)}
                </Button>
            </Notice>
        }
    };
    view! { {dynamic(warnings)} {when(move || in_doubt.get() > 0, doubtful)} }
}
