//! What this process has done, counted for Prometheus.
//!
//! Labels are accounts, states and outcomes; never a number, a name or a text.

mod listener;

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};

pub(crate) use self::listener::router;
use crate::hubspot::Wrote;
use crate::nrs::Sent;

/// One label and its value.
type Label = [(&'static str, &'static str); 1];

/// Counters and histograms; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    begun: Counter,
    outcomes: Family<Label, Counter>,
    latency: Histogram,
    breaker: Gauge,
    reports: Family<Label, Counter>,
    batch_entries: Histogram,
    batch_seconds: Histogram,
    told: Family<Label, Counter>,
    clicks: Family<Label, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        // 10 ms to 40 s: a call is given up after 30.
        let latency = exponential_buckets(0.01, 2.0, 13);
        Self {
            begun: Counter::default(),
            outcomes: Family::default(),
            latency: Histogram::new(latency),
            breaker: Gauge::default(),
            reports: Family::default(),
            batch_entries: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            batch_seconds: Histogram::new(exponential_buckets(0.001, 2.0, 14)),
            told: Family::default(),
            clicks: Family::default(),
        }
    }
}

impl Metrics {
    /// An attempt is on disk, and 360nrs is about to be called.
    pub(crate) fn begun(&self) {
        self.begun.inc();
    }

    /// What a call to 360nrs came to, and how long it took.
    pub(crate) fn called(&self, sent: &Sent, took: Duration) {
        self.outcomes.get_or_create(&outcome(sent)).inc();
        self.latency.observe(took.as_secs_f64());
    }

    /// Rounds of trouble that the breaker has seen since the last answer.
    pub(crate) fn breaker(&self, rounds: u32) {
        self.breaker.set(rounds.into());
    }

    /// A delivery report was taken.
    pub(crate) fn reported(&self, known: bool) {
        self.reports.get_or_create(&report(known)).inc();
    }

    /// Entries were written in one transaction.
    pub(crate) fn wrote(&self, entries: usize, took: Duration) {
        let entries = u32::try_from(entries).unwrap_or(u32::MAX);
        self.batch_entries.observe(entries.into());
        self.batch_seconds.observe(took.as_secs_f64());
    }

    /// HubSpot was told of an event; `None`: not yet.
    pub(crate) fn told(&self, wrote: Option<Wrote>) {
        if let Some(wrote) = wrote {
            self.told.get_or_create(&telling(wrote)).inc();
        }
    }

    /// A link was followed, by a class of visitors.
    pub(crate) fn clicked(&self, class: &'static str) {
        self.clicks.get_or_create(&[("class", class)]).inc();
    }

    fn registry(&self) -> Registry {
        // What has not happened yet is a zero and not a gap.
        for sent in [
            "accepted",
            "refused",
            "request_refused",
            "not_reached",
            "unknown",
        ] {
            drop(self.outcomes.get_or_create(&[("outcome", sent)]));
        }
        for known in [true, false] {
            drop(self.reports.get_or_create(&report(known)));
        }
        for wrote in [Wrote::Taken, Wrote::Later, Wrote::Refused, Wrote::Unknown] {
            drop(self.told.get_or_create(&telling(wrote)));
        }
        for class in ["machine", "probable", "confirmed"] {
            drop(self.clicks.get_or_create(&[("class", class)]));
        }
        let mut registry = Registry::with_prefix("septet");
        registry.register(
            "attempts",
            "Messages that 360nrs was about to be called for",
            self.begun.clone(),
        );
        registry.register(
            "attempt_outcomes",
            "What calls to 360nrs came to",
            self.outcomes.clone(),
        );
        registry.register_with_unit(
            "provider_latency",
            "How long calls to 360nrs took",
            Unit::Seconds,
            self.latency.clone(),
        );
        registry.register(
            "breaker_rounds",
            "Rounds of trouble with 360nrs since its last answer about a message",
            self.breaker.clone(),
        );
        registry.register(
            "delivery_reports",
            "Delivery reports that were taken",
            self.reports.clone(),
        );
        registry.register(
            "write_batch_entries",
            "Entries in one transaction",
            self.batch_entries.clone(),
        );
        registry.register_with_unit(
            "write_batch",
            "How long such a transaction took",
            Unit::Seconds,
            self.batch_seconds.clone(),
        );
        registry.register(
            "timeline_events",
            "What telling HubSpot of events came to",
            self.told.clone(),
        );
        registry.register(
            "clicks",
            "Short links that were followed and written down",
            self.clicks.clone(),
        );
        registry
    }
}

fn outcome(sent: &Sent) -> Label {
    let outcome = match sent {
        Sent::Accepted { .. } => "accepted",
        Sent::RecipientRefused => "refused",
        Sent::Refused(_) => "request_refused",
        Sent::NotReached { .. } => "not_reached",
        Sent::Unknown => "unknown",
    };
    [("outcome", outcome)]
}

fn telling(wrote: Wrote) -> Label {
    let outcome = match wrote {
        Wrote::Taken => "taken",
        Wrote::Later => "later",
        Wrote::Refused => "refused",
        Wrote::Unknown => "unknown",
    };
    [("outcome", outcome)]
}

fn report(known: bool) -> Label {
    [("state", if known { "known" } else { "unknown" })]
}
