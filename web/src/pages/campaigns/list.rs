//! Everything that was sent, newest first, kept fresh while something moves.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{CampaignPage, CampaignState, CampaignSummary};

use crate::api::{self, ApiError};
use crate::components::{
    Button, CampaignStateLabel, EmptyState, ErrorNotice, Look, Moment, Skeleton,
};
use crate::dom::{Entry, View, dynamic, each, view, when};
use crate::i18n::{Locale, campaigns, common, locale, t};
use crate::live::{Bar, progress};
use crate::remote::Remote;
use crate::router::{Link, Route};
use crate::signals::{Memo, RwSignal};
use crate::words;

const BETWEEN_LOOKS: Duration = Duration::from_secs(3);
/// How long after sending the reports are waited for with open eyes.
const REPORTS_EXPECTED: i64 = 60 * 60 * 1000;

#[derive(Debug, Clone, Copy)]
struct State {
    list: RwSignal<Remote<CampaignPage>>,
    more: RwSignal<bool>,
    failure: RwSignal<Option<ApiError>>,
}

/// What is shown in general; entries come and go without redrawing it.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Loading,
    Empty,
    Full,
    Failed(ApiError),
}

/// The list with its empty, loading and failed states.
#[component]
pub(super) fn List() -> View {
    let state = State {
        list: RwSignal::new(Remote::Loading),
        more: RwSignal::new(false),
        failure: RwSignal::new(None),
    };
    state.look();
    let kind = Memo::new(move |_| {
        state.list.with(|list| match list {
            Remote::Loading => Kind::Loading,
            Remote::Ready(page) if page.campaigns.is_empty() => Kind::Empty,
            Remote::Ready(_) => Kind::Full,
            Remote::Failed(error) => Kind::Failed(error.clone()),
        })
    });
    dynamic(move || match kind.get() {
        Kind::Loading => view! { <Skeleton lines=4 /> },
        Kind::Empty => nothing(),
        Kind::Failed(error) => {
            view! { <ErrorNotice error on_retry=move || state.look() /> }
        }
        Kind::Full => everything(state),
    })
}

fn nothing() -> View {
    view! {
        <div class="card">
            <EmptyState title=campaigns::empty_title text=campaigns::empty_text>
                <Link to=Route::Composer { draft: None } class=Look::Primary.class()>
                    {t(campaigns::empty_action)}
                </Link>
            </EmptyState>
        </div>
    }
}

fn everything(state: State) -> View {
    let entry = |campaign: &CampaignSummary| {
        let campaign = campaign.clone();
        Entry::new(version(&campaign), move || row(campaign))
    };
    let entries = move || {
        state.list.with(|list| match list {
            Remote::Ready(page) => page.campaigns.iter().map(entry).collect(),
            Remote::Loading | Remote::Failed(_) => Vec::new(),
        })
    };
    let further = move || {
        state
            .list
            .with(|list| matches!(list, Remote::Ready(CampaignPage { after: Some(_), .. })))
    };
    let load_more = move || {
        view! {
            <div class="load-more">
                <Button busy=state.more on_press=move || state.look_further()>
                    {t(common::load_more)}
                </Button>
            </div>
        }
    };
    let failure = move || {
        state
            .failure
            .get()
            .map(|error| view! { <ErrorNotice error /> })
    };
    view! {
        <section class="stack" aria-labelledby="sent-title">
            <h2 id="sent-title">{t(campaigns::sent)}</h2>
            <ul class="card rows">{each(entries)}</ul>
            {when(further, load_more)}
            {dynamic(failure)}
        </section>
    }
}

fn row(campaign: CampaignSummary) -> View {
    let CampaignSummary {
        id,
        name,
        state,
        created_at,
        counts,
        ..
    } = campaign.clone();
    let words = Signal::derive(move || progress(locale(), &campaign));
    view! {
        <li class="row row-campaign">
            <div class="row-main">
                <Link to=Route::Campaign { id, sent: false } class="row-link" test="campaign">{name}</Link>
                <CampaignStateLabel state />
            </div>
            <span class="row-time"><Moment at=created_at /></span>
            <Bar counts=Signal::stored(counts) />
            <p class="row-tally">{words}</p>
        </li>
    }
}

/// Whatever a row shows and can change; a change of it makes another row.
fn version(campaign: &CampaignSummary) -> String {
    let state = words::campaign_state(campaign.state).of(Locale::En);
    [
        &campaign.id,
        " ",
        state,
        " ",
        &progress(Locale::En, campaign),
    ]
    .concat()
}

impl State {
    /// Asks for the newest campaigns, and again later while one of them moves.
    fn look(self) {
        spawn_local(async move {
            let answer = api::campaigns(None).await;
            let Some(known) = self.list.try_get_untracked() else {
                return;
            };
            let list = match (known, answer) {
                (Remote::Ready(known), Ok(page)) => Remote::Ready(refreshed(known, page)),
                // What is shown stays; the next look may succeed.
                (Remote::Ready(known), Err(_)) => Remote::Ready(known),
                (_, answer) => answer.into(),
            };
            let moves = matches!(&list, Remote::Ready(page) if page.campaigns.iter().any(moves));
            self.list.set(list);
            if moves {
                set_timeout(move || self.look(), BETWEEN_LOOKS);
            }
        });
    }

    fn look_further(self) {
        let Remote::Ready(CampaignPage {
            after: Some(after), ..
        }) = self.list.get_untracked()
        else {
            return;
        };
        self.more.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = api::campaigns(Some(&after)).await;
            self.more.try_set(false);
            match answer {
                Ok(page) => {
                    self.list.try_update(|list| {
                        if let Remote::Ready(list) = list {
                            list.campaigns.extend(page.campaigns);
                            list.after = page.after;
                        }
                    });
                }
                Err(error) => {
                    self.failure.try_set(Some(error));
                }
            }
        });
    }
}

/// The newest page in front of what was loaded further down.
fn refreshed(known: CampaignPage, page: CampaignPage) -> CampaignPage {
    let further = known.campaigns.len() > page.campaigns.len();
    let mut campaigns = page.campaigns;
    let older = known.campaigns.into_iter();
    let older: Vec<_> = older
        .filter(|old| campaigns.iter().all(|new| new.id != old.id))
        .collect();
    campaigns.extend(older);
    CampaignPage {
        campaigns,
        after: if further { known.after } else { page.after },
    }
}

fn moves(campaign: &CampaignSummary) -> bool {
    let age = js_sys::Date::now() as i64 - campaign.created_at;
    let goes_on = matches!(
        campaign.state,
        CampaignState::Preparing { .. } | CampaignState::Sending
    );
    goes_on || campaign.counts.accepted > 0 && age < REPORTS_EXPECTED
}

#[cfg(test)]
mod tests {
    use septet_core::wire::{Counts, Timing};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn page(ids: &[&str], after: Option<&str>) -> CampaignPage {
        let campaigns = ids.iter().map(|id| CampaignSummary {
            id: (*id).into(),
            name: "HUBSPOT_SMS_2026_11".into(),
            sender: "Septet".into(),
            text: String::new(),
            workflow: false,
            ignores_opt_outs: false,
            state: CampaignState::Finished,
            created_at: 0,
            timing: Timing::default(),
            next_at: None,
            counts: Counts::default(),
        });
        CampaignPage {
            campaigns: campaigns.collect(),
            after: after.map(Into::into),
        }
    }

    #[wasm_bindgen_test]
    fn a_new_campaign_stands_in_front_and_loaded_pages_stay() {
        let known = page(&["d", "c", "b", "a"], None);
        let fresh = page(&["e", "d", "c"], Some("c"));
        assert_eq!(
            refreshed(known, fresh),
            page(&["e", "d", "c", "b", "a"], None)
        );
    }
}
