//! `GET /api/campaigns/{id}/events`: a campaign as it goes, by server-sent events.
//!
//! `campaign` carries a `CampaignSummary`, `recipient` a `RecipientRow`. The
//! first event is the campaign as it stands. For a listener that has fallen
//! behind the stream ends: browsers connect again, and then read everything
//! anew. Changes of recipients are gathered for a moment, so that a fast
//! campaign does not drown the page.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use septet_core::wire::ErrorCode;
use serde::Serialize;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::events::News;
use crate::store::StoreError;

/// How long changes are gathered.
const GATHER: Duration = Duration::from_millis(100);

pub(super) async fn campaign(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    // Listening first: what happens from here on is not missed.
    let news = app.events.listen();
    app.store
        .campaign(person.portal, &id)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let (sender, receiver) = mpsc::channel(64);
    tokio::spawn(async move {
        let watch = Watch {
            app,
            portal: person.portal,
            id,
            sender,
        };
        if let Err(Stopped::Store(error)) = watch.follow(news).await {
            tracing::error!(%error, "a campaign can no longer be followed");
        }
    });
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default()))
}

struct Watch {
    app: App,
    portal: u64,
    id: String,
    sender: mpsc::Sender<Result<Event, Infallible>>,
}

/// Why nobody is told any more.
enum Stopped {
    /// The page went away.
    Gone,
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Watch {
    async fn follow(self, mut news: broadcast::Receiver<News>) -> Result<(), Stopped> {
        self.tell_campaign().await?;
        loop {
            let mut changed = BTreeSet::new();
            tokio::select! {
                first = news.recv() => match first {
                    Ok(first) if first.campaign == self.id => changed.extend(first.recipient),
                    Ok(_) => continue,
                    Err(_) => return Ok(()),
                },
                () = self.app.events.ended() => return Ok(()),
                () = self.sender.closed() => return Ok(()),
            }
            tokio::time::sleep(GATHER).await;
            loop {
                match news.try_recv() {
                    Ok(more) if more.campaign == self.id => changed.extend(more.recipient),
                    Ok(_) => {}
                    Err(TryRecvError::Empty) => break,
                    Err(_) => return Ok(()),
                }
            }
            for recipient in changed {
                if let Some((_, row)) = self.app.store.recipient(recipient).await? {
                    self.tell("recipient", &row).await?;
                }
            }
            self.tell_campaign().await?;
        }
    }

    async fn tell_campaign(&self) -> Result<(), Stopped> {
        let campaign = self.app.store.campaign(self.portal, &self.id).await?;
        match campaign {
            Some(campaign) => self.tell("campaign", &campaign).await,
            None => Err(Stopped::Gone),
        }
    }

    async fn tell(&self, name: &str, data: &impl Serialize) -> Result<(), Stopped> {
        let event = Event::default()
            .event(name)
            .json_data(data)
            .map_err(|_| Stopped::Gone)?;
        self.sender.send(Ok(event)).await.map_err(|_| Stopped::Gone)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::Value;

    use crate::testing::{World, draft};

    #[tokio::test]
    async fn the_campaign_comes_first_and_then_what_happens_to_its_messages() {
        let world = World::reporting_after(Duration::from_millis(600)).await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let mut stream = browser.open(&format!("/api/campaigns/{id}/events")).await;
        assert_eq!(stream.headers()["content-type"], "text/event-stream");

        let mut events: Vec<(String, Value)> = Vec::new();
        let mut text = String::new();
        let delivered =
            |(name, data): &(String, Value)| name == "recipient" && data["state"] == "delivered";
        while events.iter().filter(|event| delivered(event)).count() < 2 {
            let next = tokio::time::timeout(Duration::from_secs(10), stream.chunk());
            let chunk = next.await.expect("news").unwrap().expect("an open stream");
            text.push_str(std::str::from_utf8(&chunk).unwrap());
            while let Some((event, rest)) = text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|value| value.trim().to_owned())
                };
                if let (Some(name), Some(data)) = (field("event:"), field("data:")) {
                    events.push((name, serde_json::from_str(&data).unwrap()));
                }
                text = rest.to_owned();
            }
        }

        let (first, campaign) = &events[0];
        assert_eq!(
            (first.as_str(), campaign["id"].as_str()),
            ("campaign", Some(id.as_str()))
        );
    }

    /// Reads what is left of a stream, if it ends in good time.
    async fn to_the_end(mut stream: reqwest::Response) -> Option<()> {
        let end = async { while stream.chunk().await.is_ok_and(|chunk| chunk.is_some()) {} };
        tokio::time::timeout(Duration::from_secs(10), end)
            .await
            .ok()
    }

    #[tokio::test]
    async fn streams_end_when_the_server_stops() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let stream = browser.open(&format!("/api/campaigns/{id}/events")).await;
        world.app.events.end();
        assert_eq!(to_the_end(stream).await, Some(()));
    }

    #[tokio::test]
    async fn whoever_falls_behind_has_to_connect_again() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let stream = browser.open(&format!("/api/campaigns/{id}/events")).await;
        for _ in 0..10_000 {
            world.app.events.recipient("another", 1);
        }
        assert_eq!(to_the_end(stream).await, Some(()));
    }
}
