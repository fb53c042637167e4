//! The composer's two columns: what is written, and what a phone will show.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::confirm::Confirmation;
use super::editor::Editor;
use super::fixed::Fixed;
use super::options::Options;
use super::preview::Preview;
use super::recipients::Recipients;
use super::saving::{SavedLabel, Saving};
use super::send::{SendBar, Sending};
use super::sender::SenderField;
use super::state::State;
use crate::dom::{View, view};
use crate::embed;
use crate::i18n::{composer, t};

/// Ctrl+Enter, or Cmd+Enter, anywhere in it asks to send.
#[component]
pub(super) fn Form(state: State, sending: Sending, saved: Saving) -> View {
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            sending.ask();
        }
    };
    view! {
        <header class="page-header composer-header">
            <h1>{t(composer::title)}</h1>
            <SavedLabel saved />
        </header>
        <div class="composer" on:keydown=on_key>
            <div class="composer-form">
                <section class="card panel">
                    <SenderField state />
                    <Editor state />
                </section>
                <section class="card panel">
                    {if embed::is_here() {
                        view! { <Fixed state /> }
                    } else {
                        view! { <Recipients state /> }
                    }}
                </section>
                <section class="card panel">
                    <Options state />
                </section>
            </div>
            <aside class="composer-side">
                <Preview state />
            </aside>
            <SendBar state sending />
        </div>
        <Confirmation state sending />
    }
}
