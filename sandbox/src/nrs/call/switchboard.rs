//! All phone calls, what the account may do, who answers, and who is watching.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::phone_call::PhoneCall;
use super::request::Kind;

/// How phone calls go; the default is that of a fresh sandbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Whether the account may make calls.
    pub(crate) voice: bool,
    /// Whether it may make interactive ones.
    pub(crate) ivr: bool,
    /// Who answers.
    pub(crate) answering: Answering,
    /// How long a second of a call lasts, in milliseconds; where it is not said, a third of
    /// the time that reports take, which is a real second unless tests are in a hurry.
    pub(crate) second_ms: Option<u32>,
}

/// Who answers phones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answering {
    /// The sandbox, after a moment, unless a handset page is watching that phone or the list
    /// of all; then it rings until somebody answers there, and out. No key is pressed but
    /// by people, and nobody waits longer for one than the call says.
    #[default]
    Auto,
    /// Nobody: a phone rings, and a call waits for a key, until it is told otherwise.
    Manual,
}

/// The phone calls of the account.
#[derive(Debug, Default)]
pub(crate) struct Switchboard {
    settings: Settings,
    calls: BTreeMap<u64, PhoneCall>,
    /// Open handset pages: the phone that each shows, `None` for the list of all.
    watching: BTreeMap<u64, Option<String>>,
    pages: u64,
}

impl Settings {
    /// Whether the account may make calls of a kind.
    pub(crate) fn allows(self, kind: Kind) -> bool {
        match kind {
            Kind::Voice => self.voice,
            Kind::Ivr => self.ivr,
        }
    }

    /// How long a second of a call lasts.
    pub(crate) fn second(self, report_delay: Duration) -> Duration {
        self.second_ms.map_or(report_delay / 3, |milliseconds| {
            Duration::from_millis(milliseconds.into())
        })
    }
}

impl Switchboard {
    /// How phone calls go.
    pub(crate) fn settings(&self) -> Settings {
        self.settings
    }

    /// Decides how phone calls go from now on.
    pub(crate) fn set(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Everything as at the start, but the pages that are open.
    pub(crate) fn clear(&mut self) {
        self.settings = Settings::default();
        self.calls.clear();
    }

    /// A call more.
    pub(super) fn add(&mut self, call: PhoneCall) {
        self.calls.insert(call.id, call);
    }

    /// A call less.
    pub(super) fn forget(&mut self, id: u64) {
        self.calls.remove(&id);
    }

    /// All calls, oldest first.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &PhoneCall> {
        self.calls.values()
    }

    /// What phones show: not what never rang.
    pub(crate) fn on_phones(&self) -> impl Iterator<Item = &PhoneCall> {
        self.calls().filter(|call| call.rings > 0)
    }

    /// One call.
    pub(crate) fn call(&self, id: u64) -> Option<&PhoneCall> {
        self.calls.get(&id)
    }

    /// One call, for something to happen to it.
    pub(super) fn call_mut(&mut self, id: u64) -> Option<&mut PhoneCall> {
        self.calls.get_mut(&id)
    }

    /// The phone was opened; says whether there was news on it.
    pub(crate) fn mark_read(&mut self, to: &str) -> bool {
        let mut news = false;
        for call in self.calls.values_mut() {
            if call.to == to && call.rings > 0 && !call.read {
                call.read = true;
                news = true;
            }
        }
        news
    }

    /// A handset page was opened.
    pub(crate) fn watch(&mut self, phone: Option<String>) -> u64 {
        self.pages += 1;
        self.watching.insert(self.pages, phone);
        self.pages
    }

    /// It was closed.
    pub(crate) fn unwatch(&mut self, page: u64) {
        self.watching.remove(&page);
    }

    /// Whether somebody could answer this phone.
    pub(crate) fn is_watched(&self, to: &str) -> bool {
        let mut watching = self.watching.values();
        watching.any(|phone| phone.as_ref().is_none_or(|phone| phone == to))
    }
}
