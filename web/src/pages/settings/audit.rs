//! What people of the account did that somebody may ask about, asked for when it is unfolded.

use leptos::prelude::*;
use septet_core::wire::AuditEntry;

use crate::api;
use crate::components::{ErrorNotice, Moment, Skeleton};
use crate::dom::{View, dynamic, view, when};
use crate::i18n::{Text, campaigns, t};
use crate::remote::{self, Remote};
use crate::router::{Link, Route};
use crate::signals::RwSignal;

#[component]
pub(super) fn AuditCard() -> View {
    let wanted = RwSignal::new(false);
    view! {
        <section class="card panel" data-testid="settings-audit">
            <h2>{t(campaigns::audit)}</h2>
            <details class="folded">
                <summary data-testid="audit" on:click=move |_| wanted.set(true)>
                    {t(campaigns::audit_show)}
                </summary>
                {when(move || wanted.get(), || view! { <Entries /> })}
            </details>
        </section>
    }
}

#[component]
fn Entries() -> View {
    let page = RwSignal::new(Remote::Loading);
    let ask = move || remote::load(page, api::audit());
    ask();
    dynamic(move || match page.get() {
        Remote::Loading => view! { <Skeleton lines=3 /> },
        Remote::Failed(error) => view! { <ErrorNotice error on_retry=ask /> },
        Remote::Ready(page) if page.entries.is_empty() => {
            view! { <p>{t(campaigns::audit_empty)}</p> }
        }
        Remote::Ready(page) => {
            let entries: Vec<View> = page.entries.into_iter().map(line).collect();
            view! { <ul class="rows">{entries}</ul> }
        }
    })
}

fn line(entry: AuditEntry) -> View {
    let AuditEntry {
        by,
        what,
        about,
        at,
    } = entry;
    let about = match what.as_str() {
        "opt_outs_ignored" => {
            let to = Route::Campaign {
                id: about,
                sent: false,
            };
            view! { <Link to>{t(campaigns::audit_campaign)}</Link> }
        }
        _ => view! { <span>{about}</span> },
    };
    let name = words(&what).map_or_else(
        || view! { <span>{what}</span> },
        |text| view! { <span>{t(text)}</span> },
    );
    view! {
        <li class="opt-out">
            <div>
                <strong>{name}</strong> " " {about}
                <p class="opt-out-facts">{by} " · " <Moment at /></p>
            </div>
        </li>
    }
}

fn words(what: &str) -> Option<Text> {
    Some(match what {
        "opt_outs_ignored" => campaigns::audit_ignored,
        "opt_outs_added" => campaigns::audit_added,
        "opt_out_removed" => campaigns::audit_removed,
        "link_host" => campaigns::audit_link_host,
        _ => return None,
    })
}
