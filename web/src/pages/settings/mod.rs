//! What the account sets: its account at 360nrs, how Septet works for it, and the way out.

mod audit;
mod choices;
mod disconnect;
mod links;
mod page;
mod provider;

use leptos::prelude::*;
use septet_core::wire::Settings;

use self::audit::AuditCard;
use self::choices::ChoicesCard;
use self::disconnect::DisconnectCard;
use self::links::LinksCard;
use self::page::PageCard;
use self::provider::ProviderCard;
use crate::api;
use crate::components::{ErrorNotice, Skeleton};
use crate::dom::{View, dynamic, view};
use crate::i18n::{campaigns, t};
use crate::remote::{self, Remote};
use crate::signals::RwSignal;

/// The page at `/settings`, and inside HubSpot's at `/embed/settings`.
#[component]
pub(crate) fn SettingsPage() -> View {
    let opened = RwSignal::new(Remote::Loading);
    let ask = move || remote::load(opened, api::settings());
    ask();
    view! {
        <header class="page-header">
            <h1>{t(campaigns::settings)}</h1>
        </header>
        {dynamic(move || match opened.get() {
            Remote::Loading => view! { <Skeleton lines=6 /> },
            Remote::Failed(error) => view! { <ErrorNotice error on_retry=ask /> },
            Remote::Ready(settings) => view! { <Cards settings /> },
        })}
    }
}

#[component]
fn Cards(settings: Settings) -> View {
    let settings = RwSignal::new(settings);
    view! {
        <div class="settings">
            <ProviderCard settings />
            <ChoicesCard settings />
            <LinksCard settings />
            <PageCard settings />
            <AuditCard />
            <DisconnectCard />
        </div>
    }
}
