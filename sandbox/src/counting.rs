//! Counts every request by method and route, so that a test can ask what was really called.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::shared::{Shared, lock};

/// Requests seen so far, by `METHOD /route/{template}`.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<BTreeMap<String, u64>>);

impl Counters {
    fn add(&self, key: String) {
        *lock(&self.0).entry(key).or_default() += 1;
    }

    /// A copy of all counters, in alphabetical order.
    pub(crate) fn snapshot(&self) -> BTreeMap<String, u64> {
        lock(&self.0).clone()
    }

    /// Back to nothing seen.
    pub(crate) fn clear(&self) {
        lock(&self.0).clear();
    }
}

/// Counts the request, then lets it through.
pub(crate) async fn count(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(no such route)", MatchedPath::as_str);
    shared.counters.add(format!("{} {route}", request.method()));
    next.run(request).await
}
