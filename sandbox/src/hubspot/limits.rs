//! How many calls HubSpot takes for an account: so many in an interval, and of searches so
//! many in a second. Off until somebody turns them on.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::HubSpotError;
use super::oauth::Lookup;
use crate::shared::{Shared, lock};

const SECOND: Duration = Duration::from_secs(1);

/// What is taken; HubSpot's own figures are 110 in 10,000 ms and 5 searches.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    calls: usize,
    interval_ms: u64,
    searches: usize,
}

/// The calls of the last while, by account.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    limits: Option<Limits>,
    calls: BTreeMap<u64, VecDeque<Instant>>,
    searches: BTreeMap<u64, VecDeque<Instant>>,
    refused: u64,
}

impl Traffic {
    /// Takes a call in, and says how many more would be; `None` refuses it.
    fn take(&mut self, limits: Limits, portal: u64, is_search: bool) -> Option<usize> {
        let now = Instant::now();
        let recent = |calls: &mut VecDeque<Instant>, interval: Duration| {
            while calls
                .front()
                .is_some_and(|call| now.duration_since(*call) >= interval)
            {
                calls.pop_front();
            }
            calls.len()
        };
        let calls = self.calls.entry(portal).or_default();
        let used = recent(calls, Duration::from_millis(limits.interval_ms));
        let searches = self.searches.entry(portal).or_default();
        let searched = recent(searches, SECOND);
        if used >= limits.calls || is_search && searched >= limits.searches {
            self.refused += 1;
            return None;
        }
        calls.push_back(now);
        if is_search {
            searches.push_back(now);
        }
        Some(limits.calls - used - 1)
    }
}

/// `PUT /sandbox/hubspot/limits`: null takes them off.
pub(crate) async fn set(
    State(shared): State<Arc<Shared>>,
    Json(limits): Json<Option<Limits>>,
) -> Json<Option<Limits>> {
    *lock(&shared.traffic) = Traffic {
        limits,
        ..Traffic::default()
    };
    Json(limits)
}

/// `GET /sandbox/hubspot/limits`: how many calls were refused.
pub(crate) async fn show(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let traffic = lock(&shared.traffic);
    Json(json!({ "limits": traffic.limits, "refused": traffic.refused }))
}

/// Counts the calls that are made for an account.
pub(crate) async fn hold(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let Some((limits, portal)) = counted(&shared, &request) else {
        return next.run(request).await;
    };
    let is_search = request.uri().path().ends_with("/search");
    let left = lock(&shared.traffic).take(limits, portal, is_search);
    let Some(left) = left else {
        return HubSpotError::rate_limited().into_response();
    };
    let mut response = next.run(request).await;
    // Searches say nothing of how many are left.
    if !is_search {
        let headers = response.headers_mut();
        headers.insert("x-hubspot-ratelimit-max", limits.calls.into());
        headers.insert("x-hubspot-ratelimit-remaining", left.into());
        let interval = HeaderValue::from(limits.interval_ms);
        headers.insert("x-hubspot-ratelimit-interval-milliseconds", interval);
    }
    response
}

/// The limits, and whose call it is.
fn counted(shared: &Shared, request: &Request) -> Option<(Limits, u64)> {
    let limits = lock(&shared.traffic).limits?;
    let named = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    match lock(&shared.grants).access(named.strip_prefix("Bearer ")?) {
        Lookup::Good { grant, .. } => Some((limits, grant.portal)),
        Lookup::Expired | Lookup::Unknown => None,
    }
}
