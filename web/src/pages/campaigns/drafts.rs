//! Messages that were begun and not sent. Deleting one can be undone for a while.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::DraftSummary;

use crate::api;
use crate::components::{ErrorNotice, Icon, Look, Shape, Toasts, Tone};
use crate::format;
use crate::i18n::{campaigns, common, locale, locale_untracked, t};
use crate::remote::{self, Remote};
use crate::router::{Link, Route};
use crate::words;

type List = RwSignal<Remote<Vec<DraftSummary>>>;

/// Nothing at all where there are no drafts.
#[component]
pub(super) fn Drafts() -> impl IntoView {
    let list: List = RwSignal::new(Remote::Loading);
    let load = move || remote::load(list, api::drafts());
    load();
    view! {
        {move || match list.get() {
            Remote::Ready(drafts) if !drafts.is_empty() => view! {
                <section class="stack" aria-labelledby="drafts-title">
                    <h2 id="drafts-title">{t(campaigns::drafts)}</h2>
                    <ul class="card rows">
                        {drafts.into_iter().map(|draft| view! { <Draft draft list /> }).collect_view()}
                    </ul>
                </section>
            }
            .into_any(),
            Remote::Failed(error) => {
                view! { <ErrorNotice error on_retry=Callback::new(move |()| load()) /> }.into_any()
            }
            Remote::Loading | Remote::Ready(_) => ().into_any(),
        }}
    }
}

#[component]
fn Draft(draft: DraftSummary, list: List) -> impl IntoView {
    let DraftSummary {
        key,
        updated_at,
        campaign_name,
        excerpt,
    } = draft;
    let name = StoredValue::new(campaign_name);
    let called = move || {
        let name = name.get_value();
        if name.is_empty() {
            campaigns::draft_untitled(locale()).to_owned()
        } else {
            name
        }
    };
    let text = move || match excerpt.as_str() {
        "" => campaigns::draft_no_text(locale()).to_owned(),
        text => text.to_owned(),
    };
    let toasts = Toasts::here();
    let to = Route::Composer {
        draft: Some(key.clone()),
    };
    view! {
        <li class="row" data-testid="draft">
            <div class="row-main">
                <strong>{called}</strong>
                <p class="row-excerpt">{text}</p>
            </div>
            <time class="row-time" datetime=format::iso(updated_at)>
                {move || campaigns::draft_saved(locale(), &format::moment(locale(), updated_at))}
            </time>
            <div class="row-actions">
                <Link to class=Look::Secondary.class()>
                    {t(campaigns::draft_continue)}
                    <span class="visually-hidden">{move || [" ", &called()].concat()}</span>
                </Link>
                <button
                    type="button"
                    class="button button-quiet button-icon"
                    data-testid="delete-draft"
                    aria-label=move || campaigns::draft_delete_label(locale(), &called())
                    on:click=move |_| delete(key.clone(), list, toasts)
                >
                    <Icon shape=Shape::Bin />
                </button>
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
                            toasts.say(Tone::Error, words::error(locale, &error));
                        }
                        if let Some(drafts) = api::drafts().await.ok().map(Remote::Ready) {
                            let _ = list.try_set(drafts);
                        }
                    });
                };
                toasts.offer(
                    Tone::Info,
                    campaigns::draft_deleted(locale),
                    common::undo(locale),
                    undo,
                );
            }
            Err(error) => toasts.say(Tone::Error, words::error(locale, &error)),
        }
    });
}
