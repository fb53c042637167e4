//! `GET /api/campaigns/{id}/events`: a campaign as it goes, by server-sent events.
//!
//! `campaign` carries a `CampaignSummary`, `recipient` a `RecipientRow`; `recipients`
//! carries nothing: more of them have changed than are told one by one, or nobody
//! knows which, and whoever shows some reads them anew; `outage` says whether the
//! database cannot be written to, so that nothing leaves, when it is so at first and when
//! that changes. The first event is the
//! campaign as it stands. Changes are gathered for a moment, so that a fast campaign
//! does not drown the page.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use septet_core::wire::{CampaignSummary, ErrorCode};
use serde::Serialize;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, mpsc};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;

use super::problem::ApiResult;
use super::session::SignedIn;
use crate::app::App;
use crate::events::News;
use crate::store::{self, StoreError};
use crate::watched::{BETWEEN, Summary};

/// Most changed recipients that are told one by one.
const MANY: usize = 500;
/// Between two times that a page is made to read its recipients anew.
const ANEW: Duration = Duration::from_secs(2);

pub(super) async fn campaign(
    person: SignedIn,
    State(app): State<App>,
    Path(id): Path<String>,
) -> ApiResult<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    // Listening first: what happens from here on is not missed.
    let news = app.events.listen();
    let (sender, receiver) = mpsc::channel(64);
    let watch = Watch {
        summary: app.watched.join(person.portal, &id),
        app,
        portal: person.portal,
        id,
        sender,
    };
    let summary = watch.summary(Instant::now()).await?;
    let summary = summary.ok_or(ErrorCode::NotFound)?;
    tokio::spawn(async move {
        if let Err(Stopped::Store(error)) = watch.follow(summary, news).await {
            tracing::error!(%error, "a campaign can no longer be followed");
        }
    });
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default()))
}

struct Watch {
    app: App,
    portal: u64,
    id: String,
    summary: Summary,
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
    async fn follow(
        self,
        first: CampaignSummary,
        mut news: broadcast::Receiver<News>,
    ) -> Result<(), Stopped> {
        self.tell("campaign", &first).await?;
        let mut outages = self.app.outage.changes();
        if self.app.outage.lasts() {
            self.tell("outage", &true).await?;
        }
        // More has changed than `changed` says; it is told no sooner than `anew`.
        let (mut more, mut anew) = (false, Instant::now());
        loop {
            let mut changed = BTreeSet::new();
            tokio::select! {
                first = news.recv() => match first {
                    Ok(News::Changed { campaign, recipients }) if campaign == self.id => {
                        changed.extend(&*recipients);
                    }
                    Ok(News::Changed { .. }) => continue,
                    Ok(News::Missed) | Err(RecvError::Lagged(_)) => more = true,
                    Err(RecvError::Closed) => return Ok(()),
                },
                () = sleep_until(anew), if more => {}
                Ok(()) = outages.changed() => {
                    self.tell("outage", &self.app.outage.lasts()).await?;
                    continue;
                }
                () = self.app.events.ended() => return Ok(()),
                () = self.sender.closed() => return Ok(()),
            }
            sleep(BETWEEN).await;
            let gathered = Instant::now();
            loop {
                match news.try_recv() {
                    Ok(News::Changed {
                        campaign,
                        recipients,
                    }) => {
                        if campaign == self.id {
                            changed.extend(&*recipients);
                        }
                    }
                    Ok(News::Missed) | Err(TryRecvError::Lagged(_)) => more = true,
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Closed) => return Ok(()),
                }
            }
            if changed.len() > MANY {
                more = true;
            } else {
                let changed: Vec<i64> = changed.into_iter().collect();
                for row in self.app.store.recipients_as_they_are(&changed).await? {
                    self.tell("recipient", &row).await?;
                }
            }
            if more && gathered >= anew {
                self.tell("recipients", &()).await?;
                (more, anew) = (false, gathered + ANEW);
            }
            let summary = self.summary(gathered).await?.ok_or(Stopped::Gone)?;
            self.tell("campaign", &summary).await?;
        }
    }

    /// The campaign as it was then or later, read for all who watch it.
    async fn summary(&self, since: Instant) -> store::Result<Option<CampaignSummary>> {
        let read = async || self.app.store.campaign(self.portal, &self.id).await;
        self.summary.since(since, read).await
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
    use std::collections::BTreeSet;
    use std::sync::Arc;
    use std::time::Duration;

    use serde_json::Value;
    use tokio::time::{Instant, timeout, timeout_at};

    use super::MANY;
    use crate::testing::{BOOKSHOP, Browser, Database, World, campaign, draft, eventually};
    use crate::watched::BETWEEN;

    /// The events of a campaign, one after the other.
    struct Stream {
        answer: reqwest::Response,
        read: String,
    }

    impl Stream {
        async fn open(browser: &Browser, id: &str) -> Self {
            let answer = browser.open(&format!("/api/campaigns/{id}/events")).await;
            assert_eq!(answer.headers()["content-type"], "text/event-stream");
            Self {
                answer,
                read: String::new(),
            }
        }

        async fn next(&mut self) -> (String, Value) {
            loop {
                while let Some((event, rest)) = self.read.split_once("\n\n") {
                    let field = |name: &str| {
                        let line = event.lines().find_map(|line| line.strip_prefix(name));
                        line.map(|value| value.trim().to_owned())
                    };
                    let found = (field("event:"), field("data:"));
                    self.read = rest.to_owned();
                    if let (Some(name), Some(data)) = found {
                        return (name, serde_json::from_str(&data).unwrap());
                    }
                }
                let next = timeout(Duration::from_secs(10), self.answer.chunk());
                let chunk = next.await.expect("news").unwrap().expect("an open stream");
                self.read.push_str(std::str::from_utf8(&chunk).unwrap());
            }
        }
    }

    #[tokio::test]
    async fn the_campaign_comes_first_and_then_what_happens_to_its_messages() {
        let world = World::reporting_after(Duration::from_millis(600)).await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let mut stream = Stream::open(&browser, &id).await;
        let (first, campaign) = stream.next().await;
        assert_eq!(
            (first.as_str(), campaign["id"].as_str()),
            ("campaign", Some(id.as_str()))
        );
        let mut delivered = 0;
        while delivered < 2 {
            let (name, data) = stream.next().await;
            delivered += u32::from(name == "recipient" && data["state"] == "delivered");
        }
    }

    #[tokio::test]
    async fn what_one_server_sends_is_seen_on_another() {
        let store = Database::Postgres.empty().await;
        let mut world = World::build(store.clone(), Duration::from_millis(600), &[]).await;
        let browser = world.signed_in().await;
        world.stop_delivery().await;
        let id = browser.created("key", &draft("Olá")).await;
        let mut stream = Stream::open(&browser, &id).await;
        assert_eq!(stream.next().await.1["counts"]["pending"], 2);
        let _sender = world.beside(store.again().await).await;
        let mut rows = BTreeSet::new();
        loop {
            let (name, data) = stream.next().await;
            if name == "recipient" && data["state"] == "delivered" {
                rows.insert(data["id"].to_string());
            }
            if name == "campaign" && data["counts"]["delivered"] == 2 {
                break;
            }
        }
        assert_eq!(rows.len(), 2);
    }

    /// A campaign with so many recipients who wait, watched; nobody sends it.
    async fn waiting(world: &mut World, browser: &Browser, recipients: u64) -> Stream {
        world.stop_delivery().await;
        let new = campaign("one", recipients);
        world.app.store.create_campaign(&new, 1).await.unwrap();
        let mut stream = Stream::open(browser, "one").await;
        assert_eq!(stream.next().await.1["counts"]["pending"], recipients);
        stream
    }

    #[tokio::test]
    async fn a_cancelled_campaign_takes_its_rows_with_it_on_every_open_page() {
        let mut world = World::start().await;
        let browser = world.signed_in().await;
        let mut stream = waiting(&mut world, &browser, 3).await;
        browser
            .post("/api/campaigns/one/cancel", &Value::Null)
            .await;
        for _ in 0..3 {
            let (name, row) = stream.next().await;
            assert_eq!(name, "recipient");
            assert_eq!(
                (&row["state"], &row["reason"]),
                (&"not_sent".into(), &"cancelled".into())
            );
        }
        let (name, campaign) = stream.next().await;
        assert_eq!(name, "campaign");
        assert_eq!(campaign["state"]["state"], "cancelled");
    }

    #[tokio::test]
    async fn when_very_many_rows_change_at_once_pages_read_theirs_anew() {
        let mut world = World::start().await;
        let browser = world.signed_in().await;
        let mut stream = waiting(&mut world, &browser, MANY as u64 + 1).await;
        browser
            .post("/api/campaigns/one/cancel", &Value::Null)
            .await;
        assert_eq!(stream.next().await.0, "recipients");
        let (name, campaign) = stream.next().await;
        assert_eq!(name, "campaign");
        assert_eq!(campaign["state"]["state"], "cancelled");
    }

    #[tokio::test]
    async fn however_fast_things_change_the_campaign_is_counted_a_few_times_a_second() {
        let mut world = World::start().await;
        world.stop_delivery().await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let mut stream = Stream::open(&browser, &id).await;
        let events = world.app.events.clone();
        let changing = tokio::spawn(async move {
            loop {
                events.campaign(&id);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let end = Instant::now() + 4 * BETWEEN;
        let mut told = 0;
        while timeout_at(end, stream.next()).await.is_ok() {
            told += 1;
        }
        changing.abort();
        assert!((2..=5).contains(&told), "{told}");
    }

    #[tokio::test]
    async fn whoever_watches_the_same_campaign_shares_its_counts_while_they_watch() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let mut streams = Vec::new();
        for _ in 0..3 {
            streams.push(Stream::open(&browser, &id).await);
        }
        let summary = world.app.watched.join(BOOKSHOP, &id);
        assert_eq!(Arc::strong_count(&summary), 4);
        drop(streams);
        eventually("nobody watches any more", async || {
            (Arc::strong_count(&summary) == 1).then_some(())
        })
        .await;
    }

    /// Reads what is left of a stream, if it ends in good time.
    async fn to_the_end(mut stream: reqwest::Response) -> Option<()> {
        let end = async { while stream.chunk().await.is_ok_and(|chunk| chunk.is_some()) {} };
        timeout(Duration::from_secs(10), end).await.ok()
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
    async fn whoever_falls_behind_reads_anew_and_goes_on() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let id = browser.created("key", &draft("Olá")).await;
        let mut stream = Stream::open(&browser, &id).await;
        for _ in 0..10_000 {
            world.app.events.recipient("another", 1);
        }
        while stream.next().await.0 != "recipients" {}
        let (name, _) = stream.next().await;
        assert_eq!(name, "campaign");
    }
}
