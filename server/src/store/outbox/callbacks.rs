//! What the account's call-back says of messages, kept until we know the message.
//!
//! 360nrs may call back before its answer has come, and its answer may never come. What
//! is kept holds a number: it goes when it has been used, after some days, and with the
//! campaign of its name.

use septet_core::wire::Millis;

use super::{Result, Store};
use crate::store::db::{Row, sql};
use crate::store::portal_column;

/// Most call-backs that are kept for a portal, so that nobody can fill the disk.
const MOST: i64 = 10_000;

/// A call-back, each of its values cut to a length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Callback {
    pub(crate) portal: u64,
    /// The message at 360nrs.
    pub(crate) provider_id: String,
    /// As 360nrs wrote it.
    pub(crate) event: String,
    pub(crate) campaign_name: String,
    /// The number's digits.
    pub(crate) phone: String,
    /// What somebody has answered.
    pub(crate) said: String,
}

impl Store {
    /// The message that has this id at 360nrs; `None` where there is none, or more than one.
    pub(crate) async fn of_provider(&self, portal: u64, id: &str) -> Result<Option<i64>> {
        let found: Vec<i64> =
            sql("SELECT id FROM recipients WHERE portal_id = ? AND provider_id = ? LIMIT 2")
                .bind(portal_column(portal))
                .bind(id)
                .scalars(&self.db)
                .await?;
        Ok(match *found {
            [one] => Some(one),
            _ => None,
        })
    }

    /// Keeps a call-back for later; `false` when as many are kept as may be.
    pub(crate) async fn keep_callback(&self, callback: &Callback, now: Millis) -> Result<bool> {
        let portal = portal_column(callback.portal);
        let kept: i64 = sql("SELECT COUNT(*) FROM callbacks WHERE portal_id = ?")
            .bind(portal)
            .scalar(&self.db)
            .await?;
        if kept >= MOST {
            return Ok(false);
        }
        sql("INSERT INTO callbacks (portal_id, provider_id, event, campaign_name, phone, said, arrived_at)
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(portal)
        .bind(&callback.provider_id)
        .bind(&callback.event)
        .bind(&callback.campaign_name)
        .bind(&callback.phone)
        .bind(&callback.said)
        .bind(now)
        .execute(&self.db)
        .await?;
        Ok(true)
    }

    /// Kept call-backs of which the message is known by now, each with its row and message.
    pub(crate) async fn due_callbacks(&self) -> Result<Vec<(i64, i64, Callback)>> {
        let rows = sql("SELECT k.*, r.id AS recipient_id FROM callbacks k
             JOIN recipients r ON r.portal_id = k.portal_id AND r.provider_id = k.provider_id
             WHERE NOT EXISTS (SELECT 1 FROM recipients o WHERE o.portal_id = k.portal_id
                AND o.provider_id = k.provider_id AND o.id <> r.id)
             ORDER BY k.id")
        .fetch_all(&self.db)
        .await?;
        let due = rows.iter();
        due.map(|row| Ok((row.get("id")?, row.get("recipient_id")?, callback(row)?)))
            .collect()
    }

    /// Forgets a call-back that has been used.
    pub(crate) async fn drop_callback(&self, id: i64) -> Result<()> {
        let dropped = sql("DELETE FROM callbacks WHERE id = ?").bind(id);
        dropped.execute(&self.db).await?;
        Ok(())
    }

    /// Forgets call-backs that came before a time.
    pub(crate) async fn drop_callbacks(&self, before: Millis) -> Result<()> {
        let dropped = sql("DELETE FROM callbacks WHERE arrived_at < ?").bind(before);
        dropped.execute(&self.db).await?;
        Ok(())
    }

    /// Learns the ids of messages whose answers were lost, in doubt or settled by a report
    /// since, from call-backs that name their campaign and number, where one id and one
    /// message that has left without one fit together and no other.
    pub(crate) async fn identify_by_callbacks(&self) -> Result<()> {
        sql("UPDATE recipients SET provider_id = (
                SELECT MIN(k.provider_id) FROM callbacks k
                JOIN campaigns c ON c.portal_id = k.portal_id AND c.name = k.campaign_name
                WHERE c.id = recipients.campaign_id AND k.phone = recipients.phone)
             WHERE state IN ('in_doubt', 'accepted', 'delivered', 'undelivered')
             AND provider_id IS NULL AND left_at IS NOT NULL
             AND id IN (SELECT r.id FROM callbacks k JOIN recipients r
                ON r.portal_id = k.portal_id AND r.phone = k.phone AND r.left_at IS NOT NULL)
             AND (SELECT COUNT(DISTINCT k.provider_id) FROM callbacks k
                JOIN campaigns c ON c.portal_id = k.portal_id AND c.name = k.campaign_name
                WHERE c.id = recipients.campaign_id AND k.phone = recipients.phone) = 1
             AND NOT EXISTS (SELECT 1 FROM callbacks k
                JOIN campaigns c ON c.portal_id = k.portal_id AND c.name = k.campaign_name
                JOIN recipients o ON o.portal_id = k.portal_id AND o.provider_id = k.provider_id
                WHERE c.id = recipients.campaign_id AND k.phone = recipients.phone)
             AND NOT EXISTS (SELECT 1 FROM recipients o
                JOIN campaigns n ON n.id = o.campaign_id
                JOIN campaigns c ON c.name = n.name
                WHERE c.id = recipients.campaign_id AND o.portal_id = recipients.portal_id
                AND o.phone = recipients.phone AND o.id <> recipients.id
                AND o.left_at IS NOT NULL AND o.provider_id IS NULL)")
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
impl Store {
    /// How many are kept.
    pub(crate) async fn kept_callbacks(&self) -> Result<i64> {
        sql("SELECT COUNT(*) FROM callbacks").scalar(&self.db).await
    }
}

fn callback(row: &Row) -> Result<Callback> {
    Ok(Callback {
        portal: row.get("portal_id")?,
        provider_id: row.get("provider_id")?,
        event: row.get("event")?,
        campaign_name: row.get("campaign_name")?,
        phone: row.get("phone")?,
        said: row.get("said")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Outcome;
    use crate::store::db::Bind;
    use crate::testing::{BOOKSHOP, CLINIC, Database, Fresh, campaign, on_each_database};

    on_each_database![
        a_call_back_waits_for_its_message_and_no_longer_than_it_may,
        a_doubt_is_identified_by_campaign_and_number_when_one_fits,
        what_fits_more_than_one_identifies_none,
        a_full_portal_keeps_no_more_and_is_in_nobodys_way,
    ];

    fn told(provider_id: &str) -> Callback {
        Callback {
            portal: BOOKSHOP,
            provider_id: provider_id.into(),
            event: "delivered".into(),
            campaign_name: campaign("one", 0).name,
            phone: "351912000000".into(),
            said: String::new(),
        }
    }

    async fn ended(on: Database, outcome: Outcome) -> (Fresh, i64) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 1), 1).await.unwrap();
        let id = send(&store, outcome).await;
        (store, id)
    }

    async fn send(store: &Store, outcome: Outcome) -> i64 {
        let worker = store.register().await.unwrap();
        let message = store.claim_all(worker, 1, 2).await.unwrap().pop().unwrap();
        let attempt = store.begin_attempt(&message, b"hash", 1, &[], 3).await;
        let attempt = attempt.unwrap().unwrap();
        let ended = store.end_attempt(&message, attempt, &outcome, 4).await;
        ended.unwrap();
        message.id
    }

    async fn a_call_back_waits_for_its_message_and_no_longer_than_it_may(on: Database) {
        let accepted = Outcome::Accepted {
            provider_id: "77".into(),
            sending_id: None,
        };
        let (store, id) = ended(on, accepted).await;
        assert_eq!(store.of_provider(BOOKSHOP, "77").await.unwrap(), Some(id));
        assert_eq!(store.of_provider(CLINIC, "77").await.unwrap(), None);
        for callback in [told("77"), told("77"), told("78")] {
            assert!(store.keep_callback(&callback, 10).await.unwrap());
        }
        assert_eq!(store.kept_callbacks().await.unwrap(), 2, "each once");
        let due = store.due_callbacks().await.unwrap();
        let (row, message, callback) = due.first().unwrap();
        assert_eq!((due.len(), *message, callback), (1, id, &told("77")));
        store.drop_callback(*row).await.unwrap();
        store.drop_callbacks(10).await.unwrap();
        assert_eq!(store.kept_callbacks().await.unwrap(), 1);
        store.drop_callbacks(11).await.unwrap();
        assert_eq!(store.kept_callbacks().await.unwrap(), 0);
    }

    async fn a_doubt_is_identified_by_campaign_and_number_when_one_fits(on: Database) {
        let (store, id) = ended(on, Outcome::Unknown).await;
        let other = Callback {
            phone: "351912000009".into(),
            ..told("76")
        };
        for callback in [told("77"), other] {
            assert!(store.keep_callback(&callback, 10).await.unwrap());
        }
        store.identify_by_callbacks().await.unwrap();
        assert_eq!(store.of_provider(BOOKSHOP, "77").await.unwrap(), Some(id));
        assert_eq!(store.due_callbacks().await.unwrap().len(), 1);
    }

    async fn what_fits_more_than_one_identifies_none(on: Database) {
        // Two calls of one message.
        let (store, _) = ended(on, Outcome::Unknown).await;
        for callback in [told("77"), told("78")] {
            assert!(store.keep_callback(&callback, 10).await.unwrap());
        }
        store.identify_by_callbacks().await.unwrap();
        assert_eq!(store.due_callbacks().await.unwrap(), []);
        // Two campaigns of one name.
        let (store, _) = ended(on, Outcome::Unknown).await;
        let mut namesake = campaign("two", 1);
        namesake.name = campaign("one", 0).name;
        store.create_campaign(&namesake, 5).await.unwrap();
        send(&store, Outcome::Unknown).await;
        assert!(store.keep_callback(&told("77"), 10).await.unwrap());
        store.identify_by_callbacks().await.unwrap();
        assert_eq!(store.due_callbacks().await.unwrap(), []);
    }

    async fn a_full_portal_keeps_no_more_and_is_in_nobodys_way(on: Database) {
        let store = on.fresh().await;
        let row = |number: i64| {
            [
                portal_column(BOOKSHOP).value(),
                number.to_string().value(),
                "".value(),
                "".value(),
                "".value(),
                "".value(),
                0_i64.value(),
            ]
        };
        sql("INSERT INTO callbacks (portal_id, provider_id, event, campaign_name, phone, said, arrived_at) ?*")
            .rows((0..MOST).map(row))
            .execute(&store.db)
            .await
            .unwrap();
        assert!(!store.keep_callback(&told("new"), 1).await.unwrap());
        let other = Callback {
            portal: CLINIC,
            ..told("new")
        };
        assert!(store.keep_callback(&other, 1).await.unwrap());
    }
}
