//! News between servers that share a database, so that whoever watches a campaign
//! on one of them sees what another sends.
//!
//! News is gathered for a moment first: a notification is cheap, but not three
//! thousand of them in a second. On SQLite there is nobody to tell.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::sleep;

use crate::events::{Events, News};
use crate::secrets::{self, SecretError};
use crate::store::{self, Store};

/// How long news is gathered.
const GATHERING: Duration = Duration::from_millis(250);
/// Recipients in one notification, which PostgreSQL limits to 8,000 bytes.
const RECIPIENTS: usize = 300;
/// Before another try to listen.
const PAUSE: Duration = Duration::from_secs(1);

/// What is said.
#[derive(Debug, Serialize, Deserialize)]
struct Words {
    /// Who says it, to know one's own words.
    from: String,
    news: News,
}

/// Tells the other servers and listens to them, for as long as there is a runtime.
pub(crate) fn start(store: &Store, events: &Events) -> Result<(), SecretError> {
    if store.is_shared() {
        let me = secrets::code(16)?;
        tokio::spawn(tell(me.clone(), store.clone(), events.listen_here()));
        tokio::spawn(hear(me, store.clone(), events.clone()));
    }
    Ok(())
}

async fn tell(me: String, store: Store, mut news: Receiver<News>) {
    loop {
        let first = match news.recv().await {
            Ok(first) => first,
            Err(RecvError::Lagged(_)) => News::Missed,
            Err(RecvError::Closed) => return,
        };
        sleep(GATHERING).await;
        for news in gather(first, &mut news) {
            let from = me.clone();
            let words = serde_json::json!(Words { from, news }).to_string();
            if let Err(error) = store.announce(&words).await {
                tracing::warn!(%error, "other servers could not be told what has changed");
            }
        }
    }
}

/// What has come until now, as few pieces of news.
fn gather(first: News, news: &mut Receiver<News>) -> Vec<News> {
    let mut changed: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    let mut next = Ok(first);
    loop {
        match next {
            Ok(News::Changed {
                campaign,
                recipients,
            }) => changed.entry(campaign).or_default().extend(&*recipients),
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            // Whoever watches reads everything anew, and so all of this too.
            Ok(News::Missed) | Err(TryRecvError::Lagged(_)) => {
                changed.clear();
                while !matches!(
                    news.try_recv(),
                    Err(TryRecvError::Empty | TryRecvError::Closed)
                ) {}
                return vec![News::Missed];
            }
        }
        next = news.try_recv();
    }
    let mut gathered = Vec::new();
    for (campaign, recipients) in changed {
        let recipients: Vec<i64> = recipients.into_iter().collect();
        let mut chunks: Vec<&[i64]> = recipients.chunks(RECIPIENTS).collect();
        if chunks.is_empty() {
            chunks.push(&[]);
        }
        gathered.extend(chunks.into_iter().map(|recipients| News::Changed {
            campaign: campaign.clone(),
            recipients: recipients.into(),
        }));
    }
    gathered
}

async fn hear(me: String, store: Store, events: Events) {
    loop {
        if let Err(error) = listen(&me, &store, &events).await {
            tracing::warn!(%error, "other servers cannot be heard");
        }
        sleep(PAUSE).await;
    }
}

async fn listen(me: &str, store: &Store, events: &Events) -> store::Result<()> {
    let Some(mut listener) = store.listen().await? else {
        return Ok(());
    };
    // Whatever was said until now was not heard.
    events.heard(News::Missed);
    loop {
        let Some(words) = listener.next().await? else {
            events.heard(News::Missed);
            continue;
        };
        match serde_json::from_str::<Words>(&words) {
            Ok(words) if words.from == me => {}
            Ok(words) => events.heard(words.news),
            // A newer version says what this one does not understand.
            Err(_) => events.heard(News::Missed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Database;

    fn changed(campaign: &str, recipients: impl Into<std::sync::Arc<[i64]>>) -> News {
        News::Changed {
            campaign: campaign.into(),
            recipients: recipients.into(),
        }
    }

    #[test]
    fn news_of_a_moment_is_told_in_few_words_that_fit() {
        let events = Events::new();
        let mut news = events.listen_here();
        events.campaign("two");
        let many: Vec<i64> = (0..RECIPIENTS as i64).map(|id| i64::MAX - id).collect();
        events.recipients("one", many.clone());
        events.recipients("one", many);
        let gathered = gather(changed("one", [1]), &mut news);
        assert_eq!(gathered.len(), 3);
        assert_eq!(gathered[2], changed("two", []));
        for news in gathered {
            let from = "0123456789abcdef".into();
            assert!(serde_json::json!(Words { from, news }).to_string().len() < 8000);
        }
    }

    #[test]
    fn too_much_news_is_told_as_something_missed() {
        let events = Events::new();
        let mut news = events.listen_here();
        for number in 0..10_000 {
            events.recipient("one", number);
        }
        let gathered = gather(changed("two", []), &mut news);
        assert_eq!(gathered, [News::Missed]);
        assert!(news.try_recv().is_err());
    }

    #[tokio::test]
    async fn whoever_was_cut_off_is_told_and_hears_again() {
        let store = Database::Postgres.empty().await;
        let (here, there) = (Events::new(), Events::new());
        let mut heard = here.listen();
        start(&store, &here).unwrap();
        start(&store, &there).unwrap();
        assert_eq!(heard.recv().await.unwrap(), News::Missed);
        there.recipient("one", 1);
        assert_eq!(heard.recv().await.unwrap(), changed("one", [1]));

        store.cut_off_listeners().await;
        assert_eq!(heard.recv().await.unwrap(), News::Missed);
        there.recipient("one", 2);
        assert_eq!(heard.recv().await.unwrap(), changed("one", [2]));
    }

    #[test]
    fn what_was_heard_is_not_told_again() {
        let events = Events::new();
        let (mut here, mut all) = (events.listen_here(), events.listen());
        events.heard(changed("one", [1]));
        assert!(here.try_recv().is_err());
        assert_eq!(all.try_recv().unwrap(), changed("one", [1]));
    }
}
