//! `GET /api/campaigns/{id}/exclusions.csv`: everybody who was left out, and why.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use septet_core::delivery::MessageState;
use septet_core::wire::{ErrorCode, RecipientRow};

use super::csv::{self, Choice, PAGE, Pages};
use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::imports::write;
use crate::store;
use crate::texts::Language;

pub(super) async fn file(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
    choice: Result<Query<Choice>, QueryRejection>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let Query(Choice { lang }) = choice?;
    let language = Language::of(lang.as_deref(), &headers);
    let campaign = app.store.campaign(person.portal, &id).await?;
    campaign.ok_or(ErrorCode::NotFound)?;
    let texts = language.texts();
    let columns = [
        texts.file_name.as_str(),
        &texts.file_number,
        &texts.file_contact,
        &texts.file_reason,
    ];
    let name = "attachment; filename=\"exclusions.csv\"";
    Ok(csv::file(name, columns, async move |pages| {
        write_rows(app, person.portal, id, language, pages).await
    }))
}

async fn write_rows(
    app: App,
    portal: u64,
    campaign: String,
    language: Language,
    pages: Pages,
) -> store::Result<()> {
    let mut after = 0;
    loop {
        let state = Some(MessageState::NotSent);
        let rows = app.store.recipients(portal, &campaign, state, after, PAGE);
        let rows = rows.await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.id.parse().unwrap_or(i64::MAX);
        let mut page = String::new();
        for row in &rows {
            write::row(cells(row, language), &mut page);
        }
        if !pages.hand_in(page).await {
            return Ok(());
        }
    }
}

fn cells(row: &RecipientRow, language: Language) -> [&str; 4] {
    let reason = row.reason.map_or("", |reason| language.not_sent(reason));
    let phone = row.phone.as_deref().unwrap_or_default();
    [&row.name, phone, &row.contact_id, reason]
}
