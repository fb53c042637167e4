//! What an account sets, and taking it apart from HubSpot.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use septet_core::wire::{
    AuditPage, Choices, Credentials, ErrorCode, Links, LinksGiven, Settings, UnsubscribePage,
};
use serde::Deserialize;
use url::Url;

use super::cookie::SESSION;
use super::problem::{ApiError, ApiResult};
use super::public::{Shown, page_of};
use super::session::SignedIn;
use crate::abroad::AbroadError;
use crate::app::App;
use crate::nrs::AccountState;
use crate::{clock, secrets};

/// Entries of the audit that are shown.
const AUDITED: u32 = 200;

/// Most characters of a user or a password at 360nrs.
const MOST: usize = 200;

/// `GET /api/settings`
pub(super) async fn show(person: SignedIn, State(app): State<App>) -> ApiResult<Json<Settings>> {
    settings(&app, person.portal).await
}

/// `PUT /api/settings`
pub(super) async fn save(
    person: SignedIn,
    State(app): State<App>,
    choices: Result<Json<Choices>, JsonRejection>,
) -> ApiResult<Json<Settings>> {
    let Json(choices) = choices?;
    app.store.save_choices(person.portal, choices).await?;
    settings(&app, person.portal).await
}

/// `PUT /api/provider`: kept only if 360nrs takes them.
pub(super) async fn give_provider(
    person: SignedIn,
    State(app): State<App>,
    credentials: Result<Json<Credentials>, JsonRejection>,
) -> ApiResult<Json<Settings>> {
    let Json(mut credentials) = credentials?;
    credentials.username = credentials.username.trim().to_owned();
    let fits = |text: &str| !text.is_empty() && text.len() <= MOST && !text.contains(':');
    if !fits(&credentials.username) || !(1..=MOST).contains(&credentials.password.len()) {
        return Err(ErrorCode::BadRequest.into());
    }
    match app.providers.give(person.portal, credentials).await? {
        AccountState::Ready { .. } => settings(&app, person.portal).await,
        AccountState::CredentialsRefused => Err(ApiError::with(
            ErrorCode::ProviderCredentialsRefused,
            StatusCode::UNPROCESSABLE_ENTITY,
        )),
        AccountState::Unreachable => Err(ErrorCode::ProviderUnreachable.into()),
    }
}

/// `DELETE /api/provider`
pub(super) async fn take_provider(
    person: SignedIn,
    State(app): State<App>,
) -> ApiResult<Json<Settings>> {
    app.providers.take_away(person.portal).await?;
    settings(&app, person.portal).await
}

/// `POST /api/disconnect`: uninstalls the app from the HubSpot account. Its campaigns pause,
/// and everybody is signed out; connecting again resumes.
pub(super) async fn disconnect(person: SignedIn, State(app): State<App>) -> ApiResult<Response> {
    app.hubspot.uninstall(person.portal).await?;
    app.store.end_sessions_of(person.portal).await?;
    tracing::info!(
        portal = person.portal,
        "an account was disconnected by its people"
    );
    let gone = SESSION.write("", 0, app.is_secure());
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

/// `PUT /api/settings/links`: a host is kept only if it leads here.
pub(super) async fn save_links(
    person: SignedIn,
    State(app): State<App>,
    given: Result<Json<LinksGiven>, JsonRejection>,
) -> ApiResult<Json<Settings>> {
    let Json(given) = given?;
    let host = match given.host.trim() {
        "" => None,
        written => Some(leads_here(&app, written).await?),
    };
    let (portal, email) = (person.portal, &person.user.email);
    let before = app.store.link_host(portal).await?;
    app.store
        .save_links(portal, host.as_deref(), &given.utm)
        .await?;
    if before != host {
        let about = host.unwrap_or_default();
        let now = clock::now();
        app.store
            .audit(portal, email, "link_host", &about, now)
            .await?;
    }
    settings(&app, portal).await
}

/// The host, if whoever answers there has our key.
async fn leads_here(app: &App, written: &str) -> ApiResult<String> {
    let abroad = app.config.abroad;
    let host = abroad.host(written).map_err(|_| ErrorCode::BadLinkHost)?;
    let challenge = secrets::code(24)?;
    let url = format!(
        "{}://{host}/.well-known/septet/{challenge}",
        abroad.scheme()
    );
    let url = Url::parse(&url).map_err(|_| ErrorCode::BadLinkHost)?;
    let answer = abroad.get(&url, 256).await;
    let proof = app.keys.host_proof(&challenge);
    match answer {
        Ok(answer) if answer == proof.as_bytes() => Ok(host),
        Err(AbroadError::Forbidden) => Err(ErrorCode::BadLinkHost.into()),
        Ok(_) | Err(AbroadError::Unreachable) => Err(ErrorCode::LinkHostElsewhere.into()),
    }
}

/// `GET /.well-known/septet/{challenge}`: what only this server can answer, so that it can
/// be seen that a host leads here.
pub(super) async fn prove(
    State(app): State<App>,
    Path(challenge): Path<String>,
) -> ApiResult<String> {
    if challenge.len() != 24 || !challenge.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(app.keys.host_proof(&challenge))
}

/// `PUT /api/settings/page`
pub(super) async fn save_page(
    person: SignedIn,
    State(app): State<App>,
    page: Result<Json<UnsubscribePage>, JsonRejection>,
) -> ApiResult<Json<Settings>> {
    let Json(page) = page?;
    page.check().map_err(|_| ErrorCode::BadRequest)?;
    app.store
        .save_unsubscribe_page(person.portal, &page)
        .await?;
    settings(&app, person.portal).await
}

/// Which of its sides a preview shows.
#[derive(Deserialize)]
pub(super) struct Preview {
    lang: String,
    #[serde(default)]
    done: bool,
}

/// `POST /api/settings/page/preview`: the page as recipients would see it; nothing is kept.
pub(super) async fn preview(
    person: SignedIn,
    State(app): State<App>,
    Query(preview): Query<Preview>,
    page: Result<Json<UnsubscribePage>, JsonRejection>,
) -> ApiResult<Markup> {
    let Json(page) = page?;
    page.check().map_err(|_| ErrorCode::BadRequest)?;
    let shown = if preview.done {
        Shown::Done
    } else {
        Shown::Asked
    };
    let choices = app.store.choices(person.portal).await?;
    Ok(page_of(
        &page,
        &preview.lang,
        shown,
        choices.voice || choices.ivr,
    ))
}

/// `GET /api/audit`: what people of the account did that may be asked about.
pub(super) async fn audit(person: SignedIn, State(app): State<App>) -> ApiResult<Json<AuditPage>> {
    let entries = app.store.audited(person.portal, AUDITED).await?;
    Ok(Json(AuditPage { entries }))
}

async fn settings(app: &App, portal: u64) -> ApiResult<Json<Settings>> {
    Ok(Json(Settings {
        provider: app.providers.describe(portal).await?,
        choices: app.store.choices(portal).await?,
        links: Links {
            host: app.store.link_host(portal).await?,
            server: app.config.link_url.clone(),
            utm: app.store.default_utm(portal).await?,
        },
        page: app.store.unsubscribe_page(portal).await?,
    }))
}
