//! Where a campaign stands, as an icon and a word.

use leptos::prelude::*;
use septet_core::wire::CampaignState;

use super::{Icon, Shape};
use crate::dom::{View, view};
use crate::i18n::t;
use crate::words;

/// A chip such as "‖ Paused".
#[component]
pub(crate) fn CampaignStateLabel(state: CampaignState) -> View {
    let (shape, class, name) = match state {
        CampaignState::Preparing { .. } => (Shape::Clock, "state", "preparing"),
        CampaignState::Sending => (Shape::Plane, "state state-moving", "sending"),
        CampaignState::Paused { .. } => (Shape::Pause, "state state-doubt", "paused"),
        CampaignState::Finished => (Shape::Check, "state state-good", "finished"),
        CampaignState::Cancelled => (Shape::Stop, "state", "cancelled"),
    };
    view! {
        <span class=class data-testid="campaign-state" data-state=name>
            <Icon shape />
            {t(words::campaign_state(state))}
        </span>
    }
}
