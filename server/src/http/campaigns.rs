//! Campaigns: made, looked at, paused, resumed, cancelled.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use septet_core::delivery::MessageState;
use septet_core::wire::{
    CampaignPage, CampaignSummary, CheckReport, CreateCampaign, ErrorCode, Millis, PauseReason,
    RecipientPage, SmsDraft,
};
use serde::Deserialize;

use super::drafts::check_key;
use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::{campaigns, clock};

/// Campaigns on a page.
const CAMPAIGNS: u32 = 20;
/// Recipients on a page.
const RECIPIENTS: u32 = 100;

/// `POST /api/campaigns/check`
pub(super) async fn check(
    person: SignedIn,
    State(app): State<App>,
    draft: Result<Json<SmsDraft>, JsonRejection>,
) -> ApiResult<Json<CheckReport>> {
    let Json(draft) = draft?;
    Ok(Json(campaigns::check(&app, person.portal, &draft).await?))
}

/// `POST /api/campaigns`
pub(super) async fn create(
    person: SignedIn,
    State(app): State<App>,
    request: Result<Json<CreateCampaign>, JsonRejection>,
) -> ApiResult<(StatusCode, Json<CampaignSummary>)> {
    let Json(request) = request?;
    check_key(&request.key)?;
    let made = campaigns::create(&app, person.portal, request).await?;
    let status = if made.new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(summary(&app, person.portal, &made.id).await?)))
}

/// Where a list goes on.
#[derive(Deserialize)]
pub(super) struct After {
    after: Option<String>,
}

/// `GET /api/campaigns`
pub(super) async fn list(
    person: SignedIn,
    State(app): State<App>,
    Query(After { after }): Query<After>,
) -> ApiResult<Json<CampaignPage>> {
    let before = after.as_deref().map(place).transpose()?;
    let campaigns = app
        .store
        .campaigns(person.portal, before, CAMPAIGNS)
        .await?;
    let full = campaigns.len() == CAMPAIGNS as usize;
    let last = campaigns.last().filter(|_| full);
    Ok(Json(CampaignPage {
        after: last.map(|last| format!("{}-{}", last.created_at, last.id)),
        campaigns,
    }))
}

/// A place in the list: time and id of the campaign before it.
fn place(after: &str) -> ApiResult<(Millis, &str)> {
    let parsed = after
        .split_once('-')
        .and_then(|(time, id)| Some((time.parse().ok()?, id)));
    Ok(parsed.ok_or(ErrorCode::BadRequest)?)
}

/// `GET /api/campaigns/{id}`
pub(super) async fn show(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Json<CampaignSummary>> {
    Ok(Json(summary(&app, person.portal, &id).await?))
}

/// Which recipients.
#[derive(Deserialize)]
pub(super) struct Filter {
    after: Option<i64>,
    state: Option<MessageState>,
}

/// `GET /api/campaigns/{id}/recipients`
pub(super) async fn recipients(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
    filter: Result<Query<Filter>, QueryRejection>,
) -> ApiResult<Json<RecipientPage>> {
    let Query(Filter { after, state }) = filter?;
    summary(&app, person.portal, &id).await?;
    let recipients = app
        .store
        .recipients(
            person.portal,
            &id,
            state,
            after.unwrap_or_default(),
            RECIPIENTS,
        )
        .await?;
    let full = recipients.len() == RECIPIENTS as usize;
    let last = recipients.last().filter(|_| full);
    Ok(Json(RecipientPage {
        after: last.map(|last| last.id.clone()),
        recipients,
    }))
}

/// `POST /api/campaigns/{id}/pause`
pub(super) async fn pause(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Json<CampaignSummary>> {
    let done = app
        .store
        .pause(person.portal, &id, PauseReason::ByUser)
        .await?;
    changed(&app, person.portal, &id, done).await
}

/// `POST /api/campaigns/{id}/resume`
pub(super) async fn resume(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Json<CampaignSummary>> {
    let done = app.store.resume(person.portal, &id).await?;
    if done {
        app.store.finish_if_done(&id).await?;
        app.work.notify_one();
    }
    changed(&app, person.portal, &id, done).await
}

/// `POST /api/campaigns/{id}/cancel`
pub(super) async fn cancel(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Json<CampaignSummary>> {
    let done = app.store.cancel(person.portal, &id, clock::now()).await?;
    changed(&app, person.portal, &id, done).await
}

async fn changed(app: &App, portal: u64, id: &str, done: bool) -> ApiResult<Json<CampaignSummary>> {
    let campaign = summary(app, portal, id).await?;
    if !done {
        return Err(ErrorCode::WrongState.into());
    }
    app.events.campaign(id);
    Ok(Json(campaign))
}

async fn summary(app: &App, portal: u64, id: &str) -> ApiResult<CampaignSummary> {
    let campaign = app.store.campaign(portal, id).await?;
    Ok(campaign.ok_or(ErrorCode::NotFound)?)
}
