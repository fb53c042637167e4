//! How far a campaign's audience has been read, while that goes on.

use leptos::prelude::*;
use septet_core::wire::{CampaignState, CampaignSummary};

use super::tally;
use crate::dom::{View, dynamic, view};
use crate::format::number;
use crate::i18n::{Locale, campaigns, locale};
use crate::signals::Memo;

/// Such as "1,200 of 10,000 prepared", or what became of the messages once they leave.
pub(crate) fn progress(locale: Locale, campaign: &CampaignSummary) -> String {
    let CampaignState::Preparing {
        done,
        total,
        stalled,
    } = campaign.state
    else {
        return tally(locale, &campaign.counts);
    };
    let mut words = campaigns::prepared(locale, total, &number(locale, done));
    if stalled {
        words.push_str(". ");
        words.push_str(campaigns::prepare_stalled.of(locale));
    }
    words
}

/// The same as a bar with words; nothing once messages leave.
#[component]
pub(crate) fn Preparing(campaign: Memo<CampaignSummary>) -> View {
    let preparing = Memo::new(move |_| {
        campaign.with(|campaign| matches!(campaign.state, CampaignState::Preparing { .. }))
    });
    let of = move |part: fn(u64, u64) -> u64| {
        Signal::derive(move || match campaign.with(|campaign| campaign.state) {
            CampaignState::Preparing { done, total, .. } => part(done, total).to_string(),
            _ => String::new(),
        })
    };
    dynamic(move || {
        if !preparing.get() {
            return View::nothing();
        }
        let words = Signal::derive(move || {
            let locale = locale();
            campaign.with(|campaign| progress(locale, campaign))
        });
        view! {
            <div class="preparing" data-testid="preparing">
                <progress value=of(|done, _| done) max=of(|_, total| total.max(1)) aria-label=words></progress>
                <p>{words}</p>
            </div>
        }
    })
}

#[cfg(test)]
mod tests {
    use septet_core::wire::{Counts, Timing};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn progress_says_how_far_and_whether_it_is_stuck() {
        let mut campaign = CampaignSummary {
            id: "17".into(),
            name: "HUBSPOT_SMS_2026_11".into(),
            sender: "Septet".into(),
            text: String::new(),
            workflow: false,
            ignores_opt_outs: false,
            state: CampaignState::Preparing {
                done: 1_200,
                total: 10_000,
                stalled: false,
            },
            created_at: 0,
            timing: Timing::default(),
            next_at: None,
            counts: Counts::default(),
        };
        assert_eq!(progress(Locale::En, &campaign), "1,200 of 10,000 prepared");
        campaign.state = CampaignState::Preparing {
            done: 0,
            total: 1,
            stalled: true,
        };
        assert_eq!(
            progress(Locale::En, &campaign),
            "0 of 1 prepared. HubSpot has not answered for a while; it is asked again and again."
        );
        campaign.state = CampaignState::Sending;
        assert_eq!(progress(Locale::En, &campaign), "0 recipients");
    }
}
