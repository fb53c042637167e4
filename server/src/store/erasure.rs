//! Forgetting whom a campaign was sent to, a while after it has ended.
//!
//! What counts stays: states, times, parts, the ids at HubSpot and 360nrs, and
//! suppressions. Erasing goes by contact, and how far it has come is committed
//! with it, so that anybody may go on at any time.

use std::collections::BTreeSet;

use septet_core::wire::{Millis, SmsDraft};

use super::clock::clock;
use super::db::{Bind, sql};
use super::{Result, Store, from_json};

impl Store {
    /// Erases so many recipients of one campaign that ended before a time; `false` when
    /// nothing is left to erase, or others are at it.
    pub(crate) async fn erase_some(&self, before: Millis, limit: u32) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let ended = sql(
            "SELECT id, draft, COALESCE(erased_to, '') AS erased_to FROM campaigns
             WHERE ended_at < ? AND erased_at IS NULL ORDER BY ended_at LIMIT 1",
        )
        .on_postgres(
            "SELECT id, draft, COALESCE(erased_to, '') AS erased_to FROM campaigns
             WHERE ended_at < ? AND erased_at IS NULL ORDER BY ended_at LIMIT 1
             FOR NO KEY UPDATE SKIP LOCKED",
        );
        let Some(campaign) = ended.bind(before).fetch_optional(&mut tx).await? else {
            return Ok(false);
        };
        let id: String = campaign.get("id")?;
        let mut draft: SmsDraft = from_json(campaign.get("draft")?, "draft")?;
        draft.text.clear();
        let mut erased_to: String = campaign.get("erased_to")?;
        let recipients = sql(
            "SELECT id, contact_id FROM recipients WHERE campaign_id = ? AND contact_id > ?
             ORDER BY contact_id LIMIT ?",
        )
        .bind(&id)
        .bind(&erased_to)
        .bind(limit)
        .fetch_all(&mut tx)
        .await?;
        let ids = recipients.iter().map(|row| row.get("id"));
        let mut ids: BTreeSet<i64> = ids.collect::<Result<_>>()?;
        let done = ids.len() < limit as usize;
        if let Some(last) = recipients.last() {
            erased_to = last.get("contact_id")?;
            // Whom a workflow has sent to several times is not left in the middle.
            let others: Vec<i64> =
                sql("SELECT id FROM recipients WHERE campaign_id = ? AND contact_id = ?")
                    .bind(&id)
                    .bind(&erased_to)
                    .scalars(&mut tx)
                    .await?;
            ids.extend(others);
        }
        let given = || ids.iter().map(|id| [id.value()]);
        if tx.is_shared() {
            // In the order in which everybody takes them.
            sql("WITH given (id) AS (?*) SELECT r.id FROM recipients r JOIN given ON given.id = r.id
                 ORDER BY r.id FOR NO KEY UPDATE OF r")
            .rows(given())
            .execute(&mut tx)
            .await?;
        }
        sql("WITH given (id) AS (?*)
             UPDATE recipients SET name = '', phone = NULL, contact_values = '{}', text = NULL
             WHERE id IN (SELECT id FROM given)")
        .rows(given())
        .execute(&mut tx)
        .await?;
        // A link without a target would be one to unsubscribe with.
        sql("WITH given (id) AS (?*)
             UPDATE links SET target = '' WHERE target <> '' AND recipient_id IN (SELECT id FROM given)")
        .rows(given())
        .execute(&mut tx)
        .await?;
        sql("WITH given (id) AS (?*)
             UPDATE replies SET said = NULL WHERE said IS NOT NULL AND recipient_id IN (SELECT id FROM given)")
        .rows(given())
        .execute(&mut tx)
        .await?;
        sql("WITH given (id) AS (?*) DELETE FROM clicks WHERE recipient_id IN (SELECT id FROM given)")
            .rows(given())
            .execute(&mut tx)
            .await?;
        // They hold numbers, and are no evidence for anything of it any more.
        sql("DELETE FROM callbacks WHERE (portal_id, campaign_name) IN (
                SELECT portal_id, name FROM campaigns WHERE id = ?)")
        .bind(&id)
        .execute(&mut tx)
        .await?;
        let erased_at = if done {
            Some(clock(&mut tx).await?)
        } else {
            None
        };
        // Its file of recipients is nobody's from here on, and goes with those.
        sql("UPDATE campaigns SET draft = ?, erased_to = ?, erased_at = ?, import_id = NULL WHERE id = ?")
            .bind(serde_json::json!(draft).to_string())
            .bind(erased_to)
            .bind(erased_at)
            .bind(id)
            .execute(&mut tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use septet_core::delivery::{Decision, MessageState};
    use septet_core::wire::CampaignState;

    use super::*;
    use crate::store::{Callback, Link, Outcome, Verdict};
    use crate::testing::{BOOKSHOP, Database, Fresh, campaign, on_each_database};

    on_each_database![
        only_campaigns_that_ended_before_are_erased,
        erasing_goes_on_where_it_was_left,
        servers_that_erase_together_are_in_nobodys_way,
        what_counts_is_kept,
        call_backs_that_wait_go_with_the_campaign_of_their_name,
        nothing_of_an_erased_campaign_leaves_again,
        a_campaign_that_goes_on_has_not_ended,
    ];

    async fn cancelled(on: Database, ended_at: Millis) -> Fresh {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 5), 1).await.unwrap();
        store.cancel(BOOKSHOP, "one", ended_at).await.unwrap();
        store
    }

    async fn named(store: &Store) -> usize {
        let rows = store.recipients(BOOKSHOP, "one", None, 0, 100).await;
        let rows = rows.unwrap();
        let named = rows.iter().filter(|row| row.phone.is_some());
        let count = named.clone().count();
        assert!(named.into_iter().all(|row| !row.name.is_empty()));
        count
    }

    async fn erase_all(store: &Store) {
        while store.erase_some(Millis::MAX, 3).await.unwrap() {}
    }

    async fn only_campaigns_that_ended_before_are_erased(on: Database) {
        let store = cancelled(on, 100).await;
        let open = campaign("open", 1);
        store.create_campaign(&open, 1).await.unwrap();
        assert!(!store.erase_some(100, 10).await.unwrap());
        assert_eq!(named(&store).await, 5);
        assert!(store.erase_some(101, 10).await.unwrap());
        assert!(!store.erase_some(Millis::MAX, 10).await.unwrap());
        assert_eq!(named(&store).await, 0);
        let open = store.recipients(BOOKSHOP, "open", None, 0, 10).await;
        assert_eq!(open.unwrap()[0].name, "Person 0");
    }

    async fn erasing_goes_on_where_it_was_left(on: Database) {
        let store = cancelled(on, 100).await;
        for left in [3, 1, 0] {
            assert!(store.again().await.erase_some(101, 2).await.unwrap());
            assert_eq!(named(&store).await, left);
        }
        assert!(!store.erase_some(101, 2).await.unwrap());
    }

    async fn servers_that_erase_together_are_in_nobodys_way(on: Database) {
        let store = cancelled(on, 100).await;
        let other = store.again().await;
        while named(&store).await > 0 {
            let (one, two) = tokio::join!(store.erase_some(101, 1), other.erase_some(101, 1));
            assert!(one.unwrap() || two.unwrap());
        }
    }

    async fn call_backs_that_wait_go_with_the_campaign_of_their_name(on: Database) {
        let store = cancelled(on, 100).await;
        let named = |provider_id: &str, name: &str| Callback {
            portal: BOOKSHOP,
            provider_id: provider_id.into(),
            event: "sent".into(),
            campaign_name: name.into(),
            phone: "351912000000".into(),
            said: "Sim".into(),
        };
        let name = campaign("one", 0).name;
        for callback in [named("1", &name), named("2", "another")] {
            assert!(store.keep_callback(&callback, 1).await.unwrap());
        }
        erase_all(&store).await;
        assert_eq!(store.kept_callbacks().await.unwrap(), 1);
    }

    async fn what_counts_is_kept(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 1), 1).await.unwrap();
        let worker = store.register().await.unwrap();
        let message = store.claim_all(worker, 1, 2).await.unwrap().pop().unwrap();
        let link = |code: &str, target: Option<&str>| Link {
            code: code.into(),
            target: target.map(str::to_owned),
        };
        let links = [
            link("there", Some("https://a.example/")),
            link("away", None),
        ];
        let attempt = store.begin_attempt(&message, b"hash", 2, &links, 3).await;
        let accepted = Outcome::Accepted {
            provider_id: "77".into(),
            sending_id: None,
        };
        let attempt = attempt.unwrap().unwrap();
        store
            .end_attempt(&message, attempt, &accepted, 4)
            .await
            .unwrap();
        assert!(store.finish_if_done("one").await.unwrap());
        let before = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        let (_, row) = store.recipient(message.id).await.unwrap().unwrap();

        erase_all(&store).await;
        let after = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        assert_eq!((after.text.as_str(), after.counts), ("", before.counts));
        assert_eq!(after.sender, before.sender);
        let (_, erased) = store.recipient(message.id).await.unwrap().unwrap();
        assert_eq!((erased.name.as_str(), &erased.phone), ("", &None));
        assert_eq!((erased.parts, erased.updated_at), (Some(2), row.updated_at));
        assert_eq!(
            (erased.state, erased.contact_id),
            (row.state, row.contact_id)
        );
        let target = store.target("there").await.unwrap().unwrap();
        assert_eq!(target.address, "");
        // Whoever finds the message years later may still unsubscribe.
        let person = store.unsubscriber("away").await.unwrap().unwrap();
        assert_eq!((person.phone, person.contact_id.as_str()), (None, "0"));
    }

    async fn nothing_of_an_erased_campaign_leaves_again(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 2), 1).await.unwrap();
        let worker = store.register().await.unwrap();
        let messages = store.claim_all(worker, 2, 2).await.unwrap();
        let mut attempts = Vec::new();
        for message in &messages {
            let attempt = store.begin_attempt(message, b"hash", 1, &[], 3).await;
            attempts.push(attempt.unwrap().unwrap());
            store.set_back(message, 0, 4).await.unwrap();
        }
        assert!(store.finish_if_done("one").await.unwrap());
        erase_all(&store).await;
        let verdict = |decision| Verdict {
            key: "key",
            decision,
            by: "ana@shop.example",
        };
        let resend = verdict(Decision::Resend);
        let resent = store.decide(BOOKSHOP, "one", None, resend, 5).await;
        assert_eq!(resent.unwrap(), None);
        // Its worker comes back from the dead.
        let again = Outcome::NotReached { not_before: 0 };
        let ended = store.end_attempt(&messages[0], attempts[0], &again, 6);
        ended.await.unwrap();
        let (_, row) = store.recipient(messages[0].id).await.unwrap().unwrap();
        assert_eq!(row.state, MessageState::NotSent);
        let campaign = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        assert_eq!(campaign.state, CampaignState::Finished);
        let drop = verdict(Decision::Drop);
        let dropped = store.decide(BOOKSHOP, "one", None, drop, 7).await;
        assert_eq!(dropped.unwrap().unwrap().len(), 1);
    }

    async fn a_campaign_that_goes_on_has_not_ended(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 1), 1).await.unwrap();
        let worker = store.register().await.unwrap();
        let message = store.claim_all(worker, 1, 2).await.unwrap().pop().unwrap();
        let attempt = store.begin_attempt(&message, b"hash", 1, &[], 3).await;
        let attempt = attempt.unwrap().unwrap();
        store.set_back(&message, 0, 4).await.unwrap();
        assert!(store.finish_if_done("one").await.unwrap());
        let again = Outcome::NotReached { not_before: 0 };
        let ended = store.end_attempt(&message, attempt, &again, 5);
        ended.await.unwrap();
        assert!(!store.erase_some(Millis::MAX, 10).await.unwrap());
    }

    #[tokio::test]
    async fn what_is_erased_is_not_in_the_file_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("septet.db");
        let store = Store::open(&file).await.unwrap();
        crate::testing::accounts(&store).await;
        let mut many = campaign("one", 2000);
        many.draft.text = "Confidencial".into();
        store.create_campaign(&many, 1).await.unwrap();
        store.cancel(BOOKSHOP, "one", 2).await.unwrap();
        let holds = |word: &str| {
            let content = std::fs::read(&file).unwrap();
            let mut places = content.windows(word.len());
            places.any(|place| place == word.as_bytes())
        };
        while store.erase_some(3, 500).await.unwrap() {}
        store.close().await;
        assert!(!folder.path().join("septet.db-wal").exists());
        for word in ["351912", "Person", "Confidencial"] {
            assert!(!holds(word), "{word}");
        }
        assert!(holds(&many.name));
    }
}
