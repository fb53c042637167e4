//! Who got the message, who did not, and why: a table that turns into cards on phones.

use leptos::prelude::*;
use septet_core::delivery::MessageState;
use septet_core::wire::RecipientRow;

use super::LiveCampaign;
use crate::components::{Button, ErrorNotice, Icon, MessageStateLabel, Shape, Skeleton};
use crate::format;
use crate::i18n::{Locale, campaigns, common, locale, t};
use crate::session::use_session;
use crate::words;

/// In the order in which a message goes through them.
const STATES: [MessageState; 8] = [
    MessageState::Pending,
    MessageState::Claimed,
    MessageState::Attempting,
    MessageState::Accepted,
    MessageState::Delivered,
    MessageState::Undelivered,
    MessageState::NotSent,
    MessageState::InDoubt,
];

/// The recipients of a campaign that is being watched.
#[component]
pub(crate) fn Recipients(live: LiveCampaign) -> impl IntoView {
    let LiveCampaign {
        rows,
        loading,
        failure,
        ..
    } = live;
    let none = move || rows.with(|rows| rows.loaded.is_empty());
    let more = move || rows.with(|rows| rows.after.is_some());
    view! {
        <section class="card recipients" aria-labelledby="recipients-title">
            <header class="recipients-header">
                <h2 id="recipients-title">{t(campaigns::recipients)}</h2>
                <Filter live />
            </header>
            <Show when=move || !none()>
                <Table live />
            </Show>
            <Show when=move || none() && loading.get()>
                <Skeleton lines=3 />
            </Show>
            <Show when=move || none() && !loading.get() && failure.with(Option::is_none)>
                <p class="recipients-empty">{t(campaigns::filter_empty)}</p>
            </Show>
            {move || failure.get().map(|error| view! {
                <ErrorNotice error on_retry=Callback::new(move |()| live.load_first()) />
            })}
            <Show when=move || more() && !none()>
                <div class="load-more">
                    <Button busy=loading on_press=move || live.load_more()>
                        {t(common::load_more)}
                    </Button>
                </div>
            </Show>
        </section>
    }
}

#[component]
fn Filter(live: LiveCampaign) -> impl IntoView {
    view! {
        <label class="filter">
            <span>{t(campaigns::filter)}</span>
            <select
                class="select-quiet"
                data-testid="filter"
                on:change:target=move |event| {
                    let chosen = event.target().value();
                    let states = STATES.into_iter();
                    live.filter(states.clone().find(|state| words::wire_name(state) == chosen));
                }
            >
                <option value="">{t(campaigns::filter_all)}</option>
                {STATES.map(|state| view! {
                    <option value=words::wire_name(&state)>
                        {move || words::message_state(locale(), state)}
                    </option>
                })}
            </select>
        </label>
    }
}

/// The roles are spelt out because the cards' layout takes a table's own away.
#[component]
fn Table(live: LiveCampaign) -> impl IntoView {
    let columns: [fn(Locale) -> &'static str; 5] = [
        campaigns::column_recipient,
        campaigns::column_state,
        campaigns::column_parts,
        campaigns::column_time,
        campaigns::column_response,
    ];
    view! {
        <table class="table" role="table" aria-labelledby="recipients-title">
            <thead role="rowgroup">
                <tr role="row">
                    {columns.map(|column| view! {
                        <th role="columnheader" scope="col">{t(column)}</th>
                    })}
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For
                    each=move || live.rows.with(|rows| rows.loaded.clone())
                    key=version
                    let:row
                >
                    <Row row />
                </For>
            </tbody>
        </table>
    }
}

/// Whatever a row shows; a change of it makes another row.
fn version(row: &RecipientRow) -> (String, MessageState, i64, bool, bool) {
    let marks = (row.clicked_at.is_some(), row.unsubscribed_at.is_some());
    (row.id.clone(), row.state, row.updated_at, marks.0, marks.1)
}

/// Drawn anew whenever anything about the recipient changes.
#[component]
fn Row(row: RecipientRow) -> impl IntoView {
    let RecipientRow {
        name,
        phone,
        contact_id,
        state,
        reason,
        parts,
        updated_at,
        ..
    } = row;
    let clicked = row.clicked_at.is_some();
    let unsubscribed = row.unsubscribed_at.is_some();
    let explanation = move || match (state, reason) {
        (MessageState::NotSent, Some(reason)) => Some(words::not_sent(locale(), reason)),
        (MessageState::Undelivered, _) => Some(campaigns::row_undelivered(locale())),
        (MessageState::InDoubt, _) => Some(campaigns::row_in_doubt(locale())),
        _ => None,
    };
    let without_number = phone.is_none();
    view! {
        <tr
            role="row"
            data-testid="message-row"
            data-state=words::wire_name(&state)
            data-reason=reason.map(|reason| words::wire_name(&reason))
            data-clicked=clicked.then_some("true")
            data-unsubscribed=unsubscribed.then_some("true")
        >
            <td role="cell" class="cell-recipient">
                <Name name contact_id />
                <span class="cell-phone">
                    {phone}
                    {without_number.then(|| t(campaigns::no_phone))}
                </span>
            </td>
            <td role="cell" class="cell-state">
                <MessageStateLabel state=Signal::stored(state) />
                {move || explanation().map(|words| view! { <p>{words}</p> })}
            </td>
            <td role="cell" data-label=t(campaigns::column_parts)>
                {parts.map_or_else(|| "–".to_owned(), |parts| parts.to_string())}
            </td>
            <td role="cell" data-label=t(campaigns::column_time)>
                <time datetime=format::iso(updated_at)>
                    {move || format::moment(locale(), updated_at)}
                </time>
            </td>
            <td role="cell" class="cell-response">
                <Show when=move || clicked>
                    <span class="mark"><Icon shape=Shape::Click />{t(campaigns::row_clicked)}</span>
                </Show>
                <Show when=move || unsubscribed>
                    <span class="mark"><Icon shape=Shape::Stop />{t(campaigns::row_unsubscribed)}</span>
                </Show>
            </td>
        </tr>
    }
}

/// A link to the record, except in the sandbox, whose HubSpot has no records to look at.
#[component]
fn Name(name: String, contact_id: String) -> impl IntoView {
    let session = use_session();
    let label = name.clone();
    if session.handset_url.is_some() {
        return view! { <strong>{name}</strong> }.into_any();
    }
    let portal = session.portal;
    let record = format!(
        "https://{}/contacts/{}/record/0-1/{contact_id}",
        portal.ui_domain, portal.id
    );
    view! {
        <a
            href=record
            target="_blank"
            rel="noopener"
            title=move || campaigns::open_in_hubspot(locale(), &label)
        >
            {name}
        </a>
    }
    .into_any()
}
