//! What recipients answered; nothing is shown where nobody did.

use leptos::prelude::*;
use septet_core::wire::{Counts, Reply};

use crate::api;
use crate::components::{ErrorNotice, Moment, Skeleton};
use crate::dom::{View, dynamic, effect, view, when};
use crate::i18n::{campaigns, locale, t};
use crate::remote::{self, Remote};
use crate::signals::{Memo, RwSignal};
use crate::words;

/// Asked for anew when more people have answered.
#[component]
pub(super) fn Answers(id: StoredValue<String>, counts: Signal<Counts>) -> View {
    let replied = Memo::new(move |_| counts.with(|counts| counts.replied));
    let replies = RwSignal::new(Remote::Loading);
    let ask = move || {
        let id = id.get_value();
        remote::load(replies, async move { api::replies(&id).await });
    };
    effect(move || {
        if replied.get() > 0 {
            ask();
        }
    });
    let content = move || match replies.get() {
        Remote::Loading => view! { <Skeleton lines=2 /> },
        Remote::Failed(error) => view! { <ErrorNotice error on_retry=ask /> },
        Remote::Ready(replies) => {
            let replies: Vec<View> = replies.replies.into_iter().map(line).collect();
            view! { <ul class="rows">{replies}</ul> }
        }
    };
    when(
        move || replied.get() > 0,
        move || {
            view! {
                <section class="card panel" data-testid="replies" aria-labelledby="replies-title">
                    <h2 id="replies-title">{t(campaigns::replies)}</h2>
                    {dynamic(content)}
                </section>
            }
        },
    )
}

fn line(reply: Reply) -> View {
    let Reply {
        name,
        phone,
        text,
        stops,
        at,
    } = reply;
    let who = move || {
        let name = words::name(locale(), &name);
        if name.is_empty() {
            phone.clone().unwrap_or_else(|| "—".to_owned())
        } else {
            name
        }
    };
    let said = match text {
        Some(text) => view! { <p class="message-text">{text}</p> },
        None => view! { <p class="opt-out-facts">{t(campaigns::reply_untold)}</p> },
    };
    view! {
        <li class="opt-out" data-testid="reply">
            <div>
                <strong>{who}</strong>
                {said}
                <p class="opt-out-facts">
                    <Moment at />
                    {stops.then(|| view! { <span>" · " {t(campaigns::reply_stops)}</span> })}
                </p>
            </div>
        </li>
    }
}
