//! The opt-outs there are, and taking one away.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::opt_out::{OptOutScope, OptOutSource};
use septet_core::wire::{OptOut, OptOutPage};

use super::Known;
use crate::api::{self, ApiError};
use crate::components::{
    Button, Dialog, EmptyState, ErrorNotice, Look, Moment, Skeleton, Toasts, Tone,
};
use crate::dom::{Entry, View, dynamic, each, value, view, when};
use crate::i18n::{Text, campaigns, common, locale, locale_untracked, phrase, t};
use crate::remote::Remote;
use crate::signals::{Memo, RwSignal};
use crate::words as said;

/// What is shown in general; rows come and go without redrawing it.
#[derive(Clone, PartialEq)]
enum Kind {
    Loading,
    Empty,
    NotFound,
    Full,
    Failed(ApiError),
}

#[component]
pub(super) fn ListCard(known: Known) -> View {
    let kind = Memo::new(move |_| {
        known.page.with(|page| match page {
            Remote::Loading => Kind::Loading,
            Remote::Failed(error) => Kind::Failed(error.clone()),
            Remote::Ready(page) if page.total == 0 => Kind::Empty,
            Remote::Ready(page) if page.opt_outs.is_empty() => Kind::NotFound,
            Remote::Ready(_) => Kind::Full,
        })
    });
    let total = move || {
        known.page.with(|page| match page {
            Remote::Ready(page) => page.total,
            Remote::Loading | Remote::Failed(_) => 0,
        })
    };
    let count = Signal::derive(move || campaigns::opt_outs_total(locale(), total()));
    let file = move || {
        let url = move || api::opt_outs_url(locale().code());
        view! {
            <a class="button" href=url download="opt-outs.csv" data-testid="opt-outs-export">
                {t(campaigns::opt_outs_export)}
            </a>
        }
    };
    let content = move || match kind.get() {
        Kind::Loading => view! { <Skeleton lines=4 /> },
        Kind::Failed(error) => view! { <ErrorNotice error on_retry=move || known.look() /> },
        Kind::Empty => view! {
            <EmptyState title=campaigns::opt_outs_empty_title text=campaigns::opt_outs_empty_text>
                {View::nothing()}
            </EmptyState>
        },
        Kind::NotFound => view! {
            <p class="outcomes-empty" data-testid="opt-outs-not-found">
                {t(campaigns::opt_outs_not_found)}
            </p>
        },
        Kind::Full => view! { <Rows known /> },
    };
    view! {
        <section class="card panel" data-testid="opt-outs">
            <header class="panel-header">
                <p><strong data-testid="opt-outs-total">{count}</strong></p>
                {when(move || total() > 0, file)}
            </header>
            <form
                class="search"
                role="search"
                on:submit=move |event: leptos::ev::SubmitEvent| {
                    event.prevent_default();
                    known.look();
                }
            >
                <label class="field">
                    <span class="field-label">{t(campaigns::opt_outs_search)}</span>
                    <input
                        class="input"
                        type="search"
                        inputmode="tel"
                        autocomplete="off"
                        data-testid="opt-outs-search"
                        prop:value=move || known.number.get()
                        on:input=move |event| known.number.set(value(&event))
                    />
                </label>
                <Button test="opt-outs-find" on_press=move || known.look()>
                    {t(campaigns::opt_outs_find)}
                </Button>
            </form>
            {dynamic(content)}
        </section>
    }
}

#[component]
fn Rows(known: Known) -> View {
    let removing = RwSignal::new(None::<OptOut>);
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let toasts = Toasts::here();
    let entries = move || {
        let entry = |one: &OptOut| {
            let one = one.clone();
            let ask = move |one: OptOut| {
                removing.set(Some(one));
                failed.set(None);
                open.set(true);
            };
            Entry::new(one.id.clone(), move || row(one, Callback::new(ask)))
        };
        known.page.with(|page| match page {
            Remote::Ready(page) => page.opt_outs.iter().map(entry).collect(),
            Remote::Loading | Remote::Failed(_) => Vec::new(),
        })
    };
    let after = move || {
        known.page.with(|page| match page {
            Remote::Ready(page) => page.after.clone(),
            Remote::Loading | Remote::Failed(_) => None,
        })
    };
    let more = move || {
        let Some(after) = after() else { return };
        busy.set(true);
        spawn_local(async move {
            let (number, country) = (known.number.get_untracked(), known.country.get_value());
            let answer = api::opt_outs(&number, &country, Some(&after)).await;
            busy.try_set(false);
            match answer {
                Ok(next) => {
                    known.page.try_update(|page| {
                        if let Remote::Ready(OptOutPage {
                            opt_outs, after, ..
                        }) = page
                        {
                            opt_outs.extend(next.opt_outs);
                            *after = next.after;
                        }
                    });
                }
                Err(error) => toasts.say(Tone::Error, said::error(&error).of(locale_untracked())),
            }
        });
    };
    let remove = move || {
        let Some(one) = removing.get_untracked() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let answer = api::remove_opt_out(&one.id).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    open.try_set(false);
                    known.page.try_update(|page| {
                        if let Remote::Ready(page) = page {
                            page.opt_outs.retain(|known| known.id != one.id);
                            page.total = page.total.saturating_sub(1);
                        }
                    });
                    let said = campaigns::opt_out_removed.of(locale_untracked());
                    toasts.say(Tone::Info, said);
                }
                Err(error) => failed.try_set(Some(error)),
            }
        });
    };
    let who = Signal::derive(move || {
        let who = removing.with(|one| one.as_ref().map(name));
        campaigns::opt_out_remove_text(locale(), &who.unwrap_or_default())
    });
    view! {
        <ul class="rows opt-outs">{each(entries)}</ul>
        {when(move || after().is_some(), move || view! {
            <div class="load-more">
                <Button busy on_press=more>{t(common::load_more)}</Button>
            </div>
        })}
        <Dialog open title=phrase(campaigns::opt_out_remove) test="opt-out-remove-dialog">
            <p>{who}</p>
            {dynamic(move || failed.get().map(|error| view! { <ErrorNotice error /> }))}
            <div class="dialog-actions">
                <Button on_press=move || open.set(false)>{t(common::cancel)}</Button>
                <Button look=Look::Danger busy test="opt-out-remove-confirm" on_press=remove>
                    {t(campaigns::opt_out_remove)}
                </Button>
            </div>
        </Dialog>
    }
}

fn row(one: OptOut, ask: Callback<OptOut>) -> View {
    let who = name(&one);
    let (scope, source, at) = (one.scope, one.source, one.at);
    let details = [one.reason.clone(), one.by.clone()];
    let details = details.into_iter().filter(|text| !text.is_empty());
    let details = details.collect::<Vec<_>>().join(" · ");
    view! {
        <li class="opt-out" data-testid="opt-out">
            <div>
                <strong>{who}</strong>
                <p class="opt-out-facts">
                    {t(words(scope))} " · " {t(source_words(source))} " · " <Moment at />
                </p>
                {(!details.is_empty()).then(|| view! { <p class="opt-out-facts">{details}</p> })}
            </div>
            <Button look=Look::Quiet test="opt-out-remove" on_press=move || ask.run(one.clone())>
                {t(campaigns::opt_out_remove)}
            </Button>
        </li>
    }
}

/// The number, else the contact; somebody who was erased has neither.
fn name(one: &OptOut) -> String {
    match &one.phone {
        Some(phone) => phone.clone(),
        None if one.contact_id.is_empty() => "—".to_owned(),
        None => ["HubSpot ", &one.contact_id].concat(),
    }
}

/// Of what, in words.
pub(super) fn words(scope: OptOutScope) -> Text {
    match scope {
        OptOutScope::Sms => campaigns::scope_sms,
        OptOutScope::Voice => campaigns::scope_voice,
        OptOutScope::All => campaigns::scope_all,
    }
}

fn source_words(source: OptOutSource) -> Text {
    match source {
        OptOutSource::Page => campaigns::source_page,
        OptOutSource::Reply => campaigns::source_reply,
        OptOutSource::Provider => campaigns::source_provider,
        OptOutSource::Person => campaigns::source_person,
    }
}
