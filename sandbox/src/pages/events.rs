//! The event stream that keeps the handset up to date.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use serde::Deserialize;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};

use super::texts::fill;
use super::visitor::Visitor;
use crate::shared::{News, Shared, lock};

/// What the page shows.
#[derive(Debug, Deserialize)]
pub(super) struct Shown {
    /// Digits of a phone; all of them where it is left out.
    phone: Option<String>,
}

/// A page that is open: the sandbox leaves it to its reader to answer.
#[derive(Debug)]
struct Watching {
    shared: Arc<Shared>,
    page: u64,
}

impl Drop for Watching {
    fn drop(&mut self) {
        lock(&self.shared.switchboard).unwatch(self.page);
    }
}

/// `GET /handset/events`: `message` with a sentence to be read out, or `change`.
pub(super) async fn stream(
    visitor: Visitor,
    State(shared): State<Arc<Shared>>,
    Query(shown): Query<Shown>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let page = lock(&shared.switchboard).watch(shown.phone);
    let watching = Watching {
        shared: shared.clone(),
        page,
    };
    let news = BroadcastStream::new(shared.subscribe())
        .take_while(|news| !matches!(news, Ok(News::Closing)))
        .map(move |news| Ok(event(&watching.shared, &visitor, news.ok())));
    Sse::new(news).keep_alive(KeepAlive::default())
}

/// Whoever missed some news (`None`) is told to look again.
fn event(shared: &Shared, visitor: &Visitor, news: Option<News>) -> Event {
    match news {
        Some(News::Message { to }) => announce(shared, to, &visitor.texts().handset.new_message),
        Some(News::Call { to }) => announce(shared, to, &visitor.texts().calls.incoming_for),
        Some(News::Change | News::Closing) | None => Event::default().event("change").data("-"),
    }
}

fn announce(shared: &Shared, to: String, text: &str) -> Event {
    let names = lock(&shared.accounts).directory().names(&to);
    let name = if names.is_empty() { to } else { names };
    let text = fill(text, &[("name", &name)]);
    Event::default().event("message").data(text)
}
