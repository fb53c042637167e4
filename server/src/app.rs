//! Everything that a request or the delivery loop works with.

use std::sync::Arc;

use septet_core::wire::LinkShape;
use tokio::sync::Notify;

use crate::clicks::Clicks;
use crate::config::Config;
use crate::delivery::{Desk, Touched, Writer};
use crate::events::Events;
use crate::hubspot::Hubspot;
use crate::metrics::Metrics;
use crate::nrs::Providers;
use crate::outage::Outage;
use crate::relay;
use crate::secrets::{Keyring, SecretError};
use crate::store::{Store, StoreError};
use crate::watched::Watched;

/// Letters and digits of a link's code: 62^10, with a limit on guesses, is out of anybody's reach.
pub(crate) const CODE_LENGTH: usize = 10;

/// Why the parts could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    #[error("the HTTP client could not be made: {0}")]
    Client(#[from] reqwest::Error),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// The running server's parts; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) config: Arc<Config>,
    pub(crate) store: Store,
    pub(crate) keys: Keyring,
    pub(crate) hubspot: Hubspot,
    pub(crate) providers: Providers,
    pub(crate) events: Events,
    pub(crate) watched: Watched,
    pub(crate) metrics: Metrics,
    /// What happens to messages is handed in here.
    pub(crate) writer: Writer,
    /// Where short links lead, and who follows them.
    pub(crate) clicks: Clicks,
    /// Whether it can be written.
    pub(crate) outage: Outage,
    /// Campaigns that may be at their end.
    pub(crate) touched: Touched,
    /// Wakes the delivery loop when there may be something to send.
    pub(crate) work: Arc<Notify>,
    /// Wakes whoever prepares campaigns when there may be one.
    pub(crate) unprepared: Arc<Notify>,
}

impl App {
    /// Needs a runtime: some of the parts work in the background.
    pub(crate) fn new(config: Config, store: Store, keys: Keyring) -> Result<Self, AppError> {
        let events = Events::new();
        relay::start(&store, &events)?;
        let hubspot = Hubspot::new(config.hubspot.clone(), store.clone(), keys.clone())?;
        let metrics = Metrics::default();
        let outage = Outage::default();
        let touched = Touched::default();
        let desk = Desk {
            store: store.clone(),
            metrics: metrics.clone(),
            outage: outage.clone(),
            events: events.clone(),
            touched: touched.clone(),
        };
        Ok(Self {
            hubspot,
            providers: Providers::new(config.nrs.clone(), store.clone(), keys.clone())?,
            config: Arc::new(config),
            writer: Writer::start(desk),
            clicks: Clicks::start(store.clone(), events.clone(), metrics.clone()),
            outage,
            touched,
            metrics,
            store,
            keys,
            events,
            watched: Watched::default(),
            work: Arc::new(Notify::new()),
            unprepared: Arc::new(Notify::new()),
        })
    }

    /// How the links in an account's new messages look.
    pub(crate) async fn links(&self, portal: u64) -> Result<LinkShape, StoreError> {
        let host = self.store.link_host(portal).await?;
        let base = host.map_or_else(
            || self.config.link_url.clone(),
            |host| format!("{}://{host}", self.config.abroad.scheme()),
        );
        Ok(LinkShape {
            short_base: format!("{base}/l/"),
            unsubscribe_base: format!("{base}/u/"),
            code_length: CODE_LENGTH,
        })
    }
}

/// Where 360nrs calls back about the account; with a secret, and so not for a log.
pub(crate) fn callback_url(public_url: &str, keys: &Keyring, portal: u64) -> String {
    let secret = keys.callback_secret(portal);
    format!("{public_url}/hooks/360nrs/{portal}/{secret}")
}
