//! A campaign whose file is still being read into recipients: how many there are so far.

use leptos::prelude::*;
use septet_core::wire::{CampaignState, Counts};

use crate::dom::{View, view, when};
use crate::i18n::{campaigns, locale};

/// Only while it is being prepared; nobody knows yet how many there will be.
#[component]
pub(super) fn Preparing(state: Memo<CampaignState>, counts: Signal<Counts>) -> View {
    let words = Signal::derive(move || {
        let so_far = counts.with(|counts| counts.total);
        campaigns::preparing(locale(), so_far)
    });
    let shown = move || {
        view! {
            <div class="preparing" data-testid="preparing">
                <progress aria-label=words></progress>
                <p class="pace">{words}</p>
            </div>
        }
    };
    when(move || state.get() == CampaignState::Preparing, shown)
}
