//! The page as a whole: who is signed in decides what is shown, the address decides which page.

use leptos::prelude::*;
use septet_core::wire::{ErrorCode, Session};

use crate::components::{Toaster, Toasts};
use crate::composer::Composer;
use crate::dom::{View, dynamic, effect, view};
use crate::i18n::{self, common, locale};
use crate::pages::{
    CampaignPage, Campaigns, Expired, NotFound, OpeningPage, SignIn, StartFailed, wanted,
};
use crate::remote::Remote;
use crate::router::{self, Route};
use crate::session::Opening;
use crate::shell::Shell;

/// Mounted on `<body>`.
#[component]
pub(crate) fn App() -> View {
    i18n::start();
    router::start();
    Toasts::provide();
    let opening = Opening::provide();
    view! {
        {dynamic(move || match opening.get() {
            Remote::Loading => view! { <OpeningPage /> },
            Remote::Failed(error) if error.code() == Some(ErrorCode::SignedOut) => {
                view! { <SignIn /> }
            }
            Remote::Failed(error) => view! { <StartFailed error /> },
            Remote::Ready(session) => view! { <SignedIn session /> },
        })}
        <Toaster />
    }
}

/// Everything behind the sign-in.
#[component]
fn SignedIn(session: Session) -> View {
    wanted::go_there();
    provide_context(StoredValue::new(session));
    let route = Memo::new(|_| router::current());
    effect(move || document().set_title(&title(&route.get())));
    view! {
        <Shell>
            {dynamic(move || match route.get() {
                Route::Composer { draft } => view! { <Composer draft /> },
                Route::Campaigns => view! { <Campaigns /> },
                Route::Campaign { id } => view! { <CampaignPage id /> },
                // Whoever has signed in has no business there any more; see `wanted`.
                Route::SignIn { .. } => View::nothing(),
                Route::Unknown => view! { <NotFound /> },
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
        Route::SignIn { .. } | Route::Unknown => return "Septet".into(),
    };
    [page.of(locale()), " · Septet"].concat()
}
