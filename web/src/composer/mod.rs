//! The composer: writing an SMS, seeing it as phones will show it, sending it.
//!
//! Nothing here knows a rule of messages: `core` parses, renders and counts, with
//! the very functions that the server will send by.

mod audience;
mod confirm;
mod costs;
mod counter;
mod country;
mod editor;
mod file;
mod finder;
mod fixed;
mod form;
mod lists;
mod marks;
mod message;
mod options;
mod people;
mod picker;
mod preview;
mod properties;
mod recipients;
mod saving;
mod schedule;
mod search;
mod send;
mod sender;
mod sent;
mod state;
mod timing;
mod tokens;
mod typing;
mod whose;
mod words;

use form::Form;
use leptos::prelude::*;
use saving::{Opened, Start};
use send::Sending;
use sent::Sent;
use septet_core::event::Channel;
use septet_core::wire::CampaignSummary;
use state::State;

use crate::components::{EmptyState, ErrorNotice, Skeleton};
use crate::dom::{View, dynamic, effect, view};
use crate::embed;
use crate::i18n::composer;
use crate::router::{self, Route};
use crate::session::use_session;
use crate::signals::RwSignal;

/// The page at `/`.
#[component]
pub(crate) fn Composer(
    /// Key of the draft to go on with; none for a new one.
    draft: Option<String>,
) -> View {
    if embed::opening().is_some_and(|opening| opening.channel == Channel::Voice) {
        return view! {
            <EmptyState title=composer::embed_voice_title text=composer::embed_voice_text>
                {View::nothing()}
            </EmptyState>
        };
    }
    let start = Start::new(&use_session());
    let opened = RwSignal::new(Opened::Loading);
    start.open(draft.clone(), opened);
    // "New SMS" in the header, pressed while this page is shown, starts another message.
    let mut first = true;
    effect(move || {
        let first = std::mem::take(&mut first);
        let route = router::current();
        if !first && route == (Route::Composer { draft: None }) {
            opened.set(start.fresh());
        }
    });
    dynamic(move || match opened.get() {
        Opened::Loading => view! { <Skeleton lines=6 /> },
        Opened::Failed(error) => {
            let draft = draft.clone();
            let retry = move || start.open(draft.clone(), opened);
            view! { <ErrorNotice error on_retry=retry /> }
        }
        Opened::Ready(ready) => view! { <Writing ready=*ready /> },
    })
}

/// One message, from the first letter until it is sent.
#[component]
fn Writing(ready: saving::Ready) -> View {
    let state = State::new(ready.key, ready.draft);
    let sending = Sending::new(state);
    let saved = saving::keep(state, sending.sent, ready.unsaved);
    if embed::is_here() {
        return dynamic(move || match sending.sent.get() {
            Some(campaign) => view! { <Sent campaign /> },
            None => view! { <Form state sending saved /> },
        });
    }
    // How it goes is told on the campaign's own page.
    effect(move || {
        if let Some(CampaignSummary { id, .. }) = sending.sent.get() {
            router::go(&Route::Campaign { id, sent: true });
        }
    });
    view! { <Form state sending saved /> }
}
