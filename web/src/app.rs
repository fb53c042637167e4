//! The page as a whole: who is signed in decides what is shown, the address decides which page.

use leptos::prelude::*;
use septet_core::wire::{ErrorCode, Session};

use crate::components::{Toaster, Toasts};
use crate::composer::Composer;
use crate::dom::{View, dynamic, effect, view};
use crate::embed;
use crate::i18n::{self, common, locale};
use crate::pages::{
    CampaignPage, Campaigns, Closed, Connected, Expired, NotFound, OpeningPage, OptOuts,
    SettingsPage, SignIn, StartFailed, wanted,
};
use crate::remote::Remote;
use crate::router::{self, Route};
use crate::session::Opening;
use crate::shell::Shell;
use crate::signals::Memo;

/// The pages of one module.
#[derive(Clone, Copy)]
pub(crate) struct Site {
    /// Whether a route leads to a page of this module.
    has: fn(&Route) -> bool,
    page: fn(Route) -> View,
}

/// Writing a message. `trunk serve` knows this module only, so it then has every page.
pub(crate) const COMPOSER: Site = Site {
    has: |route| cfg!(debug_assertions) || !CAMPAIGNS.has(route),
    page: |route| match route {
        Route::Composer { draft } => view! { <Composer draft /> },
        other if cfg!(debug_assertions) => (CAMPAIGNS.page)(other),
        _ => view! { <NotFound /> },
    },
};

/// What became of messages.
pub(crate) const CAMPAIGNS: Site = Site {
    has: |route| {
        matches!(
            route,
            Route::Campaigns
                | Route::Campaign { .. }
                | Route::OptOuts
                | Route::Settings
                | Route::Connected
        )
    },
    page: |route| match route {
        Route::Campaigns => view! { <Campaigns /> },
        Route::Campaign { id, sent } => view! { <CampaignPage id sent /> },
        Route::OptOuts => view! { <OptOuts /> },
        Route::Settings => view! { <SettingsPage /> },
        Route::Connected => view! { <Connected /> },
        _ => view! { <NotFound /> },
    },
};

impl Site {
    fn has(self, route: &Route) -> bool {
        (self.has)(route)
    }
}

/// Mounted on `<body>`.
pub(crate) fn app(site: Site) -> View {
    i18n::start();
    router::start(site.has);
    Toasts::provide();
    let opening = Opening::provide();
    view! {
        {dynamic(move || match opening.get() {
            Remote::Loading => view! { <OpeningPage /> },
            Remote::Failed(error) if error.code() == Some(ErrorCode::SignedOut) => {
                if embed::is_here() {
                    view! { <Closed /> }
                } else {
                    view! { <SignIn /> }
                }
            }
            Remote::Failed(error) => view! { <StartFailed error /> },
            Remote::Ready(session) => view! { <SignedIn session site /> },
        })}
        <Toaster />
    }
}

/// Everything behind the sign-in.
#[component]
fn SignedIn(session: Session, site: Site) -> View {
    wanted::go_there();
    provide_context(StoredValue::new(session));
    let route = Memo::new(|_| router::current());
    effect(move || document().set_title(&title(&route.get())));
    view! {
        <Shell>
            {dynamic(move || match route.get() {
                // Whoever has signed in has no business there any more; see `wanted`.
                Route::SignIn { .. } => View::nothing(),
                route => (site.page)(route),
            })}
        </Shell>
        <Expired />
    }
}

/// What the browser's tab and history say.
fn title(route: &Route) -> String {
    let page = match route {
        Route::Composer { .. } => common::new_sms,
        Route::Campaigns | Route::Campaign { .. } => common::campaigns,
        Route::OptOuts => common::opt_outs,
        Route::Settings => common::settings,
        Route::Connected | Route::SignIn { .. } | Route::Unknown => return "Septet".into(),
    };
    [page.of(locale()), " · Septet"].concat()
}
