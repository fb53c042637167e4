//! After sending from inside HubSpot: what becomes of the message, and the way out.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use septet_core::wire::{CampaignState, CampaignSummary};

use crate::api;
use crate::components::{Button, Icon, Look, Shape};
use crate::dom::{View, view};
use crate::embed;
use crate::format::number;
use crate::i18n::{common, composer, locale, t};
use crate::signals::RwSignal;

/// Between two looks: a stream could not say who asks.
const BETWEEN: Duration = Duration::from_secs(1);
/// After so many of them nobody waits any more.
const LOOKS: u32 = 60;

#[component]
pub(super) fn Sent(campaign: CampaignSummary) -> View {
    embed::tell("DONE");
    let newest = RwSignal::new(campaign);
    follow(newest, LOOKS);
    let states = move || {
        let counts = newest.with(|campaign| campaign.counts);
        let shown = [
            (common::state_pending, counts.pending),
            (common::state_accepted, counts.accepted),
            (common::state_delivered, counts.delivered),
            (common::state_undelivered, counts.undelivered),
            (common::state_not_sent, counts.not_sent),
            (common::state_in_doubt, counts.in_doubt),
        ];
        let shown = shown.into_iter().filter(|(_, messages)| *messages > 0);
        let shown = shown.map(|(state, messages)| {
            let locale = locale();
            // One message has a state, several have numbers.
            let words = if counts.total == 1 {
                state.of(locale).to_owned()
            } else {
                [&number(locale, messages), " ", state.of(locale)].concat()
            };
            view! { <li>{words}</li> }
        });
        View::from(shown.collect::<Vec<_>>())
    };
    view! {
        <section class="card panel embed-sent" data-testid="embed-sent">
            <Icon shape=Shape::Check />
            <h1 tabindex="-1">{t(composer::embed_sent)}</h1>
            <ul role="status" data-testid="embed-states">{crate::dom::dynamic(states)}</ul>
            <Button look=Look::Primary test="embed-close" on_press=|| embed::tell("DONE")>
                {t(composer::embed_close)}
            </Button>
            <p class="field-hint">{t(composer::embed_close_hint)}</p>
        </section>
    }
}

/// Asks again and again until everything that can be known soon is known.
fn follow(newest: RwSignal<CampaignSummary>, looks: u32) {
    if looks == 0 || newest.try_with_untracked(is_settled) != Some(false) {
        return;
    }
    let look = move || {
        let Some(id) = newest.try_with_untracked(|campaign| campaign.id.clone()) else {
            return;
        };
        spawn_local(async move {
            if let Ok(campaign) = api::campaign(&id).await {
                newest.try_set(campaign);
            }
            follow(newest, looks - 1);
        });
    };
    set_timeout(look, BETWEEN);
}

fn is_settled(campaign: &CampaignSummary) -> bool {
    let counts = campaign.counts;
    let waits = counts.pending + counts.accepted;
    waits == 0
        && matches!(
            campaign.state,
            CampaignState::Finished | CampaignState::Cancelled
        )
}
