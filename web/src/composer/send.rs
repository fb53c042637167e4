//! Sending: weighed by the server, confirmed once by the person, then created.
//!
//! The draft's key makes creating safe to repeat: when no answer comes, trying
//! again cannot send twice.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::campaign::Field;
use septet_core::wire::{
    Audience, CampaignSummary, CheckReport, CreateCampaign, ProviderStatus, SmsDraft,
};

use super::state::State;
use crate::api::{self, ApiError};
use crate::components::{Button, Dialog, ErrorNotice, Look, Notice, Tone};
use crate::format::number;
use crate::i18n::{common, composer, locale, t};
use crate::words;

/// The button and its confirmation.
#[component]
pub(super) fn Send(
    state: State,
    sent: RwSignal<Option<CampaignSummary>>,
    /// Grows with every Ctrl+Enter.
    pressed: RwSignal<u32>,
) -> impl IntoView {
    let checking = RwSignal::new(false);
    let refused = RwSignal::new(None::<ApiError>);
    // The report and the very draft that it is about.
    let weighed = RwSignal::new(None::<(CheckReport, SmsDraft)>);
    let open = RwSignal::new(false);
    let ask = move || {
        for field in [
            Field::Sender,
            Field::Text,
            Field::Country,
            Field::CampaignName,
            Field::Audience,
        ] {
            state.touch(field);
        }
        refused.set(None);
        if state
            .problems
            .with_untracked(|problems| !problems.is_empty())
        {
            focus_first_problem();
            return;
        }
        if checking.get_untracked() {
            return;
        }
        let draft = state.draft.get_untracked();
        checking.set(true);
        spawn_local(async move {
            let answer = api::check(&draft).await;
            let _ = checking.try_set(false);
            match answer {
                Ok(report) => {
                    weighed.set(Some((report, draft)));
                    open.set(true);
                }
                Err(error) => refused.set(Some(error)),
            }
        });
    };
    Effect::new(move |before: Option<()>| {
        pressed.track();
        if before.is_some() && !open.get_untracked() {
            ask();
        }
    });
    let label = move || {
        state.draft.with(|draft| match &draft.audience {
            Audience::Contacts { ids } if !ids.is_empty() => {
                composer::send_to(locale(), ids.len() as u64)
            }
            _ => composer::send(locale()).to_owned(),
        })
    };
    view! {
        <div class="send">
            {move || refused.get().map(|error| view! { <ErrorNotice error /> })}
            <Button look=Look::Primary busy=checking test="send" on_press=ask>{label}</Button>
            <p class="field-hint">{t(composer::send_hint)}</p>
        </div>
        <Dialog
            open
            title=Signal::derive(move || composer::confirm_title(locale()).to_owned())
            test="confirm-dialog"
        >
            {move || weighed.get().map(|(report, draft)| view! { <Confirm state report draft open sent /> })}
        </Dialog>
    }
}

/// What will happen, in figures, and the button that does it.
#[component]
fn Confirm(
    state: State,
    report: CheckReport,
    draft: SmsDraft,
    open: RwSignal<bool>,
    sent: RwSignal<Option<CampaignSummary>>,
) -> impl IntoView {
    let sending = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let create = CreateCampaign {
        key: state.key.get_value(),
        draft: draft.clone(),
    };
    let send = move || {
        let create = create.clone();
        sending.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = api::create_campaign(&create).await;
            let _ = sending.try_set(false);
            match answer {
                Ok(campaign) => {
                    open.set(false);
                    sent.set(Some(campaign));
                }
                Err(error) => {
                    let _ = failed.try_set(Some(error));
                }
            }
        });
    };
    let CheckReport {
        recipients,
        parts,
        spread,
        exclusions,
        missing,
    } = report;
    let excluded: u64 = exclusions.iter().map(|exclusion| exclusion.count).sum();
    let several = spread.len() > 1;
    let commercial = !draft.text.contains("{UNSUB_URL}");
    let balance = state.session.with_value(|session| match &session.provider {
        ProviderStatus::Ready { balance } => balance.clone(),
        ProviderStatus::CredentialsRefused | ProviderStatus::Unreachable => None,
    });
    view! {
        <dl class="figures">
            <div>
                <dt>{t(composer::confirm_recipients)}</dt>
                <dd data-testid="confirm-recipients">{move || number(locale(), recipients)}</dd>
            </div>
            <div>
                <dt>{t(composer::confirm_parts)}</dt>
                <dd data-testid="confirm-parts">{move || number(locale(), parts)}</dd>
            </div>
            <div>
                <dt>{t(composer::confirm_exclusions)}</dt>
                <dd data-testid="confirm-exclusions">{move || number(locale(), excluded)}</dd>
            </div>
            {balance.map(|balance| view! {
                <div>
                    <dt>{t(composer::confirm_balance)}</dt>
                    <dd>{balance}</dd>
                </div>
            })}
        </dl>
        {several.then(|| view! {
            <ul class="plain-list">
                {spread.into_iter().map(|column| view! {
                    <li>{move || composer::confirm_spread(
                        locale(),
                        column.messages,
                        &composer::parts(locale(), u64::from(column.parts)),
                    )}</li>
                }).collect_view()}
            </ul>
        })}
        {(excluded > 0).then(|| view! {
            <h3>{t(composer::confirm_who_not)}</h3>
            <ul class="plain-list">
                {exclusions.into_iter().map(|exclusion| {
                    let examples = exclusion.examples.join(", ");
                    view! {
                        <li>
                            <strong>{move || number(locale(), exclusion.count)}</strong>
                            " · "
                            {t(words::not_sent(exclusion.reason))}
                            " "
                            <span class="muted">{examples}</span>
                        </li>
                    }
                }).collect_view()}
            </ul>
        })}
        {missing.into_iter().map(|missing| view! {
            <Notice tone=Tone::Info>
                <p>{move || composer::confirm_missing(locale(), missing.count, &missing.property)}</p>
            </Notice>
        }).collect_view()}
        {commercial.then(|| view! {
            <Notice tone=Tone::Warning><p>{t(composer::confirm_no_unsubscribe)}</p></Notice>
        })}
        {move || failed.get().map(|error| view! {
            {(error == ApiError::Unreachable).then(|| view! {
                <Notice tone=Tone::Warning><p>{t(composer::outcome_unknown)}</p></Notice>
            })}
            <ErrorNotice error />
        })}
        <div class="dialog-actions">
            <Button on_press=move || open.set(false)>{t(common::close)}</Button>
            <Button look=Look::Primary busy=sending test="confirm-send" on_press=send>
                {move || composer::send_to(locale(), recipients)}
            </Button>
        </div>
    }
}

/// Once the messages of the fields are there, the first faulty one is where the person is.
fn focus_first_problem() {
    request_animation_frame(|| {
        let found = document().query_selector("[aria-invalid=true], .recipients .field-error");
        if let Ok(Some(element)) = found {
            element.scroll_into_view();
            let element: web_sys::HtmlElement = wasm_bindgen::JsCast::unchecked_into(element);
            // A sentence cannot be focused; then it is only scrolled to.
            let _ = element.focus();
        }
    });
}
