//! The page as a whole: who is signed in decides what is shown, the address decides which page.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::path;
use septet_core::wire::{ErrorCode, Session};

use crate::components::{Toaster, Toasts};
use crate::composer::Composer;
use crate::pages::{
    CampaignPage, Campaigns, Expired, NotFound, OpeningPage, SignIn, StartFailed, wanted,
};
use crate::remote::Remote;
use crate::session::Opening;
use crate::shell::Shell;

/// Mounted on `<body>`.
#[component]
pub(crate) fn App() -> impl IntoView {
    Toasts::provide();
    let opening = Opening::provide();
    view! {
        <Router>
            {move || match opening.get() {
                Remote::Loading => view! { <OpeningPage /> }.into_any(),
                Remote::Failed(error) if error.code() == Some(ErrorCode::SignedOut) => {
                    view! { <SignIn /> }.into_any()
                }
                Remote::Failed(error) => view! { <StartFailed error /> }.into_any(),
                Remote::Ready(session) => view! { <SignedIn session /> }.into_any(),
            }}
        </Router>
        <Toaster />
    }
}

/// Everything behind the sign-in.
#[component]
fn SignedIn(session: Session) -> impl IntoView {
    wanted::go_there();
    provide_context(StoredValue::new(session));
    view! {
        <Shell>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/") view=Composer />
                <Route path=path!("/campaigns") view=Campaigns />
                <Route path=path!("/campaigns/:id") view=CampaignPage />
                <Route path=path!("/sign-in") view=|| view! { <Redirect path="/" /> } />
            </FlatRoutes>
        </Shell>
        <Expired />
    }
}
