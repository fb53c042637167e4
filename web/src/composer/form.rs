//! The composer's two columns: what is written, and what a phone will show.

use leptos::prelude::*;
use septet_core::wire::CampaignSummary;

use super::editor::Editor;
use super::fields::{CampaignFields, EncodingFields, LinkFields, SenderField};
use super::preview::Preview;
use super::recipients::Recipients;
use super::saving::SavedLabel;
use super::send::Send;
use super::state::State;
use crate::i18n::{composer, t};

#[component]
pub(super) fn Form(state: State, sent: RwSignal<Option<CampaignSummary>>) -> impl IntoView {
    let pressed = RwSignal::new(0_u32);
    view! {
        <header class="page-header">
            <h1>{t(composer::title)}</h1>
            <SavedLabel />
        </header>
        <div
            class="composer"
            on:keydown=move |event| {
                if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                    event.prevent_default();
                    pressed.update(|times| *times += 1);
                }
            }
        >
            <div class="composer-form">
                <section class="card">
                    <Recipients state />
                </section>
                <section class="card">
                    <SenderField state />
                    <Editor state />
                    <EncodingFields state />
                </section>
                <section class="card">
                    <LinkFields state />
                    <CampaignFields state />
                </section>
            </div>
            <div class="composer-side">
                <Preview state />
                <Send state sent pressed />
            </div>
        </div>
    }
}
