//! The session ended while somebody was working.
//!
//! Nothing on the page is thrown away: signing in happens in another tab, and
//! this one goes on as soon as the server knows the person again.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ApiError};
use crate::components::{Button, Dialog, ErrorNotice, Look};
use crate::dom::{View, dynamic, effect, view};
use crate::embed;
use crate::i18n::{common, phrase, t};
use crate::session::{self, use_session};
use crate::signals::RwSignal;

/// Hidden until an answer says 401.
#[component]
pub(crate) fn Expired() -> View {
    let portal = use_session().portal.id;
    let open = RwSignal::new(false);
    let checking = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    effect(move || {
        if session::expired().get() {
            failure.set(None);
            open.set(true);
            session::expired().set(false);
        }
    });
    let check = move || {
        if checking.get_untracked() {
            return;
        }
        checking.set(true);
        spawn_local(async move {
            let answer = api::session().await;
            checking.set(false);
            match answer {
                Ok(session) if session.portal.id == portal => open.set(false),
                // What is on the page belongs to the other account.
                Ok(_) => drop(window().location().reload()),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    // HubSpot's page has to open this one anew; what was typed can be copied until then.
    if embed::is_here() {
        return view! {
            <Dialog open title=phrase(common::expired_title) test="expired">
                <p>{t(common::embed_expired_text)}</p>
            </Dialog>
        };
    }
    let returned = window_event_listener(leptos::ev::focus, move |_| {
        if open.get_untracked() {
            check();
        }
    });
    on_cleanup(move || returned.remove());
    view! {
        <Dialog open title=phrase(common::expired_title) test="expired">
            <p>{t(common::expired_text)}</p>
            {dynamic(move || failure.get().map(|error| view! { <ErrorNotice error /> }))}
            <form class="dialog-actions" method="post" action="/auth/start" target="_blank">
                <Button busy=checking on_press=check>{t(common::expired_check)}</Button>
                <button type="submit" class=Look::Primary.class()>
                    {t(common::expired_sign_in)}
                </button>
            </form>
        </Dialog>
    }
}
