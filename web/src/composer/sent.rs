//! What has just been sent, as it goes: right here, without another page.

use leptos::prelude::*;
use septet_core::wire::CampaignSummary;

use crate::components::{Button, Look, Notice, Tone};
use crate::i18n::{composer, t};
use crate::live::{Announcer, Bar, LiveCampaign, Recipients};
use crate::remote::Remote;
use crate::router::{Link, Route};
use crate::session::use_session;
use crate::words;
use septet_core::wire::CampaignState;

/// Progress, message by message.
#[component]
pub(super) fn Sent(
    campaign: CampaignSummary,
    on_new: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let live = LiveCampaign::watch(campaign.id.clone());
    let id = campaign.id.clone();
    let name = campaign.name.clone();
    let campaign = Memo::new(move |_| {
        live.summary.with(|summary| match summary {
            Remote::Ready(summary) => summary.clone(),
            Remote::Loading | Remote::Failed(_) => campaign.clone(),
        })
    });
    let counts = Signal::derive(move || campaign.with(|campaign| campaign.counts));
    let handset = use_session().handset_url;
    view! {
        <header class="page-header">
            <div>
                <h1>{name}</h1>
                <p class="page-intro">{t(composer::sent_intro)}</p>
            </div>
            <div class="page-actions">
                <Link to=Route::Campaign { id } class="button" test="to-campaign">{t(composer::to_campaign)}</Link>
                <Button look=Look::Primary test="write-another" on_press=on_new>{t(composer::write_another)}</Button>
            </div>
        </header>
        {move || match campaign.with(|campaign| campaign.state) {
            CampaignState::Paused { reason } => Some(view! {
                <Notice tone=Tone::Warning><p>{t(words::pause(reason))}</p></Notice>
            }),
            _ => None,
        }}
        {handset.map(|handset| view! {
            <Notice tone=Tone::Info>
                <p>
                    {t(composer::read_on_handset)}
                    " "
                    <a href=handset target="_blank" rel="noopener noreferrer">{t(composer::open_handset)}</a>
                </p>
            </Notice>
        })}
        <Announcer campaign />
        <section class="card overview" data-testid="progress">
            <Bar counts />
        </section>
        <Recipients live />
    }
}
