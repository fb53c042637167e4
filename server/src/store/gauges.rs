//! How full the outbox is, for whoever watches over the server.
//!
//! Read again and again, and so from indexes, without looking at the rows of messages
//! that have left.

use std::collections::BTreeMap;

use septet_core::wire::Millis;

use super::db::sql;
use super::{Result, Store};

/// States in which a message is on its way to 360nrs.
const ON_THEIR_WAY: [&str; 3] = ["pending", "claimed", "attempting"];
const CAMPAIGN_STATES: [&str; 5] = ["preparing", "sending", "paused", "finished", "cancelled"];

// Campaigns first: SQLite takes the tables of a CROSS JOIN as they are written.
const PENDING: &str = "SELECT c.portal_id, r.state, COUNT(*) AS messages
    FROM campaigns c CROSS JOIN recipients r
    WHERE c.state IN ('sending', 'paused') AND r.campaign_id = c.id AND r.state = 'pending'
    GROUP BY c.portal_id, r.state";
const HELD: &str = "SELECT portal_id, state, COUNT(*) AS messages FROM recipients
    WHERE worker IS NOT NULL GROUP BY portal_id, state";
const IN_DOUBT: &str = "SELECT portal_id, COUNT(*) AS messages FROM recipients
    WHERE state = 'in_doubt' GROUP BY portal_id";
const FIRST: &str = "SELECT c.created_at, (SELECT MIN(r.not_before) FROM recipients r
        WHERE r.campaign_id = c.id AND r.state = 'pending') AS first_at
    FROM campaigns c WHERE c.state = 'sending'";

/// What the database holds at this moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Gauges {
    /// Messages of every connected account that are on their way, by state.
    pub(crate) messages: BTreeMap<(u64, String), u64>,
    /// Messages in doubt of every connected account.
    pub(crate) in_doubt: BTreeMap<u64, u64>,
    /// Campaigns by state.
    pub(crate) campaigns: BTreeMap<String, u64>,
    /// Since when the first of the messages that may leave has been waiting for that.
    pub(crate) oldest: Option<Millis>,
    /// Processes that may send.
    pub(crate) leases: u64,
}

impl Store {
    pub(crate) async fn gauges(&self, now: Millis) -> Result<Gauges> {
        let portals = self.portals().await?;
        let states = |portal: u64| ON_THEIR_WAY.map(|state| ((portal, state.to_owned()), 0));
        let mut messages: BTreeMap<_, _> = portals.iter().copied().flat_map(states).collect();
        for rows in [PENDING, HELD] {
            for row in sql(rows).fetch_all(&self.db).await? {
                let of = (row.get("portal_id")?, row.get("state")?);
                messages.insert(of, row.get("messages")?);
            }
        }
        let mut in_doubt: BTreeMap<_, _> = portals.iter().map(|portal| (*portal, 0)).collect();
        for row in sql(IN_DOUBT).fetch_all(&self.db).await? {
            in_doubt.insert(row.get("portal_id")?, row.get("messages")?);
        }
        let states = CAMPAIGN_STATES.map(|state| (state.to_owned(), 0));
        let mut campaigns = BTreeMap::from(states);
        let counted = sql("SELECT state, COUNT(*) AS campaigns FROM campaigns GROUP BY state");
        for row in counted.fetch_all(&self.db).await? {
            campaigns.insert(row.get("state")?, row.get("campaigns")?);
        }
        let mut oldest = None;
        for row in sql(FIRST).fetch_all(&self.db).await? {
            let created_at: Millis = row.get("created_at")?;
            let first_at: Option<Millis> = row.get("first_at")?;
            if let Some(first_at) = first_at.filter(|at| *at <= now) {
                let since = first_at.max(created_at);
                oldest = Some(oldest.map_or(since, |oldest: Millis| oldest.min(since)));
            }
        }
        let leases = sql("SELECT COUNT(*) FROM workers");
        Ok(Gauges {
            messages,
            in_doubt,
            campaigns,
            oldest,
            leases: leases.scalar(&self.db).await?,
        })
    }
}

#[cfg(test)]
mod tests {
    use septet_core::wire::PauseReason;

    use super::*;
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, on_each_database};

    on_each_database![
        messages_are_counted_by_account_and_state,
        the_oldest_message_is_one_that_may_leave,
    ];

    async fn messages_are_counted_by_account_and_state(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 6), 1).await.unwrap();
        let of_clinic = crate::store::NewCampaign {
            portal: CLINIC,
            ..campaign("two", 2)
        };
        store.create_campaign(&of_clinic, 2).await.unwrap();
        let paused = store.pause(CLINIC, "two", PauseReason::ByUser).await;
        assert!(paused.unwrap());
        let worker = store.register().await.unwrap();
        let claimed = store.claim_all(worker, 3, 3).await.unwrap();
        for message in &claimed[..2] {
            let begun = store.begin_attempt(message, b"hash", 1, &[], 4).await;
            assert!(begun.unwrap().is_some());
        }
        store.set_back(&claimed[0], 0, 5).await.unwrap();
        let gone = store.register().await.unwrap();
        store.release(gone).await.unwrap();

        let gauges = store.gauges(10).await.unwrap();
        let of = |portal, state: &str| gauges.messages[&(portal, state.to_owned())];
        let shop = ON_THEIR_WAY.map(|state| of(BOOKSHOP, state));
        assert_eq!(shop, [3, 1, 1]);
        assert_eq!(ON_THEIR_WAY.map(|state| of(CLINIC, state)), [2, 0, 0]);
        let doubts = [(BOOKSHOP, 1), (CLINIC, 0)];
        assert_eq!(gauges.in_doubt, BTreeMap::from(doubts));
        let campaigns = CAMPAIGN_STATES.map(|state| gauges.campaigns[state]);
        assert_eq!(campaigns, [0, 1, 1, 0, 0]);
        assert_eq!(gauges.leases, 1);
    }

    async fn the_oldest_message_is_one_that_may_leave(on: Database) {
        let store = on.fresh().await;
        assert_eq!(store.gauges(10).await.unwrap().oldest, None);
        store.create_campaign(&campaign("one", 1), 5).await.unwrap();
        store.create_campaign(&campaign("two", 1), 7).await.unwrap();
        assert_eq!(store.gauges(10).await.unwrap().oldest, Some(5));
        let worker = store.register().await.unwrap();
        let message = store.claim_all(worker, 1, 8).await.unwrap().pop().unwrap();
        assert_eq!(store.gauges(10).await.unwrap().oldest, Some(7));
        store.set_back(&message, 20, 9).await.unwrap();
        assert_eq!(store.gauges(19).await.unwrap().oldest, Some(7));
        store.cancel(BOOKSHOP, "two", 9).await.unwrap();
        assert_eq!(store.gauges(19).await.unwrap().oldest, None);
        assert_eq!(store.gauges(30).await.unwrap().oldest, Some(20));
    }

    #[tokio::test]
    async fn counting_does_not_read_all_messages() {
        let store = Database::Sqlite.fresh().await;
        for query in [PENDING, HELD, IN_DOUBT, FIRST] {
            let plan = sql(format!("EXPLAIN QUERY PLAN {query}").leak());
            let plan = plan.fetch_all(&store.db).await.unwrap();
            for step in plan {
                let step: String = step.get("detail").unwrap();
                let whole = step.starts_with("SCAN") && !step.contains("INDEX");
                assert!(!whole, "{query}: {step}");
            }
        }
    }
}
