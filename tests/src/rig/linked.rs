//! A server that has sent a campaign with a link to many people, and those links.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use tokio::time::sleep;

use super::{Database, Person, Platforms, Servers};
use crate::Result;

/// How long the campaign may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The server, who works with it, and what it has sent.
#[derive(Debug)]
pub struct Linked {
    servers: Servers,
    person: Person,
    campaign: String,
    paths: Vec<String>,
    _platforms: Platforms,
}

impl Linked {
    /// Sends to so many people and waits until all have it.
    ///
    /// # Errors
    /// When that does not come to its end.
    pub async fn start(binary: PathBuf, database: &Database, people: u64) -> Result<Self> {
        let platforms = Platforms::start(Duration::ZERO).await?;
        let mut servers = Servers::new(binary, &platforms, database, 1).await?;
        servers.set("SEPTET_RATE", "0");
        servers.start(0, None).await?;
        let person = Person::sign_in(&servers).await?;
        let list = platforms.crowd(people).await?;
        let body = json!({ "key": "links", "draft": {
            "sender": "Septet",
            "text": "Veja https://loja.example/promo",
            "country": "PT",
            "audience": { "kind": "list", "id": list },
        }});
        let (_, made) = person.call(Method::POST, "/api/campaigns", &body).await?;
        let campaign = made["id"].as_str().ok_or("no campaign")?.to_owned();
        let deadline = Instant::now() + PATIENCE;
        while person.look(&campaign).await?["counts"]["delivered"] != people {
            if Instant::now() > deadline {
                return Err("not all have it".into());
            }
            sleep(Duration::from_millis(100)).await;
        }
        let messages = platforms.ask("/sandbox/messages").await?;
        let texts = messages.as_array().ok_or("no messages")?.iter();
        let base = servers.url().to_owned();
        let paths = texts.filter_map(|message| {
            let text = message["text"].as_str()?;
            let link = text.split_whitespace().find(|word| word.contains("/l/"))?;
            link.strip_prefix(&base).map(str::to_owned)
        });
        let paths: Vec<String> = paths.collect();
        if paths.len() as u64 != people {
            return Err(format!("{} links for {people} people", paths.len()).into());
        }
        Ok(Self {
            servers,
            person,
            campaign,
            paths,
            _platforms: platforms,
        })
    }

    /// Addresses of the links, each somebody else's.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    /// Where the server listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        let port = self.servers.url().rsplit(':').next();
        port.and_then(|port| port.parse().ok()).unwrap_or_default()
    }

    /// Clicks that the campaign's page shows, of every class.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn clicks(&self) -> Result<u64> {
        let campaign = self.person.look(&self.campaign).await?;
        let clicks = &campaign["counts"]["clicks"];
        let count = |class: &str| clicks[class].as_u64().unwrap_or_default();
        Ok(["machine", "probable", "confirmed"].map(count).iter().sum())
    }

    /// Ends the server as a crash would, and starts it again.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn kill_and_start(&mut self) -> Result<()> {
        self.servers.kill(0).await?;
        self.servers.start(0, None).await.map(drop)
    }
}
