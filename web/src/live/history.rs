//! What happened to one message, asked for when somebody wants to see it.

use leptos::prelude::*;
use septet_core::event::EventKind;
use septet_core::wire::MessageEvent;

use crate::api;
use crate::components::{ErrorNotice, Moment, Skeleton};
use crate::dom::{View, dynamic, view, when};
use crate::i18n::{Text, campaigns, locale, t};
use crate::remote::{self, Remote};
use crate::signals::RwSignal;

/// Folded away until then.
#[component]
pub(super) fn History(campaign: StoredValue<String>, recipient: String, name: String) -> View {
    let wanted = RwSignal::new(false);
    let recipient = StoredValue::new(recipient);
    let label = StoredValue::new(name);
    let events = move || {
        view! { <Events campaign recipient label /> }
    };
    view! {
        <details class="history" data-testid="history">
            <summary on:click=move |_| wanted.set(true)>{t(campaigns::history_show)}</summary>
            {when(move || wanted.get(), events)}
        </details>
    }
}

#[component]
fn Events(
    campaign: StoredValue<String>,
    recipient: StoredValue<String>,
    label: StoredValue<String>,
) -> View {
    let history = RwSignal::new(Remote::Loading);
    let ask = move || {
        let (campaign, recipient) = (campaign.get_value(), recipient.get_value());
        remote::load(
            history,
            async move { api::history(&campaign, &recipient).await },
        );
    };
    ask();
    let content = move || match history.get() {
        Remote::Loading => view! { <Skeleton lines=2 /> },
        Remote::Failed(error) => view! { <ErrorNotice error on_retry=ask /> },
        Remote::Ready(history) if history.events.is_empty() => {
            view! { <p>{t(campaigns::history_empty)}</p> }
        }
        Remote::Ready(history) => {
            let events: Vec<View> = history.events.into_iter().map(line).collect();
            let name = label.get_value();
            let of = Signal::derive(move || campaigns::history_of(locale(), &name));
            view! { <ol aria-label=of data-testid="events">{events}</ol> }
        }
    };
    dynamic(content)
}

fn line(MessageEvent { event, at }: MessageEvent) -> View {
    let name = event.to_string();
    view! {
        <li data-event=name>
            <span>{t(words(event.kind))}</span>
            <Moment at />
        </li>
    }
}

fn words(kind: EventKind) -> Text {
    match kind {
        EventKind::Sent => campaigns::event_sent,
        EventKind::NotSent => campaigns::event_not_sent,
        EventKind::Delivered => campaigns::event_delivered,
        EventKind::NotDelivered => campaigns::event_not_delivered,
        EventKind::Clicked => campaigns::event_clicked,
        EventKind::Unsubscribed => campaigns::event_unsubscribed,
        EventKind::Response => campaigns::event_response,
        EventKind::KeyPressed => campaigns::event_key_pressed,
    }
}
