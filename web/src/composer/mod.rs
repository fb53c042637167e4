//! The composer: writing an SMS, seeing it as phones will show it, sending it.
//!
//! Nothing here knows a rule of messages: `core` parses, renders and counts, with
//! the very functions that the server will send by.

mod counter;
mod editor;
mod fields;
mod form;
mod lists;
mod marks;
mod picker;
mod preview;
mod recipients;
mod saving;
mod send;
mod sent;
mod state;
mod tokens;
mod words;

use leptos::prelude::*;
use septet_core::wire::CampaignSummary;

use crate::components::Skeleton;
use crate::router::{self, Route};
use form::Form;
use saving::Opened;
use sent::Sent;
use state::State;

/// The page at `/`.
#[component]
pub(crate) fn Composer(
    /// Key of the draft to go on with; none for a new one.
    draft: Option<String>,
) -> impl IntoView {
    let opened = RwSignal::new(Opened::Loading);
    saving::open(draft, opened);
    // A press on "New SMS" while this page is shown starts another message.
    Effect::new(move |before: Option<()>| {
        let route = router::current();
        if before.is_some() && route == (Route::Composer { draft: None }) {
            opened.set(Opened::fresh());
        }
    });
    view! {
        {move || match opened.get() {
            Opened::Loading => view! { <Skeleton lines=6 /> }.into_any(),
            Opened::Ready { key, draft } => {
                view! { <Writing key draft on_new=move || opened.set(Opened::fresh()) /> }.into_any()
            }
        }}
    }
}

/// One message, from the first letter until its reports come in.
#[component]
fn Writing(
    key: String,
    draft: septet_core::wire::SmsDraft,
    on_new: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let state = State::new(key, draft);
    let sent = RwSignal::new(None::<CampaignSummary>);
    saving::keep(state, sent);
    view! {
        {move || match sent.get() {
            Some(campaign) => view! { <Sent campaign on_new /> }.into_any(),
            None => view! { <Form state sent /> }.into_any(),
        }}
    }
}
