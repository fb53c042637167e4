//! Messages that were begun and not sent. Deleting one can be undone for a while.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::DraftSummary;

use crate::api;
use crate::components::{ErrorNotice, IconButton, Look, Moment, Shape, Toasts, Tone};
use crate::dom::{View, dynamic, view};
use crate::i18n::{campaigns, common, locale, locale_untracked, t};
use crate::remote::{self, Remote};
use crate::router::{Link, Route};
use crate::signals::RwSignal;
use crate::words;

type List = RwSignal<Remote<Vec<DraftSummary>>>;

/// Nothing at all where there are no drafts.
#[component]
pub(super) fn Drafts() -> View {
    let list: List = RwSignal::new(Remote::Loading);
    let load = move || remote::load(list, api::drafts());
    load();
    let toasts = Toasts::here();
    dynamic(move || match list.get() {
        Remote::Ready(drafts) if !drafts.is_empty() => {
            let rows: Vec<_> = drafts
                .into_iter()
                .map(|draft| row(draft, list, toasts))
                .collect();
            view! {
                <section class="stack" aria-labelledby="drafts-title">
                    <h2 id="drafts-title">{t(campaigns::drafts)}</h2>
                    <ul class="card rows">{rows}</ul>
                </section>
            }
        }
        Remote::Failed(error) => view! { <ErrorNotice error on_retry=load /> },
        Remote::Loading | Remote::Ready(_) => View::nothing(),
    })
}

fn row(draft: DraftSummary, list: List, toasts: Toasts) -> View {
    let DraftSummary {
        key,
        updated_at,
        campaign_name,
        excerpt,
    } = draft;
    let name = Signal::derive(move || {
        if campaign_name.is_empty() {
            campaigns::draft_untitled.of(locale()).to_owned()
        } else {
            campaign_name.clone()
        }
    });
    let text = if excerpt.is_empty() {
        view! { {t(campaigns::draft_no_text)} }
    } else {
        view! { {excerpt} }
    };
    let to = Route::Composer {
        draft: Some(key.clone()),
    };
    view! {
        <li class="row" data-testid="draft">
            <div class="row-main">
                <strong>{name}</strong>
                <p class="row-excerpt">{text}</p>
            </div>
            <span class="row-time">
                {t(campaigns::draft_saved)} " " <Moment at=updated_at />
            </span>
            <div class="row-actions">
                <Link to class=Look::Secondary.class()>
                    {t(campaigns::draft_continue)} <span class="visually-hidden">" " {name}</span>
                </Link>
                <IconButton
                    shape=Shape::Bin
                    label=Signal::derive(move || campaigns::draft_delete(locale(), &name.get()))
                    test="delete-draft"
                    on_press=move || delete(key.clone(), list, toasts)
                />
            </div>
        </li>
    }
}

/// Keeps a copy for "undo" before it deletes.
fn delete(key: String, list: List, toasts: Toasts) {
    spawn_local(async move {
        let deleted = async {
            let copy = api::draft(&key).await?.draft;
            api::delete_draft(&key).await?;
            Ok(copy)
        };
        let locale = locale_untracked();
        match deleted.await {
            Ok(copy) => {
                list.try_update(|list| {
                    if let Remote::Ready(drafts) = list {
                        drafts.retain(|draft| draft.key != key);
                    }
                });
                let undo = move || {
                    let (key, copy) = (key.clone(), copy.clone());
                    spawn_local(async move {
                        if let Err(error) = api::save_draft(&key, &copy).await {
                            toasts.say(Tone::Error, words::error(&error).of(locale));
                        }
                        if let Some(drafts) = api::drafts().await.ok().map(Remote::Ready) {
                            list.try_set(drafts);
                        }
                    });
                };
                toasts.offer(
                    Tone::Info,
                    campaigns::draft_deleted.of(locale),
                    common::undo.of(locale),
                    undo,
                );
            }
            Err(error) => toasts.say(Tone::Error, words::error(&error).of(locale)),
        }
    });
}
