//! HubSpot as the one who asks: its proxy for cards, its workflows, its webhooks.
//!
//! These are the sandbox's own routes, with which a test or a page makes HubSpot call the
//! app. Only addresses of this computer are called.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use url::Url;

use super::error::HubSpotError;
use super::sign::Signature;
use crate::guard::is_loopback_host;
use crate::shared::{Shared, lock};

/// The app's id, as HubSpot appends it.
const APP: u64 = 360;
/// How long HubSpot's workflows wait for an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a call is made again that was not answered well.
const TRIES: u32 = 5;

/// A call through HubSpot's proxy.
#[derive(Debug, Deserialize)]
pub(crate) struct Fetch {
    portal: u64,
    #[serde(default = "get")]
    method: String,
    url: String,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    signature: Signature,
    /// Another time than now.
    #[serde(default)]
    timestamp: Option<i64>,
}

fn get() -> String {
    "GET".to_owned()
}

/// `POST /sandbox/hubspot/fetch`: what a card does with `hubspot.fetch`. The proxy says for
/// whom it asks.
pub(crate) async fn fetch(
    State(shared): State<Arc<Shared>>,
    Json(fetch): Json<Fetch>,
) -> Result<Json<Value>, HubSpotError> {
    Ok(Json(fetch.make(&shared).await?))
}

/// The same for a page of the sandbox: status and body of what the app answers; `None`
/// while nobody has connected one, or where it does not answer.
pub(crate) async fn proxied(
    shared: &Arc<Shared>,
    portal: u64,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Option<Value> {
    let fetch = Fetch {
        portal,
        method: method.to_owned(),
        url: format!("{}{path}", shared.app()?),
        body,
        signature: Signature::default(),
        timestamp: None,
    };
    fetch.make(shared).await.ok()
}

impl Fetch {
    async fn make(self, shared: &Arc<Shared>) -> Result<Value, HubSpotError> {
        let mut url = local(&self.url)?;
        let (user, email) = {
            let accounts = lock(&shared.accounts);
            let profile = &accounts.account(self.portal)?.profile;
            (profile.user_id.to_string(), profile.user_email.clone())
        };
        url.query_pairs_mut()
            .append_pair("portalId", &self.portal.to_string())
            .append_pair("userId", &user)
            .append_pair("userEmail", &email)
            .append_pair("appId", &APP.to_string());
        let call = Call {
            method: self.method,
            url: url.into(),
            body: self.body.map(|body| body.to_string()).unwrap_or_default(),
            signature: self.signature,
            time: self.timestamp,
        };
        call.make(shared).await
    }
}

/// Records that go through a workflow with one action in it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Run {
    portal: u64,
    url: String,
    #[serde(default = "contact")]
    object_type: String,
    ids: Vec<u64>,
    #[serde(default)]
    fields: BTreeMap<String, Value>,
    /// Of the record, which the action's definition asks for.
    #[serde(default)]
    properties: Vec<String>,
    /// Of how many in a hundred HubSpot has not heard the answer, and asks again.
    #[serde(default)]
    retry_percent: u64,
    #[serde(default)]
    signature: Signature,
}

fn contact() -> String {
    "CONTACT".to_owned()
}

/// What the answers to a run were.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Answers {
    block: u64,
    success: u64,
    fail_continue: u64,
    failed: u64,
    /// Asked again, and answered otherwise than before.
    changed: u64,
    asked: u64,
    longest_ms: u64,
}

/// Enrolments that are waited for, and what completed them.
#[derive(Debug, Default)]
pub(crate) struct Executions {
    runs: u64,
    waiting: BTreeMap<String, Option<Value>>,
    /// Completed although nobody waited for it.
    twice: u64,
}

/// Executions that a workflow makes at the same time.
const AT_ONCE: usize = 32;

/// `POST /sandbox/hubspot/workflows`: answers when every record's action was answered.
pub(crate) async fn run(
    State(shared): State<Arc<Shared>>,
    Json(run): Json<Run>,
) -> Result<Json<Answers>, HubSpotError> {
    let url = local(&run.url)?.to_string();
    let number = {
        let mut executions = lock(&shared.executions);
        executions.runs += 1;
        executions.runs
    };
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut asking = JoinSet::new();
    for (order, id) in (0_u64..).zip(&run.ids) {
        let callback = format!("ap-{}-{number}-{order}", run.portal);
        let body = request(&shared, &run, &callback, *id)?;
        let call = Call {
            method: "POST".to_owned(),
            url: url.clone(),
            body: body.to_string(),
            signature: run.signature,
            time: None,
        };
        let again = order * 37 % 100 < run.retry_percent;
        let (shared, turns) = (shared.clone(), turns.clone());
        asking.spawn(async move {
            let _turn = turns.acquire_owned().await;
            execute(&shared, &call, &callback, again).await
        });
    }
    let mut answers = Answers::default();
    while let Some(one) = asking.join_next().await {
        let Ok(one) = one else { continue };
        answers.block += one.block;
        answers.success += one.success;
        answers.fail_continue += one.fail_continue;
        answers.failed += one.failed;
        answers.changed += one.changed;
        answers.asked += one.asked;
        answers.longest_ms = answers.longest_ms.max(one.longest_ms);
    }
    Ok(Json(answers))
}

/// One execution, asked again as HubSpot does.
async fn execute(shared: &Arc<Shared>, call: &Call, callback: &str, again: bool) -> Answers {
    let mut answers = Answers::default();
    let first = answered(shared, call, &mut answers).await;
    let state = first.as_ref().and_then(|body| {
        let state = body.pointer("/outputFields/hs_execution_state")?;
        state.as_str().map(str::to_owned)
    });
    match state.as_deref() {
        Some("BLOCK") => {
            answers.block += 1;
            // It may have been completed before its answer was read.
            let mut executions = lock(&shared.executions);
            executions
                .waiting
                .entry(callback.to_owned())
                .or_insert(None);
        }
        Some("FAIL_CONTINUE") => answers.fail_continue += 1,
        _ if first.is_some() => answers.success += 1,
        _ => answers.failed += 1,
    }
    if again {
        let second = answered(shared, call, &mut answers).await;
        answers.changed += u64::from(second != first);
    }
    answers
}

async fn answered(shared: &Arc<Shared>, call: &Call, answers: &mut Answers) -> Option<Value> {
    for _ in 0..TRIES {
        answers.asked += 1;
        let began = Instant::now();
        let answer = call.make(shared).await.ok()?;
        let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        answers.longest_ms = answers.longest_ms.max(took);
        match answer["status"].as_u64() {
            Some(200..=299) => return Some(answer["body"].clone()),
            Some(429 | 500..=599) | None => tokio::time::sleep(Duration::from_millis(200)).await,
            Some(_) => return None,
        }
    }
    None
}

/// The request for one record, with tokens (`[[firstname]]`) replaced as HubSpot does.
fn request(
    shared: &Arc<Shared>,
    run: &Run,
    callback: &str,
    id: u64,
) -> Result<Value, HubSpotError> {
    let accounts = lock(&shared.accounts);
    let account = accounts.account(run.portal)?;
    let contact = account.contact(id).filter(|_| run.object_type == "CONTACT");
    let value = |name: &str| contact.as_ref().and_then(|contact| contact.value(name));
    let properties: BTreeMap<&str, Option<String>> = run
        .properties
        .iter()
        .map(|name| (name.as_str(), value(name)))
        .collect();
    let filled = |field: &Value| -> Value {
        let Value::String(text) = field else {
            return field.clone();
        };
        let mut text = text.clone();
        for name in &run.properties {
            let token = format!("[[{name}]]");
            text = text.replace(&token, &value(name).unwrap_or_default());
        }
        json!(text)
    };
    let fields: BTreeMap<&String, Value> = run
        .fields
        .iter()
        .map(|(name, field)| (name, filled(field)))
        .collect();
    Ok(json!({
        "callbackId": callback,
        "origin": { "portalId": run.portal, "actionDefinitionId": 11, "actionDefinitionVersion": 1 },
        "context": { "source": "WORKFLOWS", "workflowId": 4711 },
        "object": { "objectId": id, "objectType": run.object_type, "properties": properties },
        "inputFields": fields,
    }))
}

/// `GET /sandbox/hubspot/executions`: those that wait or waited, and what completed them.
pub(crate) async fn executions(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let executions = lock(&shared.executions);
    let completed = executions
        .waiting
        .values()
        .filter(|one| one.is_some())
        .count();
    Json(json!({
        "waiting": executions.waiting.len() - completed,
        "completed": completed,
        "twice": executions.twice,
        "outputs": executions.waiting,
    }))
}

impl Executions {
    /// Completes all of them, or none: HubSpot takes a batch as a whole.
    pub(super) fn complete(&mut self, inputs: &[(String, Value)]) -> Result<(), HubSpotError> {
        for (callback, _) in inputs {
            if self.waiting.get(callback).is_some_and(Option::is_some) {
                self.twice += 1;
                return Err(HubSpotError::validation("The execution is complete."));
            }
        }
        for (callback, outputs) in inputs {
            self.waiting.insert(callback.clone(), Some(outputs.clone()));
        }
        Ok(())
    }
}

/// One request to the app.
#[derive(Debug, Clone)]
struct Call {
    method: String,
    url: String,
    body: String,
    signature: Signature,
    time: Option<i64>,
}

impl Call {
    /// Status and body; JSON where it is some.
    async fn make(&self, shared: &Arc<Shared>) -> Result<Value, HubSpotError> {
        let method = Method::from_bytes(self.method.as_bytes())
            .map_err(|_| HubSpotError::validation("No such method."))?;
        let mut request = shared.http.request(method, &self.url).timeout(PATIENCE);
        request = self
            .signature
            .sign(request, &self.method, &self.url, &self.body, self.time);
        if !self.body.is_empty() {
            request = request
                .header("content-type", "application/json")
                .body(self.body.clone());
        }
        let Ok(response) = request.send().await else {
            return Ok(json!({ "status": null }));
        };
        let status = response.status().as_u16();
        let text = response.text().await.unwrap_or_default();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(json!({ "status": status, "body": body }))
    }
}

fn local(url: &str) -> Result<Url, HubSpotError> {
    Url::parse(url)
        .ok()
        .filter(is_loopback_host)
        .ok_or_else(|| HubSpotError::validation("Only this computer is called."))
}

/// Where webhooks go, and what happened.
#[derive(Debug, Deserialize)]
pub(crate) struct Webhooks {
    url: String,
    #[serde(default = "webhook")]
    signature: Signature,
    events: Vec<Value>,
}

fn webhook() -> Signature {
    Signature::Webhook
}

/// `POST /sandbox/hubspot/webhooks`: events as HubSpot sends them; the status of the answer.
pub(crate) async fn webhooks(
    State(shared): State<Arc<Shared>>,
    Json(webhooks): Json<Webhooks>,
) -> Result<(StatusCode, Json<Value>), HubSpotError> {
    let call = Call {
        method: "POST".to_owned(),
        url: local(&webhooks.url)?.into(),
        body: Value::Array(webhooks.events).to_string(),
        signature: webhooks.signature,
        time: None,
    };
    Ok((StatusCode::OK, Json(call.make(&shared).await?)))
}
