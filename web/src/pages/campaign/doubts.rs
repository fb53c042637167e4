//! Deciding on messages of which nobody knows whether they have left.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::delivery::Decision;
use septet_core::wire::{Counts, Decide, ErrorCode};

use crate::api;
use crate::components::{Button, Dialog, Look, Toasts, Tone};
use crate::dom::{View, dynamic, effect, view};
use crate::i18n::{Text, campaigns, locale, locale_untracked, t};
use crate::live::{Doubtful, LiveCampaign};
use crate::signals::RwSignal;
use crate::storage;
use crate::words;

/// What can be decided, what that is called and what it means.
const CHOICES: [(Decision, Look, Text, Text); 3] = [
    (
        Decision::CountAsSent,
        Look::Primary,
        campaigns::decide_count,
        campaigns::decide_count_hint,
    ),
    (
        Decision::Resend,
        Look::Danger,
        campaigns::decide_resend,
        campaigns::decide_resend_hint,
    ),
    (
        Decision::Drop,
        Look::Secondary,
        campaigns::decide_drop,
        campaigns::decide_drop_hint,
    ),
];

/// Open while somebody decides.
#[component]
pub(super) fn Doubts(live: LiveCampaign, id: StoredValue<String>, counts: Signal<Counts>) -> View {
    let toasts = Toasts::here();
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    // One for each time that it is opened: pressed twice, it is decided once.
    let key = StoredValue::new(String::new());
    effect(move || {
        if live.deciding.with(Option::is_some) {
            key.set_value(storage::new_key());
            open.set(true);
        }
    });
    effect(move || {
        if !open.get() {
            live.deciding.set(None);
        }
    });
    let title = Signal::derive(move || {
        live.deciding.with(|deciding| match deciding {
            Some(Doubtful::One { name, .. }) => campaigns::decide_title_for(locale(), name),
            _ => campaigns::decide_title.of(locale()).to_owned(),
        })
    });
    let decide = move |decision: Decision| {
        let recipients = match live.deciding.get_untracked() {
            Some(Doubtful::One { id, .. }) => Some(vec![id]),
            Some(Doubtful::All) => None,
            None => return,
        };
        let decide = Decide {
            key: key.get_value(),
            decision,
            recipients,
        };
        let campaign = id.get_value();
        busy.set(true);
        spawn_local(async move {
            let answer = api::decide(&campaign, &decide).await;
            busy.try_set(false);
            match answer {
                Ok(summary) => {
                    live.learn(summary);
                    open.try_set(false);
                }
                Err(error) => {
                    toasts.say(Tone::Error, words::error(&error).of(locale_untracked()));
                    if error.code() == Some(ErrorCode::WrongState) {
                        live.start();
                        open.try_set(false);
                    }
                }
            }
        });
    };
    let which = move || {
        let all = live
            .deciding
            .with(|deciding| *deciding == Some(Doubtful::All));
        let count = counts.with(|counts| counts.in_doubt);
        all.then(|| view! { <p><strong>{campaigns::decide_all(locale(), count)}</strong></p> })
    };
    let choices = move || {
        CHOICES.map(|(decision, look, name, hint)| {
            view! {
                <div class="choice">
                    <Button look busy test=decision.name() on_press=move || decide(decision)>
                        {t(name)}
                    </Button>
                    <span>{t(hint)}</span>
                </div>
            }
        })
    };
    view! {
        <Dialog open title test="decide">
            {dynamic(which)}
            <p>{t(campaigns::decide_text)}</p>
            <div class="choices">{Vec::from(choices())}</div>
        </Dialog>
    }
}
