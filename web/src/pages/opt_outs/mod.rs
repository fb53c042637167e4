//! Who wants no more messages: all of them, by number, and in files.

mod add;
mod list;

use leptos::prelude::*;
use septet_core::wire::OptOutPage;

use self::add::AddCard;
use self::list::ListCard;
use crate::api;
use crate::dom::{View, view};
use crate::i18n::{campaigns, common, t};
use crate::remote::{self, Remote};
use crate::session::use_session;
use crate::signals::RwSignal;

/// The list, and what it is searched for.
#[derive(Clone, Copy)]
struct Known {
    page: RwSignal<Remote<OptOutPage>>,
    number: RwSignal<String>,
    country: StoredValue<String>,
}

impl Known {
    /// Asks for the first page.
    fn look(self) {
        let (number, country) = (self.number.get_untracked(), self.country.get_value());
        remote::load(self.page, async move {
            api::opt_outs(&number, &country, None).await
        });
    }
}

/// The page at `/opt-outs`.
#[component]
pub(crate) fn OptOuts() -> View {
    let known = Known {
        page: RwSignal::new(Remote::Loading),
        number: RwSignal::new(String::new()),
        country: StoredValue::new(use_session().defaults.country),
    };
    known.look();
    view! {
        <header class="page-header">
            <div>
                <h1>{t(common::opt_outs)}</h1>
                <p class="page-intro">{t(campaigns::opt_outs_intro)}</p>
            </div>
        </header>
        <div class="settings">
            <ListCard known />
            <AddCard known />
        </div>
    }
}
