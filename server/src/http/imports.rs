//! Files of recipients: sent in, looked at, removed.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use septet_core::wire::{ErrorCode, Import};
use serde::Deserialize;

use super::csv::{self, Choice, PAGE, Pages};
use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::imports::write;
use crate::receiving;
use crate::store::{self, Removed};
use crate::texts::{Language, Texts};

/// How the file is called.
#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

/// `POST /api/imports`: the body is the file.
pub(super) async fn receive(
    person: SignedIn,
    State(app): State<App>,
    named: Result<Query<Named>, QueryRejection>,
    body: Body,
) -> ApiResult<(StatusCode, Json<Import>)> {
    let Query(Named { name }) = named?;
    let import = receiving::receive(app, person.portal, name, body).await?;
    Ok((StatusCode::CREATED, Json(import)))
}

/// `GET /api/imports/{id}`
pub(super) async fn show(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Json<Import>> {
    Ok(Json(find(&app, person.portal, &id).await?))
}

/// `DELETE /api/imports/{id}`
pub(super) async fn delete(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<StatusCode> {
    match app.store.remove_import(person.portal, &id).await? {
        Removed::Done => Ok(StatusCode::NO_CONTENT),
        Removed::InUse => Err(ErrorCode::WrongState.into()),
        Removed::NotFound => Err(ErrorCode::NotFound.into()),
    }
}

/// `GET /api/imports/{id}/bad.csv`
pub(super) async fn bad(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
    choice: Result<Query<Choice>, QueryRejection>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let Query(Choice { lang }) = choice?;
    let texts = Language::of(lang.as_deref(), &headers).texts();
    let import = find(&app, person.portal, &id).await?;
    let labels = import.columns.iter().map(|column| column.label.as_str());
    let columns = [texts.file_line.as_str(), &texts.file_reason];
    let columns = columns.into_iter().chain(labels);
    let name = "attachment; filename=\"bad.csv\"";
    Ok(csv::file(name, columns, async move |pages| {
        write_bad(app, person.portal, id, texts, pages).await
    }))
}

async fn write_bad(
    app: App,
    portal: u64,
    id: String,
    texts: &Texts,
    pages: Pages,
) -> store::Result<()> {
    let mut after = 0;
    loop {
        let rows = app.store.bad_rows(portal, &id, after, PAGE).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.line;
        let mut page = String::new();
        for row in &rows {
            let line = row.line.to_string();
            let reason = row.fault.map_or("", |fault| texts.fault(fault));
            let fields = row.fields.iter().map(String::as_str);
            write::row([line.as_str(), reason].into_iter().chain(fields), &mut page);
        }
        if !pages.hand_in(page).await {
            return Ok(());
        }
    }
}

async fn find(app: &App, portal: u64, id: &str) -> ApiResult<Import> {
    let import = app.store.find_import(portal, id).await?;
    Ok(import.ok_or(ErrorCode::NotFound)?)
}
