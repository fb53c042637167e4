//! The event stream that keeps the handset up to date.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};

use super::texts::fill;
use super::visitor::Visitor;
use crate::shared::{News, Shared, lock};

/// `GET /handset/events`: `message` with a sentence to be read out, or `change`.
pub(super) async fn stream(
    visitor: Visitor,
    State(shared): State<Arc<Shared>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = BroadcastStream::new(shared.subscribe())
        .take_while(|news| !matches!(news, Ok(News::Closing)))
        .map(move |news| Ok(event(&shared, &visitor, news.ok())));
    Sse::new(news).keep_alive(KeepAlive::default())
}

/// Whoever missed some news (`None`) is told to look again.
fn event(shared: &Shared, visitor: &Visitor, news: Option<News>) -> Event {
    match news {
        Some(News::Message { to }) => {
            let names = lock(&shared.accounts).directory().names(&to);
            let name = if names.is_empty() { to } else { names };
            let text = fill(&visitor.texts().handset.new_message, &[("name", &name)]);
            Event::default().event("message").data(text)
        }
        Some(News::Change | News::Closing) | None => Event::default().event("change").data("-"),
    }
}
