//! Campaigns: made, looked at, paused, resumed, cancelled.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use septet_core::delivery::MessageState;
use septet_core::event::{self, EventName};
use septet_core::wire::{
    CampaignPage, CampaignSummary, CheckReport, CreateCampaign, Decide, ErrorCode, MessageEvent,
    MessageHistory, Millis, PauseReason, RecipientPage, SmsDraft,
};
use serde::Deserialize;

use super::drafts::check_key;
use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::store::Verdict;
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
    person.may_send_to(&draft.audience)?;
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
    person.may_send_to(&request.draft.audience)?;
    let made = campaigns::create(&app, person.portal, &person.user.email, request).await?;
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

/// `GET /api/campaigns/{id}/recipients/{recipient}/history`
pub(super) async fn history(
    person: SignedIn,
    State(app): State<App>,
    Path((id, recipient)): Path<(String, String)>,
) -> ApiResult<Json<MessageHistory>> {
    let recipient = recipient.parse().map_err(|_| ErrorCode::NotFound)?;
    let facts = app.store.facts(person.portal, &id, recipient).await?;
    let happened = event::history(&facts.ok_or(ErrorCode::NotFound)?);
    let events = happened.into_iter().map(|(kind, at)| MessageEvent {
        event: EventName {
            channel: event::Channel::Sms,
            kind,
        },
        at,
    });
    Ok(Json(MessageHistory {
        events: events.collect(),
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
        app.unprepared.notify_one();
    }
    changed(&app, person.portal, &id, done).await
}

/// `POST /api/campaigns/{id}/cancel`
pub(super) async fn cancel(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Json<CampaignSummary>> {
    let left_out = app.store.cancel(person.portal, &id, clock::now()).await?;
    let done = left_out.is_some();
    if let Some(left_out) = left_out {
        app.events.recipients(&id, left_out);
    }
    changed(&app, person.portal, &id, done).await
}

/// `POST /api/campaigns/{id}/decide`
pub(super) async fn decide(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
    request: Result<Json<Decide>, JsonRejection>,
) -> ApiResult<Json<CampaignSummary>> {
    let Json(Decide {
        key,
        decision,
        recipients,
    }) = request?;
    check_key(&key)?;
    let named = recipients
        .map(|ids| {
            ids.iter()
                .map(|id| id.parse())
                .collect::<Result<Vec<i64>, _>>()
        })
        .transpose()
        .map_err(|_| ErrorCode::BadRequest)?;
    let verdict = Verdict {
        key: &key,
        decision,
        by: &person.user.email,
    };
    let decided = app
        .store
        .decide(person.portal, &id, named.as_deref(), verdict, clock::now())
        .await?;
    let done = decided.is_some();
    if let Some(decided) = decided.filter(|decided| !decided.is_empty()) {
        app.store.finish_if_done(&id).await?;
        app.events.recipients(&id, decided);
        app.work.notify_one();
    }
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

#[cfg(test)]
mod tests {
    use septet_core::wire::Audience;
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::{CLINIC, World, draft};

    fn all_settled(campaign: &Value) -> bool {
        campaign["counts"]["delivered"] == 2 && campaign["state"]["state"] == "finished"
    }

    #[tokio::test]
    async fn a_campaign_from_the_audience_to_the_phones() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let (_, found) = browser
            .get("/api/contacts?query=gon%C3%A7alves&properties=firstname")
            .await;
        assert_eq!(found["contacts"][0]["id"], "101", "{found}");
        let draft = draft("Olá {{contact.firstname}}");

        let (status, check) = browser.post("/api/campaigns/check", &json!(draft)).await;
        assert_eq!(status, 200, "{check}");
        assert_eq!(check["recipients"], 2);
        assert_eq!(check["exclusions"][0]["reason"], "no_number");
        assert_eq!(world.sends().await, 0);

        let id = browser.created("a-key", &draft).await;
        world.campaign_when(&browser, &id, all_settled).await;
        let path = format!("/api/campaigns/{id}/recipients");
        let (_, page) = browser.get(&path).await;
        let states: Vec<&Value> = page["recipients"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["state"])
            .collect();
        assert_eq!(states, ["delivered", "delivered", "not_sent"]);
        assert_eq!(page["recipients"][2]["reason"], "no_number");
        assert_eq!(world.sends().await, 2);
        let messages = world.ask_sandbox("/sandbox/messages?to=351912000001").await;
        assert_eq!(messages[0]["text"], "Olá Inês");

        // What happened to each, in order; to nobody who is not one of its recipients.
        let history = async |number: usize| {
            let id = page["recipients"][number]["id"].as_str().unwrap();
            let (status, history) = browser.get(&format!("{path}/{id}/history")).await;
            assert_eq!(status, 200, "{history}");
            let events = history["events"].as_array().unwrap().clone();
            let names = events.into_iter().map(|event| event["event"].clone());
            names.collect::<Vec<_>>()
        };
        assert_eq!(history(0).await, ["SMS_SENT", "SMS_DELIVERED"]);
        assert_eq!(history(2).await, ["SMS_NOT_SENT"]);
        let first = page["recipients"][0]["id"].as_str().unwrap();
        for nowhere in [
            format!("{path}/0/history"),
            format!("{path}/x/history"),
            format!("/api/campaigns/another/recipients/{first}/history"),
        ] {
            assert_eq!(browser.get(&nowhere).await.0, 404, "{nowhere}");
        }

        // The same request again finds the same campaign and sends nothing.
        let (status, again) = browser.create("a-key", &draft).await;
        assert_eq!((status, &again["id"]), (200, &json!(id)));
        // Even when 360nrs is down by now.
        world.set_faults(json!({ "sms": "down" })).await;
        assert_eq!(browser.create("a-key", &draft).await.0, 200);
        assert_eq!(world.sends().await, 2);

        let (status, problem) = browser.create("a-key", &SmsDraft::default()).await;
        assert_eq!((status, &problem["code"]), (409, &json!("key_reused")));
    }

    #[tokio::test]
    async fn a_draft_that_breaks_rules_is_told_which() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let mut wrong = draft("");
        wrong.sender = "Longer than eleven".into();
        let (status, problem) = browser.create("key", &wrong).await;
        assert_eq!((status, &problem["code"]), (422, &json!("invalid_draft")));
        assert!(
            problem["problems"].as_array().unwrap().len() >= 2,
            "{problem}"
        );

        let unknown = draft("{{contact.no_such_property}}");
        let (status, problem) = browser.create("key", &unknown).await;
        assert_eq!((status, &problem["code"]), (422, &json!("invalid_draft")));

        let mut nobody = draft("Olá");
        nobody.audience = contacts(&["103"]);
        let check = browser.post("/api/campaigns/check", &json!(nobody)).await;
        for (status, problem) in [check, browser.create("key", &nobody).await] {
            assert_eq!((status, &problem["code"]), (422, &json!("no_recipients")));
            let exclusion = &problem["exclusions"][0];
            assert_eq!(exclusion["reason"], "no_number", "{problem}");
            assert_eq!(
                (&exclusion["count"], &exclusion["examples"]),
                (&json!(1), &json!(["Conceição Araújo"]))
            );
        }
        let (_, page) = browser.get("/api/campaigns").await;
        assert_eq!(page["campaigns"], json!([]));
    }

    #[tokio::test]
    async fn a_check_of_a_large_audience_weighs_its_beginning_and_says_so() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let check = async |draft: &SmsDraft| {
            let (status, report) = browser.post("/api/campaigns/check", &json!(draft)).await;
            assert_eq!(status, 200, "{report}");
            report
        };
        let mut large = draft("Olá");
        // The same contact again does not make an audience larger.
        let ids = ["101".into(), "102".into(), "101".into()];
        let ids = ids
            .into_iter()
            .chain((0..1_998).map(|id| format!("9{id:09}")));
        let ids: Vec<String> = ids.collect();
        large.audience = Audience::Contacts { ids: ids.clone() };
        let exact = check(&large).await;
        assert_eq!(exact["sampled_of"], json!(null));
        assert_eq!(exact["exclusions"][0]["count"], 1_998);

        let behind = ["910".into(), "103".into()];
        let ids = ids.into_iter().chain(behind).collect();
        large.audience = Audience::Contacts { ids };
        let sampled = check(&large).await;
        assert_eq!(sampled["sampled_of"], 2_002);
        assert_eq!(sampled["recipients"], 2);
        assert_eq!(sampled["exclusions"], exact["exclusions"]);
    }

    #[tokio::test]
    async fn a_campaign_is_for_whom_a_search_finds() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let search = |query: &str, filters: Value| {
            let mut draft = json!(draft("Olá {{contact.firstname}}"));
            draft["audience"] = json!({ "kind": "search", "query": query, "filters": filters });
            draft
        };
        let wrong = [
            search("", json!([])),
            search("", json!([{ "property": "city", "operator": "equals" }])),
            search("", json!([{ "property": "no_such", "operator": "known" }])),
        ];
        for draft in wrong {
            let (status, problem) = browser.post("/api/campaigns/check", &draft).await;
            assert_eq!((status, &problem["code"]), (422, &json!("invalid_draft")));
            assert_eq!(problem["problems"][0]["field"], "audience", "{problem}");
        }
        let unknown = search("", json!([{ "property": "city", "operator": "like" }]));
        let (status, _) = browser.post("/api/campaigns/check", &unknown).await;
        assert_eq!(status, 400);

        // More than one page of them.
        let everybody = search("", json!([{ "property": "email", "operator": "known" }]));
        let (status, check) = browser.post("/api/campaigns/check", &everybody).await;
        assert_eq!((status, &check["sampled_of"]), (200, &json!(null)));
        assert!(check["recipients"].as_u64() > Some(200), "{check}");

        let ines = json!([{ "property": "firstname", "operator": "contains", "value": "nês" }]);
        let body = json!({ "key": "key", "draft": search("goncalves", ines) });
        let (status, campaign) = browser.post("/api/campaigns", &body).await;
        assert_eq!(status, 201, "{campaign}");
        let id = campaign["id"].as_str().unwrap();
        let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 1;
        let campaign = world.campaign_when(&browser, id, delivered).await;
        assert_eq!(campaign["counts"]["total"], 1);
        let messages = world.ask_sandbox("/sandbox/messages?to=351912000001").await;
        assert_eq!(messages[0]["text"], "Olá Inês");
    }

    #[tokio::test]
    async fn a_provider_that_would_refuse_stops_the_campaign_before_it_exists() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let draft = draft("Olá");
        for (fault, status, code) in [
            ("refused_credentials", 502, "provider_credentials_refused"),
            ("no_credit", 402, "provider_no_credit"),
            ("down", 502, "provider_unreachable"),
        ] {
            world.set_faults(json!({ "sms": fault })).await;
            let (found, problem) = browser.create("key", &draft).await;
            assert_eq!((found, &problem["code"]), (status, &json!(code)));
        }
        let (_, page) = browser.get("/api/campaigns").await;
        assert_eq!(page["campaigns"], json!([]));
        // And the key is still good.
        world.set_faults(json!({})).await;
        browser.created("key", &draft).await;
    }

    #[tokio::test]
    async fn what_is_not_ours_does_not_exist() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let mut stranger = world.browser();
        let back = stranger.authorize(CLINIC).await;
        stranger.come_back(&back).await;

        for (browser, id) in [(&browser, "unknown"), (&stranger, id.as_str())] {
            for path in ["", "/recipients", "/events"] {
                let path = format!("/api/campaigns/{id}{path}");
                let (status, problem) = browser.get(&path).await;
                assert_eq!(
                    (status, &problem["code"]),
                    (404, &json!("not_found")),
                    "{path}"
                );
            }
            for action in ["pause", "resume", "cancel"] {
                let path = format!("/api/campaigns/{id}/{action}");
                let (status, problem) = browser.post(&path, &json!(null)).await;
                assert_eq!(
                    (status, &problem["code"]),
                    (404, &json!("not_found")),
                    "{path}"
                );
            }
        }
        let (_, page) = stranger.get("/api/campaigns").await;
        assert_eq!(page["campaigns"], json!([]));
    }

    #[tokio::test]
    async fn a_finished_campaign_cannot_be_paused_resumed_or_cancelled() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        world.campaign_when(&browser, &id, all_settled).await;
        for action in ["pause", "resume", "cancel"] {
            let path = format!("/api/campaigns/{id}/{action}");
            let (status, problem) = browser.post(&path, &json!(null)).await;
            assert_eq!(
                (status, &problem["code"]),
                (409, &json!("wrong_state")),
                "{action}"
            );
        }
    }

    #[tokio::test]
    async fn a_place_in_the_list_that_is_none_is_refused() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        for path in ["/api/campaigns?after=x", "/api/campaigns?after=x-y"] {
            let (status, problem) = browser.get(path).await;
            assert_eq!((status, &problem["code"]), (400, &json!("bad_request")));
        }
    }

    fn contacts(ids: &[&str]) -> Audience {
        Audience::Contacts {
            ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        }
    }
}
