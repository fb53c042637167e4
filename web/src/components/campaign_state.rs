//! Where a campaign stands, as an icon and a word.

use leptos::prelude::*;
use septet_core::wire::CampaignState;

use super::{Icon, Shape};
use crate::i18n::locale;
use crate::words;

/// A chip such as "‖ Paused".
#[component]
pub(crate) fn CampaignStateLabel(#[prop(into)] state: Signal<CampaignState>) -> impl IntoView {
    let look = move || match state.get() {
        CampaignState::Sending => (Shape::Plane, "state state-moving", "sending"),
        CampaignState::Paused { .. } => (Shape::Pause, "state state-doubt", "paused"),
        CampaignState::Finished => (Shape::Check, "state state-good", "finished"),
        CampaignState::Cancelled => (Shape::Stop, "state", "cancelled"),
    };
    view! {
        <span
            class=move || look().1
            data-testid="campaign-state"
            data-state=move || look().2
        >
            {move || view! { <Icon shape=look().0 /> }}
            {move || words::campaign_state(locale(), state.get())}
        </span>
    }
}
