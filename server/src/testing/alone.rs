//! What happens to messages, one at a time.

use septet_core::delivery::{NotSentReason, Report};
use septet_core::wire::Millis;

use crate::store::{Begin, Claimed, Entry, Event, Link, Outcome, Result, Store, Worker, Written};

impl Store {
    /// Claims as fast as it goes.
    pub(crate) async fn claim_all(
        &self,
        worker: Worker,
        limit: u32,
        now: Millis,
    ) -> Result<Vec<Claimed>> {
        self.claim(worker, limit, None, now).await
    }

    /// The number of the attempt; `None` when the message must not leave.
    pub(crate) async fn begin_attempt(
        &self,
        message: &Claimed,
        number_hash: &[u8],
        parts: u8,
        links: &[Link],
        now: Millis,
    ) -> Result<Option<u32>> {
        let begin = Begin {
            portal: message.portal,
            number_hash: number_hash.to_vec(),
            parts,
            links: links.to_vec(),
            days_apart: 0,
            daily_parts: 0,
            ignores_opt_outs: false,
        };
        Ok(match self.one(message, Event::Begin(begin), now).await? {
            Written::Begun { attempt } => Some(attempt),
            _ => None,
        })
    }

    pub(crate) async fn end_attempt(
        &self,
        message: &Claimed,
        attempt: u32,
        outcome: &Outcome,
        now: Millis,
    ) -> Result<()> {
        let outcome = outcome.clone();
        let end = Event::End { attempt, outcome };
        self.one(message, end, now).await.map(drop)
    }

    pub(crate) async fn exclude(
        &self,
        message: &Claimed,
        reason: NotSentReason,
        now: Millis,
    ) -> Result<()> {
        self.one(message, Event::Exclude(reason), now)
            .await
            .map(drop)
    }

    pub(crate) async fn set_back(
        &self,
        message: &Claimed,
        not_before: Millis,
        now: Millis,
    ) -> Result<()> {
        self.one(message, Event::SetBack(not_before), now)
            .await
            .map(drop)
    }

    /// Whether the report changed anything.
    pub(crate) async fn report(
        &self,
        portal: u64,
        message: i64,
        code: &str,
        report: Option<Report>,
        now: Millis,
    ) -> Result<bool> {
        let entry = Entry {
            message,
            worker: None,
            event: Event::Report {
                portal,
                code: code.into(),
                report,
            },
        };
        Ok(self.write(&[entry], now).await?.written == [Written::Changed])
    }

    async fn one(&self, message: &Claimed, event: Event, now: Millis) -> Result<Written> {
        Ok(self.write(&[Entry::of(message, event)], now).await?.written[0])
    }
}
