//! Taking Septet away from the HubSpot account.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ApiError};
use crate::components::{Button, Dialog, ErrorNotice, Look, Toasts, Tone};
use crate::dom::{View, dynamic, view};
use crate::i18n::{campaigns, common, locale_untracked, phrase, t};
use crate::session::Opening;
use crate::signals::RwSignal;

#[component]
pub(super) fn DisconnectCard() -> View {
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ApiError>);
    let toasts = Toasts::here();
    let opening = expect_context::<Opening>();
    let disconnect = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            match api::disconnect().await {
                Ok(()) => {
                    toasts.say(Tone::Info, campaigns::disconnected.of(locale_untracked()));
                    opening.sign_out();
                }
                Err(error) => {
                    busy.try_set(false);
                    failed.try_set(Some(error));
                }
            }
        });
    };
    view! {
        <section class="card panel">
            <h2>{t(campaigns::disconnect)}</h2>
            <p>{t(campaigns::disconnect_text)}</p>
            <Button look=Look::Danger test="disconnect" on_press=move || open.set(true)>
                {t(campaigns::disconnect)}
            </Button>
            <Dialog open title=phrase(campaigns::disconnect) test="disconnect-dialog">
                <p>{t(campaigns::disconnect_text)}</p>
                {dynamic(move || failed.get().map(|error| view! { <ErrorNotice error /> }))}
                <div class="dialog-actions">
                    <Button on_press=move || open.set(false)>{t(common::cancel)}</Button>
                    <Button look=Look::Danger busy test="disconnect-confirm" on_press=disconnect>
                        {t(campaigns::disconnect)}
                    </Button>
                </div>
            </Dialog>
        </section>
    }
}
