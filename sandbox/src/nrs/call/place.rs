//! `POST /voice` and `POST /ivr`: takes calls, answers per recipient, makes them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::life;
use super::request::{Kind, Order};
use crate::line::Line;
use crate::nrs::auth::Customer;
use crate::nrs::error::NrsError;
use crate::nrs::taking::{self, Taking};
use crate::shared::{Shared, lock, now};

/// Calls that say something.
pub(crate) async fn voice(
    _customer: Customer,
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    caller: Option<Path<String>>,
    body: Bytes,
) -> Result<Response, NrsError> {
    take(&shared, Kind::Voice, line, caller, &body).await
}

/// Calls that listen for keys as well.
pub(crate) async fn ivr(
    _customer: Customer,
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    caller: Option<Path<String>>,
    body: Bytes,
) -> Result<Response, NrsError> {
    take(&shared, Kind::Ivr, line, caller, &body).await
}

async fn take(
    shared: &Arc<Shared>,
    kind: Kind,
    line: Line,
    caller: Option<Path<String>>,
    body: &[u8],
) -> Result<Response, NrsError> {
    if !lock(&shared.switchboard).settings().allows(kind) {
        return Err(NrsError::NotEnabled);
    }
    let mishap = taking::mishap(shared);
    let order = Order::read(kind, body)?;
    let whom = (order.campaign_name.as_str(), &order.recipients);
    let taking = match Taking::begin(shared, line, mishap, caller, whom) {
        Ok(taking) => taking,
        Err(struck) => return *struck,
    };
    let (sending, ids) = {
        let mut ledger = lock(&shared.ledger);
        let booked = ledger.book_calls(
            &order.campaign_name,
            &order.recipients,
            order.scheduled_at,
            now(),
        )?;
        ledger.take(taking.noted(), &booked.0);
        booked
    };
    life::place(shared, (kind, &order), &sending, &ids).await;
    let recipients = order.recipients.iter().zip(&ids);
    let results = recipients.map(|(to, id)| result(to, *id)).collect();
    taking.end(shared, &sending, results).await
}

/// One entry of `result`.
fn result(to: &Result<String, String>, id: Option<u64>) -> Value {
    let (Ok(given) | Err(given)) = to;
    match id {
        Some(id) => json!({"accepted": true, "to": given, "id": id.to_string()}),
        None => json!({
            "accepted": false,
            "to": given,
            "error": NrsError::NoValidRecipients.body(),
        }),
    }
}
