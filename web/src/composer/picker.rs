//! Contacts, found by a few words and picked one by one, or all that were found.

use leptos::prelude::*;
use septet_core::wire::Contact;

use super::people::People;
use super::search::{Found, Search};
use super::state::State;
use crate::components::{Button, Look};
use crate::dom::{View, view};
use crate::i18n::{composer, locale, t};
use crate::remote::Remote;

#[component]
pub(super) fn Picker(state: State) -> View {
    let search = Search::new(state);
    let chosen = Callback::new(move |id: String| state.picked.with(|ids| ids.contains(&id)));
    let on_press = Callback::new(move |contact: Contact| state.toggle(&contact));
    let shown = Signal::derive(move || {
        search.results.with(|results| match results {
            Remote::Ready(page) => (page.contacts.len() as u64, page.total),
            Remote::Loading | Remote::Failed(_) => (0, 0),
        })
    });
    let count = Signal::derive(move || match shown.get() {
        (0, _) => String::new(),
        (loaded, total) if loaded == total => composer::found_all(locale(), total),
        (loaded, total) => composer::found_some(locale(), total, &loaded.to_string()),
    });
    let pick_all = move || {
        search.results.with_untracked(|results| {
            if let Remote::Ready(page) = results {
                state.pick_all(&page.contacts);
            }
        });
    };
    view! {
        <People state />
        <Found search chosen on_press />
        <div class="results-foot">
            <span role="status">{count}</span>
            <Button
                look=Look::Quiet
                test="select-all"
                disabled=Signal::derive(move || shown.get().0 == 0)
                on_press=pick_all
            >
                {t(composer::select_all)}
            </Button>
        </div>
    }
}
