//! The one state behind all routes, and the news that the handset listens to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::chances::{Chances, Dice};
use crate::counting::Counters;
use crate::faults::Faults;
use crate::hubspot::{Accounts, Executions, Grants, Traffic};
use crate::nrs::{Ledger, Switchboard};

/// How many pieces of news a slow listener may lag behind before it skips some.
const NEWS_BACKLOG: usize = 256;

/// Everything that the sandbox knows.
#[derive(Debug)]
pub(crate) struct Shared {
    /// Time from acceptance to the final report.
    pub(crate) report_delay: Duration,
    /// Requests seen.
    pub(crate) counters: Counters,
    /// How the platforms fail at the moment.
    pub(crate) faults: Mutex<Faults>,
    /// Faults by chance.
    chances: Mutex<Chances>,
    /// Which calls they strike.
    pub(crate) dice: Dice,
    /// What is kept of messages.
    keep: Mutex<Keep>,
    /// Where 360nrs tells the account of events, if anywhere.
    callback: Mutex<Option<String>>,
    /// Where it tells of what people do, each account of what was sent for it.
    listeners: Mutex<Vec<String>>,
    /// 360nrs: messages, sends, credit.
    pub(crate) ledger: Mutex<Ledger>,
    /// 360nrs: phone calls. Whoever locks both locks the ledger first.
    pub(crate) switchboard: Mutex<Switchboard>,
    /// HubSpot: accounts with their contacts, properties and lists.
    pub(crate) accounts: Mutex<Accounts>,
    /// HubSpot: codes and tokens given out.
    pub(crate) grants: Mutex<Grants>,
    /// HubSpot: actions of workflows that wait for the app.
    pub(crate) executions: Mutex<Executions>,
    /// HubSpot: how many calls were made lately.
    pub(crate) traffic: Mutex<Traffic>,
    /// HubSpot: where the app is, once somebody has connected it.
    app: Mutex<Option<String>>,
    /// The client that delivers reports.
    pub(crate) http: reqwest::Client,
    /// Rises at every reset; a report of an earlier epoch is not delivered.
    epoch: AtomicU64,
    news: broadcast::Sender<News>,
}

/// What is kept of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Keep {
    /// Whether they are kept for the handset and to be read back. Without, memory
    /// holds only counts; timelines keep nothing either.
    pub(crate) texts: bool,
    /// Whether their reports are held back until they are released.
    pub(crate) reports: bool,
    /// Whether every call is noted; where it is not said, if texts are kept.
    pub(crate) calls: Option<bool>,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            texts: true,
            reports: false,
            calls: None,
        }
    }
}

/// What the handset page is told about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum News {
    /// A message reached the phone with this number.
    Message {
        /// Digits of the number.
        to: String,
    },
    /// The phone with this number rings.
    Call {
        /// Digits of the number.
        to: String,
    },
    /// Something else that the page shows has changed.
    Change,
    /// The sandbox is about to stop.
    Closing,
}

impl Shared {
    /// A fresh state.
    pub(crate) fn new(report_delay: Duration) -> Result<Self, reqwest::Error> {
        // Reports go straight to the host that asked for them: no proxy, and no
        // redirect that could lead away from this computer.
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(5))
            .build()?;
        Ok(Self {
            report_delay,
            counters: Counters::default(),
            faults: Mutex::default(),
            chances: Mutex::default(),
            dice: Dice::default(),
            keep: Mutex::default(),
            callback: Mutex::default(),
            listeners: Mutex::default(),
            ledger: Mutex::default(),
            switchboard: Mutex::default(),
            accounts: Mutex::new(Accounts::seeded()),
            grants: Mutex::default(),
            executions: Mutex::default(),
            traffic: Mutex::default(),
            app: Mutex::default(),
            http,
            epoch: AtomicU64::new(0),
            news: broadcast::channel(NEWS_BACKLOG).0,
        })
    }

    /// The switches as they stand.
    pub(crate) fn faults(&self) -> Faults {
        *lock(&self.faults)
    }

    /// The chances as they stand.
    pub(crate) fn chances(&self) -> Chances {
        *lock(&self.chances)
    }

    /// Sets the chances; their dice begin anew.
    pub(crate) fn set_chances(&self, chances: Chances) {
        *lock(&self.chances) = chances;
        self.dice.restart();
    }

    /// What is kept of messages.
    pub(crate) fn keep(&self) -> Keep {
        *lock(&self.keep)
    }

    /// Decides what is kept of messages from now on.
    pub(crate) fn set_keep(&self, keep: Keep) {
        *lock(&self.keep) = keep;
        let calls = keep.calls.unwrap_or(keep.texts);
        lock(&self.ledger).keep(keep.texts, calls);
    }

    /// Where the app is, without a slash at the end.
    pub(crate) fn app(&self) -> Option<String> {
        lock(&self.app).clone()
    }

    /// Sets that place.
    pub(crate) fn set_app(&self, origin: String) {
        *lock(&self.app) = Some(origin);
    }

    /// Where 360nrs tells the account of events, if anywhere.
    pub(crate) fn callback(&self) -> Option<String> {
        lock(&self.callback).clone()
    }

    /// Sets that place.
    pub(crate) fn set_callback(&self, url: Option<String>) {
        *lock(&self.callback) = url;
    }

    /// Where 360nrs tells of what people do with what was sent with this notification URL:
    /// of several listeners, the one whose address begins most like it.
    pub(crate) fn listener(&self, sent_with: Option<&str>) -> Option<String> {
        self.callback().or_else(|| {
            let sent_with = sent_with.unwrap_or_default();
            let alike = |url: &&String| {
                let pairs = url.bytes().zip(sent_with.bytes());
                pairs.take_while(|(one, other)| one == other).count()
            };
            lock(&self.listeners).iter().max_by_key(alike).cloned()
        })
    }

    /// Sets those places; they stay through a reset.
    pub(crate) fn set_listeners(&self, urls: Vec<String>) {
        *lock(&self.listeners) = urls;
    }

    /// Tells every open handset page. Nobody listening is no error.
    pub(crate) fn publish(&self, news: &News) {
        let _ = self.news.send(news.clone());
    }

    /// The news from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// The present epoch, for a task that must not outlive it.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Tasks of earlier epochs end without doing anything more, and so do phone calls.
    pub(crate) fn begin_new_epoch(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        lock(&self.switchboard).clear();
    }

    /// Back to the first moment: no messages, full credit, original contacts, no
    /// faults, counters at zero. Sign-ins stay good, so that a signed-in server
    /// need not connect again between two tests.
    pub(crate) fn reset(&self) {
        self.begin_new_epoch();
        *lock(&self.ledger) = Ledger::default();
        *lock(&self.accounts) = Accounts::seeded();
        *lock(&self.executions) = Executions::default();
        *lock(&self.traffic) = Traffic::default();
        *lock(&self.faults) = Faults::default();
        self.set_chances(Chances::default());
        self.set_keep(Keep::default());
        self.set_callback(None);
        self.counters.clear();
        self.publish(&News::Change);
    }
}

/// Locks. A panic elsewhere while holding the lock leaves data that is still
/// whole, for every change under a lock is made after all checks.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}
