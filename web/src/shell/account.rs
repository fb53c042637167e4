//! Which account this is, what 360nrs says about it, and the way out.

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::ProviderStatus;

use crate::api;
use crate::components::{Button, Icon, Look, Shape, Toasts, Tone};
use crate::dom::{View, view};
use crate::i18n::{common, locale, locale_untracked, t};
use crate::session::{Opening, use_session};
use crate::signals::RwSignal;
use crate::words;

/// Portal, balance, sign-out.
#[component]
pub(super) fn Account() -> View {
    let session = use_session();
    let opening = expect_context::<Opening>();
    let toasts = Toasts::here();
    let leaving = RwSignal::new(false);
    let sign_out = move || {
        leaving.set(true);
        spawn_local(async move {
            match api::sign_out().await {
                Ok(()) => opening.sign_out(),
                Err(error) => {
                    leaving.set(false);
                    toasts.say(Tone::Error, words::error(&error).of(locale_untracked()));
                }
            }
        });
    };
    let email = session.user.email;
    let title = Signal::derive(move || [common::account.of(locale()), ": ", &email].concat());
    let provider = session.provider;
    let refused = !matches!(provider, ProviderStatus::Ready { .. });
    view! {
        <div class="account">
            <span class="account-name" title=title>
                {session.portal.name}
            </span>
            <span class="account-credit" class:account-refused=refused data-testid="provider">
                {Signal::derive(move || provider_words(&provider))}
            </span>
        </div>
        <Button look=Look::Quiet busy=leaving test="sign-out" on_press=sign_out>
            {t(common::sign_out)}
        </Button>
    }
}

fn provider_words(provider: &ProviderStatus) -> String {
    let locale = locale();
    match provider {
        ProviderStatus::Ready {
            balance: Some(balance),
        } => common::balance(locale, balance),
        ProviderStatus::Ready { balance: None } => String::new(),
        ProviderStatus::Missing => common::provider_missing.of(locale).into(),
        ProviderStatus::CredentialsRefused => {
            common::provider_credentials_refused.of(locale).into()
        }
        ProviderStatus::Unreachable => common::provider_unreachable.of(locale).into(),
    }
}

/// Says that this is the sandbox, and leads to its handset.
#[component]
pub(super) fn Sandbox() -> View {
    let handset = use_session().handset_url.map(|url| {
        view! {
            <div class="sandbox" title=t(common::sandbox_hint)>
                <span class="badge">{t(common::sandbox)}</span>
                <a href=url target="_blank" rel="noopener" data-testid="handset">
                    <Icon shape=Shape::Phone />
                    {t(common::handset)}
                </a>
            </div>
        }
    });
    handset.into()
}
