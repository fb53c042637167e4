//! What has just been sent, as it goes: right here, without another page.

use leptos::prelude::*;
use septet_core::wire::{CampaignState, CampaignSummary};

use crate::components::{Button, CampaignStateLabel, Icon, Look, Notice, Shape, Tone};
use crate::dom::{View, dynamic, effect, view};
use crate::i18n::{composer, locale, t};
use crate::live::{Announcer, Bar, LiveCampaign, Newest, Recipients, tally};
use crate::router::{self, Link, Route};
use crate::session::use_session;
use crate::words;

/// Progress, message by message.
#[component]
pub(super) fn Sent(campaign: CampaignSummary) -> View {
    let live = LiveCampaign::watch(campaign.id.clone());
    let to = Route::Campaign {
        id: campaign.id.clone(),
    };
    let name = campaign.name.clone();
    let Newest {
        campaign,
        state,
        counts,
    } = live.newest(campaign);
    let paused = move || match state.get() {
        CampaignState::Paused { reason } => {
            view! { <Notice tone=Tone::Warning><p>{t(words::pause(reason))}</p></Notice> }
        }
        CampaignState::Sending | CampaignState::Finished | CampaignState::Cancelled => {
            View::nothing()
        }
    };
    let heading = Signal::derive(move || composer::sent_title(locale(), &name));
    let title = NodeRef::<leptos::html::H1>::new();
    effect(move || {
        if let Some(title) = title.get() {
            window().scroll_to_with_x_and_y(0.0, 0.0);
            // The dialog that had the focus is gone; reading goes on here.
            let _ = title.focus();
        }
    });
    view! {
        <header class="page-header">
            <div>
                <h1 node_ref=title tabindex="-1">{heading}</h1>
                <p class="page-intro">
                    {dynamic(move || view! { <CampaignStateLabel state=state.get() /> })}
                    <span>{t(composer::sent_intro)}</span>
                </p>
            </div>
            <div class="page-actions">
                {handset()}
                <Link to class=Look::Secondary.class() test="to-campaign">{t(composer::to_campaign)}</Link>
                <Button
                    look=Look::Primary
                    test="write-another"
                    on_press=|| router::go(&Route::Composer { draft: None })
                >
                    <Icon shape=Shape::Pencil />
                    {t(composer::write_another)}
                </Button>
            </div>
        </header>
        {dynamic(paused)}
        <Announcer campaign />
        <section class="card overview" data-testid="progress">
            <Bar counts />
            <p>{Signal::derive(move || counts.with(|counts| tally(locale(), counts)))}</p>
        </section>
        <Recipients live />
    }
}

/// Where the messages can be read, in the sandbox.
fn handset() -> View {
    let link = use_session().handset_url.map(|url| {
        view! {
            <a href=url target="_blank" rel="noopener" class=Look::Secondary.class()>
                <Icon shape=Shape::Phone />
                {t(composer::read_on_handset)}
            </a>
        }
    });
    link.into()
}
