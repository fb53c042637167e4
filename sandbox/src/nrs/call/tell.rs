//! Telling whoever asked for it what becomes of a call, one thing after the other.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use super::phone_call::PhoneCall;
use super::script::Key;
use crate::chances::ReportMishaps;
use crate::faults::ReportFault;
use crate::nrs::fields::Wording;
use crate::nrs::ledger::Report;
use crate::nrs::reports;
use crate::shared::{News, Shared, lock, now};

/// Something to tell or to send.
#[derive(Debug, Clone)]
pub(crate) enum Telling {
    /// A value of `%d`.
    Report(u8),
    /// An event for the account's call-back, and the key that made it.
    Event(&'static str, Option<Key>),
    /// A text message that the call sends.
    Sms(Wording),
}

impl Telling {
    /// An event without a key.
    pub(super) fn event(name: &'static str) -> Self {
        Self::Event(name, None)
    }
}

/// Whom and what a call is about, for as long as there is something to tell of it.
#[derive(Debug)]
pub(super) struct Subject {
    id: u64,
    to: String,
    campaign_id: u64,
    campaign_name: String,
    sending_id: u64,
    notification_url: Option<String>,
    silent: bool,
    mishaps: ReportMishaps,
    epoch: u64,
}

impl Subject {
    /// Of a call.
    pub(super) fn of(call: &PhoneCall, mishaps: ReportMishaps, epoch: u64) -> Self {
        Self {
            id: call.id,
            to: call.to.clone(),
            campaign_id: call.campaign_id,
            campaign_name: call.campaign_name.clone(),
            sending_id: call.sending_id,
            notification_url: call.notification_url.clone(),
            silent: call.fate == ReportFault::Never || mishaps.dropped,
            mishaps,
            epoch,
        }
    }

    /// Tells everything, in order, until the call is over or everything was reset.
    pub(super) async fn follow(
        self,
        shared: Arc<Shared>,
        mut tellings: UnboundedReceiver<Telling>,
    ) {
        while let Some(telling) = tellings.recv().await {
            if shared.epoch() != self.epoch {
                return;
            }
            match telling {
                Telling::Report(state) => self.report(&shared, state).await,
                Telling::Event(name, key) => self.event(&shared, name, key).await,
                Telling::Sms(wording) => self.send(&shared, &wording).await,
            }
        }
    }

    /// The first report, before anybody is answered.
    pub(super) async fn accepted(&self, shared: &Shared) {
        self.report(shared, 8).await;
    }

    async fn report(&self, shared: &Shared, state: u8) {
        if self.silent {
            return;
        }
        tokio::time::sleep(self.mishaps.late).await;
        for time in 0..=u8::from(self.mishaps.doubled) {
            if shared.epoch() != self.epoch {
                return;
            }
            lock(&shared.ledger).announce(self.sending_id, &self.to, state);
            let report = match &self.notification_url {
                Some(template) => reports::report(shared, template, state).await,
                None => Report::unasked(state),
            };
            if shared.epoch() != self.epoch {
                return;
            }
            lock(&shared.ledger).count(self.sending_id, &self.to, &report, time == 0);
            if let Some(call) = lock(&shared.switchboard).call_mut(self.id) {
                call.reports.push(report);
            }
            shared.publish(&News::Change);
        }
    }

    async fn event(&self, shared: &Shared, event: &str, key: Option<Key>) {
        let listener = shared.listener(self.notification_url.as_deref());
        let Some(url) = listener.filter(|_| !self.silent) else {
            return;
        };
        let mut form = vec![
            ("id", self.id.to_string()),
            ("channel", "VOICE".to_owned()),
            ("event", event.to_owned()),
            ("contactId", self.to.clone()),
            ("campaignId", self.campaign_id.to_string()),
            ("campaignName", self.campaign_name.clone()),
        ];
        form.extend(key.map(|key| ("key", key.to_string())));
        reports::call_back(shared, &url, &form).await;
    }

    /// Without credit nothing is sent, and nobody told.
    async fn send(&self, shared: &Arc<Shared>, wording: &Wording) {
        let fate = shared.faults().report;
        let booked = lock(&shared.ledger).book_in_call(
            (self.id, self.sending_id),
            &self.to,
            wording,
            fate,
            now(),
        );
        if let Some(message) = booked {
            reports::follow(shared, &message).await;
        }
    }
}
