//! The one confirmation: what will be sent, to how many, who is left out, and what it lacks.
//!
//! The draft's key makes creating safe to repeat: when no answer comes, trying
//! again cannot send twice.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{
    CheckReport, CreateCampaign, Exclusion, MissingValue, PartsCount, ProviderStatus, Purpose,
    Timing,
};

use super::editor::UNSUBSCRIBE;
use super::preview::label;
use super::send::{Sending, Weighed};
use super::state::State;
use crate::api::{self, ApiError};
use crate::components::{Button, Dialog, ErrorNotice, Look, Moment, Notice, Tone};
use crate::dom::{View, dynamic, view};
use crate::format::number;
use crate::i18n::{Text, common, composer, locale, phrase, t};
use crate::signals::RwSignal;
use crate::words;

/// Closed until the server has weighed the draft.
#[component]
pub(super) fn Confirmation(state: State, sending: Sending) -> View {
    let content = move || {
        let weighed = sending.weighed.get();

        weighed.map(|weighed| view! { <Confirm state sending weighed /> })
    };
    view! {
        <Dialog open=sending.open title=phrase(composer::confirm_title) test="confirm-dialog">
            {dynamic(content)}
        </Dialog>
    }
}

#[component]
fn Confirm(state: State, sending: Sending, weighed: Weighed) -> View {
    let Weighed { report, draft } = weighed;
    let timing = draft.timing;
    let commercial = draft.purpose == Purpose::Commercial && !draft.text.contains(UNSUBSCRIBE);
    let ignores = draft.ignore_opt_outs;
    let sandbox = state
        .session
        .with_value(|session| session.handset_url.is_some());
    // How many it is for is known only where all were weighed.
    let recipients = report.sampled_of.is_none().then_some(report.recipients);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let create = StoredValue::new(CreateCampaign {
        key: state.key.get_value(),
        draft,
    });
    let send = move || {
        if busy.get_untracked() {
            return;
        }
        let create = create.get_value();
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = api::create_campaign(&create).await;
            // Closed meanwhile; the campaign is made all the same, and its page is the place to look.
            busy.try_set(false);
            match answer {
                Ok(campaign) => {
                    sending.open.try_set(false);
                    sending.sent.try_set(Some(campaign));
                }
                Err(error) => failed.try_set(Some(error)),
            }
        });
    };
    let failure = move || match failed.get() {
        Some(error @ (ApiError::Unreachable | ApiError::Unexpected { .. })) => {
            let retry = Callback::new(move |()| send());
            view! {
                <ErrorNotice error on_retry=retry />
                <p data-testid="outcome-unknown">{t(composer::outcome_unknown)}</p>
            }
        }
        Some(error) => view! { <ErrorNotice error /> },
        None => View::nothing(),
    };
    let button = Signal::derive(move || match recipients {
        Some(recipients) => composer::confirm_send(locale(), recipients),
        None => composer::confirm_send_all.of(locale()).to_owned(),
    });
    view! {
        {sampled(&report)}
        <Figures state report=report.clone() />
        {times(timing)}
        {left_out(report.exclusions)}
        {report.missing.into_iter().map(|missing| lacking(state, missing)).collect::<Vec<_>>()}
        {commercial.then(|| view! {
            <Notice tone=Tone::Warning>
                <p data-testid="confirm-no-unsubscribe">{t(composer::confirm_no_unsubscribe)}</p>
            </Notice>
        })}
        {ignores.then(|| view! {
            <Notice tone=Tone::Warning>
                <p data-testid="confirm-ignores">{t(composer::confirm_ignores)}</p>
            </Notice>
        })}
        {sandbox.then(|| view! {
            <Notice tone=Tone::Info><p>{t(common::sandbox_hint)}</p></Notice>
        })}
        {dynamic(failure)}
        <div class="dialog-actions">
            <Button on_press=move || sending.open.set(false)>{t(common::cancel)}</Button>
            <Button look=Look::Primary busy test="confirm-send" on_press=send>{button}</Button>
        </div>
    }
}

/// That there are more, of whom the figures say nothing.
fn sampled(report: &CheckReport) -> View {
    let Some(total) = report.sampled_of else {
        return View::nothing();
    };
    let left_out = report.exclusions.iter().map(|exclusion| exclusion.count);
    let weighed = report.recipients + left_out.sum::<u64>();
    let words = Signal::derive(move || {
        composer::confirm_sampled(locale(), total, &number(locale(), weighed))
    });
    view! {
        <Notice tone=Tone::Info><p data-testid="confirm-sampled">{words}</p></Notice>
    }
}

/// Recipients, parts and credit.
#[component]
fn Figures(state: State, report: CheckReport) -> View {
    let CheckReport {
        recipients,
        parts,
        spread,
        ..
    } = report;
    let provider = RwSignal::new(state.session.with_value(|session| session.provider.clone()));
    // The page may have been open for hours.
    spawn_local(async move {
        if let Ok(session) = api::session().await {
            provider.try_set(session.provider);
        }
    });
    let balance = move || {
        let balance = provider.with(|provider| match provider {
            ProviderStatus::Ready { balance } => balance.clone(),
            ProviderStatus::CredentialsRefused
            | ProviderStatus::Unreachable
            | ProviderStatus::Missing => None,
        });

        balance.map(|balance| {
            view! {
                <div>
                    <dt>{t(composer::confirm_balance)}</dt>
                    <dd data-testid="confirm-balance">{balance}</dd>
                </div>
            }
        })
    };
    let several = spread.len() > 1;
    let column = |column: PartsCount| {
        let words = Signal::derive(move || {
            let parts = composer::parts(locale(), u64::from(column.parts));
            composer::confirm_spread(locale(), column.messages, &parts)
        });
        view! { <li>{words}</li> }
    };
    let columns: Vec<_> = spread.into_iter().filter(|_| several).map(column).collect();
    view! {
        <dl class="figures">
            <div>
                <dt>{t(composer::confirm_recipients)}</dt>
                <dd data-testid="confirm-recipients">
                    {Signal::derive(move || number(locale(), recipients))}
                </dd>
            </div>
            <div>
                <dt>{t(composer::confirm_parts)}</dt>
                <dd data-testid="confirm-parts">{Signal::derive(move || number(locale(), parts))}</dd>
            </div>
            {dynamic(balance)}
        </dl>
        {several.then(|| view! { <ul class="plain" data-testid="confirm-spread">{columns}</ul> })}
    }
}

/// When it leaves, where that is not at once.
fn times(timing: Timing) -> View {
    let times = [
        (composer::time_start as Text, timing.start_at),
        (composer::time_spread, timing.spread_until),
        (composer::time_expires, timing.expires_at),
    ];
    let times = times.into_iter().filter_map(|(name, at)| {
        let at = at?;
        Some(view! { <li>{t(name)} " " <Moment at /></li> })
    });
    let times: Vec<_> = times.collect();
    if times.is_empty() {
        return View::nothing();
    }
    view! { <ul class="plain" data-testid="confirm-times">{times}</ul> }
}

fn left_out(found: Vec<Exclusion>) -> View {
    if found.is_empty() {
        return View::nothing();
    }
    let count: u64 = found.iter().map(|exclusion| exclusion.count).sum();
    let heading = Signal::derive(move || composer::confirm_left_out(locale(), count));
    view! {
        <section class="left-out" data-testid="confirm-exclusions">
            <h3>{heading}</h3>
            {exclusions(found)}
        </section>
    }
}

/// Who is left out, by reason.
pub(super) fn exclusions(found: Vec<Exclusion>) -> View {
    let row = |exclusion: Exclusion| {
        let Exclusion {
            reason,
            count,
            examples,
        } = exclusion;
        let examples = move || {
            let named = examples.iter().map(|name| words::name(locale(), name));
            let mut words = named.collect::<Vec<_>>().join(", ");
            if count > examples.len() as u64 {
                words.push_str(", …");
            }
            words
        };
        let count = move || number(locale(), count);
        view! {
            <li data-reason=reason.name()>
                <strong>{count}</strong>
                <span>
                    {t(words::not_sent(reason))} " "
                    <span class="examples">{examples}</span>
                </span>
            </li>
        }
    };
    if found.is_empty() {
        return View::nothing();
    }
    let rows: Vec<_> = found.into_iter().map(row).collect();
    view! { <ul class="exclusions">{rows}</ul> }
}

fn lacking(state: State, missing: MissingValue) -> View {
    let words = Signal::derive(move || {
        composer::confirm_missing(locale(), missing.count, &label(state, &missing.property))
    });
    view! {
        <Notice tone=Tone::Info><p data-testid="confirm-missing">{words}</p></Notice>
    }
}
