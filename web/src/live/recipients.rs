//! Who got the message, who did not, and why: a table that turns into cards on phones.

use leptos::prelude::*;
use septet_core::delivery::{Decision, MessageState};
use septet_core::wire::{Counts, Decided, RecipientRow};

use super::history::History;
use super::{Doubtful, LiveCampaign};
use crate::api;
use crate::components::{
    Button, ErrorNotice, Icon, Look, MessageStateLabel, Moment, Shape, Skeleton,
};
use crate::dom::{Entry, View, dynamic, each, value, view, when};
use crate::i18n::{Text, campaigns, common, locale, locale_untracked, t};
use crate::session::use_session;
use crate::words;

/// The recipients of a campaign that is being watched.
#[component]
pub(crate) fn Recipients(live: LiveCampaign, counts: Signal<Counts>) -> View {
    let LiveCampaign {
        id,
        rows,
        loading,
        failure,
        ..
    } = live;
    let none = move || rows.with(|rows| rows.loaded.is_empty());
    let more = move || rows.with(|rows| rows.after.is_some());
    let instead = move || match failure.get() {
        Some(error) => {
            view! { <ErrorNotice error on_retry=move || live.load_first() /> }
        }
        None if !none() => View::nothing(),
        None if loading.get() => view! { <Skeleton lines=3 /> },
        None => view! { <p class="outcomes-empty">{t(campaigns::filter_empty)}</p> },
    };
    let load_more = move || {
        view! {
            <div class="load-more">
                <Button busy=loading on_press=move || live.load_more()>
                    {t(common::load_more)}
                </Button>
            </div>
        }
    };
    let left_out = move || {
        let url = move || id.with_value(|id| api::exclusions_url(id, locale().code()));
        view! {
            <a
                class="outcomes-file"
                href=url
                download="exclusions.csv"
                data-testid="download-left-out"
            >
                {t(campaigns::download_left_out)}
            </a>
        }
    };
    view! {
        <section class="card outcomes" aria-labelledby="recipients-title">
            <header class="outcomes-header">
                <h2 id="recipients-title">{t(campaigns::recipients)}</h2>
                {when(move || counts.with(|counts| counts.not_sent > 0), left_out)}
                <Filter live />
            </header>
            {when(move || !none(), move || view! { <Table live /> })}
            {dynamic(instead)}
            {when(move || more() && !none(), load_more)}
        </section>
    }
}

#[component]
fn Filter(live: LiveCampaign) -> View {
    let option = |state: &MessageState| {
        let label = t(words::message_state(*state));
        view! { <option value=state.name()>{label}</option> }
    };
    let options: Vec<_> = MessageState::ALL.iter().map(option).collect();
    view! {
        <label class="filter">
            <span>{t(campaigns::filter)}</span>
            <select
                class="select-quiet"
                data-testid="filter"
                on:change=move |event| live.filter(MessageState::from_name(&value(&event)))
            >
                <option value="">{t(campaigns::filter_all)}</option>
                {options}
            </select>
        </label>
    }
}

/// The roles are spelt out because the cards' layout takes a table's own away.
#[component]
fn Table(live: LiveCampaign) -> View {
    let columns: [Text; 5] = [
        campaigns::column_recipient,
        campaigns::column_state,
        campaigns::column_parts,
        campaigns::column_time,
        campaigns::column_response,
    ];
    let entries = move || {
        let entry = |row: &RecipientRow| {
            let row = row.clone();
            Entry::new(version(&row), move || view! { <Row live row /> })
        };
        live.rows
            .with(|rows| rows.loaded.iter().map(entry).collect())
    };
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
                {each(entries)}
            </tbody>
        </table>
    }
}

/// Whatever a row shows and can change; a change of it makes another row.
fn version(row: &RecipientRow) -> String {
    let changed = [
        Some(row.updated_at),
        row.clicked_at,
        row.unsubscribed_at,
        row.replied_at,
    ];
    let changed = changed.map(|at| at.unwrap_or_default().to_string());
    let state = row.state.name();
    [&row.id, " ", state, " ", &changed.join(" ")].concat()
}

/// Drawn anew whenever anything about the recipient changes.
#[component]
fn Row(live: LiveCampaign, row: RecipientRow) -> View {
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
    let explanation: Option<Text> = match (state, reason) {
        (MessageState::NotSent, Some(reason)) => Some(words::not_sent(reason)),
        (MessageState::Undelivered, _) => Some(campaigns::row_undelivered),
        (MessageState::InDoubt, _) => Some(campaigns::row_in_doubt),
        _ => None,
    };
    let decided = row.decided.map(|Decided { decision, by, .. }| {
        let said = match decision {
            Decision::CountAsSent => campaigns::decided_count,
            Decision::Resend => campaigns::decided_resend,
            Decision::Drop => campaigns::decided_drop,
        };
        Signal::derive(move || said(locale(), &by))
    });
    let history = view! {
        <History campaign=live.id recipient=row.id.clone() name=name.clone() />
    };
    let doubtful = Doubtful::One {
        id: row.id,
        name: words::name(locale_untracked(), &name),
    };
    let decide = move || {
        let doubtful = doubtful.clone();
        view! {
            <Button
                look=Look::Quiet
                test="decide-one"
                on_press=move || live.deciding.set(Some(doubtful.clone()))
            >
                {t(campaigns::decide)}
            </Button>
        }
    };
    let number = match phone {
        Some(phone) => view! { {phone} },
        None => view! { {t(campaigns::no_phone)} },
    };
    let marks = [
        (clicked, Shape::Click, campaigns::row_clicked as Text),
        (unsubscribed, Shape::Stop, campaigns::row_unsubscribed),
    ];
    let marks = marks
        .into_iter()
        .filter(|mark| mark.0)
        .map(|(_, shape, words)| {
            view! { <span class="response"><Icon shape />{t(words)}</span> }
        });
    view! {
        <tr
            role="row"
            data-testid="message-row"
            data-state=state.name()
            data-reason=reason.map(septet_core::delivery::NotSentReason::name)
            data-clicked=clicked.then_some("true")
            data-unsubscribed=unsubscribed.then_some("true")
        >
            <td role="cell" class="cell-recipient">
                <Name name contact_id />
                <span class="cell-phone">{number}</span>
            </td>
            <td role="cell" class="cell-state">
                <MessageStateLabel state />
                {explanation.map(|words| view! { <p>{t(words)}</p> })}
                {decided.map(|words| view! { <p data-testid="decided">{words}</p> })}
                {(state == MessageState::InDoubt).then(decide)}
                {history}
            </td>
            <td role="cell" data-label=t(campaigns::column_parts)>
                {parts.map_or_else(|| "–".to_owned(), |parts| parts.to_string())}
            </td>
            <td role="cell" data-label=t(campaigns::column_time)>
                <Moment at=updated_at />
            </td>
            <td role="cell" class="cell-response">{marks.collect::<Vec<_>>()}</td>
        </tr>
    }
}

/// A link to the record; the sandbox's HubSpot has none to look at, and a row of a file is in nobody's.
#[component]
fn Name(name: String, contact_id: String) -> View {
    let session = use_session();
    let label = name.clone();
    if session.handset_url.is_some() || words::row(&contact_id).is_some() {
        return view! { <strong>{move || words::name(locale(), &name)}</strong> };
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
            title=Signal::derive(move || campaigns::open_in_hubspot(locale(), &label))
        >
            {name}
        </a>
    }
}
