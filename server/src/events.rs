//! News for the browsers that watch a campaign.
//!
//! Only which recipient or campaign changed is announced; whoever listens reads
//! the present state from the store, so that news may be late but never stale.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, watch};

/// Listeners that fall behind by more than this have to start over.
const BACKLOG: usize = 4096;

/// What is announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum News {
    /// Something changed.
    Changed {
        campaign: String,
        /// The recipients that changed; none when it is the campaign itself.
        recipients: Arc<[i64]>,
    },
    /// Nobody knows what: whoever listens has to start over.
    Missed,
}

/// Where changes are announced.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    sender: broadcast::Sender<News>,
    /// Only what happened in this process.
    here: broadcast::Sender<News>,
    ended: watch::Sender<bool>,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self {
            sender: broadcast::channel(BACKLOG).0,
            here: broadcast::channel(BACKLOG).0,
            ended: watch::Sender::new(false),
        }
    }

    pub(crate) fn recipient(&self, campaign: &str, recipient: i64) {
        self.recipients(campaign, [recipient]);
    }

    /// Many at once are one piece of news, so that nobody falls behind because of them.
    pub(crate) fn recipients(&self, campaign: &str, recipients: impl Into<Arc<[i64]>>) {
        let news = News::Changed {
            campaign: campaign.to_owned(),
            recipients: recipients.into(),
        };
        // That nobody listens is no failure.
        let _ = self.here.send(news.clone());
        let _ = self.sender.send(news);
    }

    /// Passes on what happened elsewhere.
    pub(crate) fn heard(&self, news: News) {
        let _ = self.sender.send(news);
    }

    pub(crate) fn campaign(&self, campaign: &str) {
        self.recipients(campaign, []);
    }

    /// To what happens in this process.
    pub(crate) fn listen_here(&self) -> broadcast::Receiver<News> {
        self.here.subscribe()
    }

    /// To what happens here and elsewhere.
    pub(crate) fn listen(&self) -> broadcast::Receiver<News> {
        self.sender.subscribe()
    }

    /// Sends everybody home: the server stops.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Waits for that.
    pub(crate) async fn ended(&self) {
        // It fails only when the sender is gone, which is here.
        let _ = self.ended.subscribe().wait_for(|ended| *ended).await;
    }
}
