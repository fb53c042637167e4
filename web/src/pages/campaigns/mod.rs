//! The campaigns page: drafts to go on with, and everything that was sent.

mod drafts;
mod list;

use drafts::Drafts;
use leptos::prelude::*;
use list::List;

use crate::components::Look;
use crate::dom::{View, view};
use crate::i18n::{campaigns, common, t};
use crate::router::{Link, Route};

/// The page at `/campaigns`.
#[component]
pub(crate) fn Campaigns() -> View {
    view! {
        <header class="page-header">
            <div>
                <h1>{t(campaigns::title)}</h1>
                <p class="page-intro">{t(campaigns::intro)}</p>
            </div>
            <Link to=Route::Composer { draft: None } class=Look::Primary.class()>
                {t(common::new_sms)}
            </Link>
        </header>
        <Drafts />
        <List />
    }
}
