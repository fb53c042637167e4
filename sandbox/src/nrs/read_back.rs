//! Reading back what was sent: `GET /sms/{id}` and `GET /sendings`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::Customer;
use super::ledger::{MessageState, Sending};
use crate::shared::{Shared, lock};

/// Sends on a page when `limit` is absent, and most there can be.
const PAGE: usize = 20;
const LARGEST_PAGE: usize = 100;

/// One message; `data` is empty where there is none of that id.
pub(crate) async fn sms(
    _customer: Customer,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Json<Value> {
    let ledger = lock(&shared.ledger);
    let message = id.parse().ok().and_then(|id| ledger.message(id));
    let data: Vec<Value> = message
        .into_iter()
        .map(|message| {
            json!({
                "id": message.id.to_string(),
                "isDelivered": message.state == MessageState::Delivered,
                "isClicked": false,
                "events": message.reports.iter().map(|report| report.state).collect::<Vec<_>>(),
            })
        })
        .collect();
    Json(json!({"data": data}))
}

/// Which sends to list.
#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    page: Option<usize>,
    limit: Option<usize>,
}

/// The sends, newest first.
pub(crate) async fn sendings(
    _customer: Customer,
    State(shared): State<Arc<Shared>>,
    Query(paging): Query<Paging>,
) -> Json<Value> {
    let limit = paging.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let skipped = paging
        .page
        .unwrap_or(1)
        .saturating_sub(1)
        .saturating_mul(limit);
    let ledger = lock(&shared.ledger);
    let data: Vec<Value> = ledger
        .sendings()
        .iter()
        .rev()
        .skip(skipped)
        .take(limit)
        .map(summary)
        .collect();
    Json(json!({"data": data}))
}

/// One send with its messages counted.
fn summary(sending: &Sending) -> Value {
    let finished = sending.delivered + sending.undelivered >= sending.messages;
    json!({
        "id": sending.id,
        "campaignId": sending.campaign_id,
        "campaignName": &*sending.campaign_name,
        "status": if finished { "FINISHED" } else { "SENDING" },
        "createdAt": time(sending.created_at),
        "scheduledAt": sending.scheduled_at.map(time),
        "processed": sending.messages,
        "events": {
            "sent": sending.messages,
            "delivered": sending.delivered,
            "rejected": sending.undelivered,
            "clicked": 0,
        },
    })
}

/// ISO 8601, UTC, whole seconds.
fn time(millis: i64) -> String {
    Timestamp::from_millisecond(millis)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}
