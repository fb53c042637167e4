//! Whether the database takes what is to be written: its disk may be full, its server away.
//!
//! While it does not, nothing leaves and nothing is lost, and whoever watches a campaign or
//! the server is told so.

use tokio::sync::watch;

/// Who writes so that messages can leave.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Task {
    /// Takes messages that may leave.
    Claiming,
    /// Writes down what happens to them.
    Recording,
}

/// Which of them cannot; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Outage(watch::Sender<[bool; 2]>);

impl Default for Outage {
    fn default() -> Self {
        Self(watch::Sender::new([false; 2]))
    }
}

impl Outage {
    /// Somebody has tried to write.
    pub(crate) fn tell(&self, task: Task, failed: bool) {
        self.0
            .send_if_modified(|now| std::mem::replace(&mut now[task as usize], failed) != failed);
    }

    /// Whether something cannot be written.
    pub(crate) fn lasts(&self) -> bool {
        self.0.borrow().contains(&true)
    }

    /// To wait for changes.
    pub(crate) fn changes(&self) -> watch::Receiver<[bool; 2]> {
        self.0.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use septet_core::wire::Audience;
    use serde_json::Value;

    use crate::store::Store;
    use crate::testing::{World, draft, eventually};

    const MESSAGES: u64 = 600;

    #[tokio::test]
    async fn a_full_disk_holds_messages_up_says_so_and_loses_and_doubles_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("septet.db")).await.unwrap();
        let world = World::with_store(store.clone()).await;
        let browser = world.signed_in().await;
        let id = world.crowd(MESSAGES).await;
        let mut draft = draft("Olá https://example.com/uma/ligação/comprida");
        draft.audience = Audience::List { id };
        let id = browser.created("key", &draft).await;
        let leaving = |campaign: &Value| campaign["counts"]["delivered"].as_u64() > Some(0);
        world.campaign_when(&browser, &id, leaving).await;

        store.fill_disk(true).await;
        let ready = async || browser.open("/readyz").await.status().as_u16();
        eventually("the server says that it cannot write", async || {
            (ready().await == 503).then_some(())
        })
        .await;
        assert!(world.sends().await < MESSAGES);
        let mut events = browser.open(&format!("/api/campaigns/{id}/events")).await;
        eventually("the page is told", async || {
            let told = events.chunk().await.unwrap().unwrap();
            let told = String::from_utf8_lossy(&told);
            told.contains("event: outage\ndata: true").then_some(())
        })
        .await;

        store.fill_disk(false).await;
        let finished = |campaign: &Value| campaign["counts"]["delivered"] == MESSAGES;
        world.campaign_when(&browser, &id, finished).await;
        assert_eq!(world.sends().await, MESSAGES);
        assert_eq!(ready().await, 200);
        let messages = world.ask_sandbox("/sandbox/messages").await;
        assert_eq!(messages.as_array().unwrap().len() as u64, MESSAGES);
    }
}
