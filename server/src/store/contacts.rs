//! What becomes of messages when HubSpot deletes, erases or merges their contact.

use septet_core::delivery::NotSentReason;
use septet_core::wire::Millis;

use super::db::{Tx, sql};
use super::{Result, Store, portal_column, to_text};

impl Store {
    /// Nothing more goes to a contact that was deleted; it may be restored, and so nothing
    /// is forgotten. The campaigns that have lost a message.
    pub(crate) async fn contact_is_gone(
        &self,
        portal: u64,
        contact: &str,
        now: Millis,
    ) -> Result<Vec<String>> {
        let mut tx = self.db.begin().await?;
        tx.close_gate(portal).await?;
        let campaigns = leave_out(&mut tx, portal, contact, now).await?;
        tx.commit().await?;
        Ok(campaigns)
    }

    /// Forgets a person for good, as the law wants it: names, numbers, texts and addresses
    /// of links. What counts stays, and so does an opt-out, as the hash of its number.
    pub(crate) async fn erase_contact(
        &self,
        portal: u64,
        contact: &str,
        now: Millis,
    ) -> Result<Vec<String>> {
        let mut tx = self.db.begin().await?;
        tx.close_gate(portal).await?;
        let campaigns = leave_out(&mut tx, portal, contact, now).await?;
        sql("DELETE FROM callbacks WHERE portal_id = ? AND phone IN (
                SELECT phone FROM recipients WHERE portal_id = ? AND contact_id = ? AND phone IS NOT NULL)")
        .bind(portal_column(portal))
        .bind(portal_column(portal))
        .bind(contact)
        .execute(&mut tx)
        .await?;
        sql(
            "UPDATE recipients SET name = '', phone = NULL, contact_values = '{}', text = NULL
             WHERE portal_id = ? AND contact_id = ?",
        )
        .bind(portal_column(portal))
        .bind(contact)
        .execute(&mut tx)
        .await?;
        // A link without a target would be one to unsubscribe with.
        for erase in [
            "UPDATE links SET target = '' WHERE target <> '' AND recipient_id IN (
                SELECT id FROM recipients WHERE portal_id = ? AND contact_id = ?)",
            "UPDATE replies SET said = NULL WHERE recipient_id IN (
                SELECT id FROM recipients WHERE portal_id = ? AND contact_id = ?)",
            "DELETE FROM clicks WHERE recipient_id IN (
                SELECT id FROM recipients WHERE portal_id = ? AND contact_id = ?)",
            // The hash of the number stays.
            "UPDATE suppressions SET phone = NULL, reason = '' WHERE portal_id = ? AND contact_id = ?",
        ] {
            sql(erase)
                .bind(portal_column(portal))
                .bind(contact)
                .execute(&mut tx)
                .await?;
        }
        tx.commit().await?;
        Ok(campaigns)
    }

    /// Two contacts are one: what was sent to either was sent to it, and an opt-out of either
    /// is its own. What both got in one campaign stays as it is.
    pub(crate) async fn merge_contacts(
        &self,
        portal: u64,
        merged: &[String],
        into: &str,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.close_gate(portal).await?;
        for contact in merged.iter().filter(|contact| *contact != into) {
            sql(
                "INSERT INTO suppressions (portal_id, number_hash, contact_id, scope, source, reason, made_by, phone,
                    created_at)
                 SELECT portal_id, number_hash, CAST(? AS TEXT), scope, source, reason, made_by, phone, created_at
                 FROM suppressions WHERE portal_id = ? AND contact_id = ? ON CONFLICT DO NOTHING",
            )
            .bind(into)
            .bind(portal_column(portal))
            .bind(contact)
            .execute(&mut tx)
            .await?;
            sql("UPDATE recipients SET contact_id = ? WHERE portal_id = ? AND contact_id = ?
                 AND NOT EXISTS (SELECT 1 FROM recipients o WHERE o.campaign_id = recipients.campaign_id
                    AND o.execution = recipients.execution AND o.contact_id = ?)")
            .bind(into)
            .bind(portal_column(portal))
            .bind(contact)
            .bind(into)
            .execute(&mut tx)
            .await?;
        }
        tx.commit().await
    }
}

/// Leaves a contact out of everything that has not left.
async fn leave_out(tx: &mut Tx, portal: u64, contact: &str, now: Millis) -> Result<Vec<String>> {
    let left_out = sql(
        "UPDATE recipients SET state = 'not_sent', reason = ?, worker = NULL, updated_at = ?
         WHERE portal_id = ? AND contact_id = ? AND state IN ('pending', 'claimed')
         RETURNING campaign_id",
    );
    // There is nobody whose timeline could tell it.
    let mut campaigns: Vec<String> = left_out
        .bind(to_text(&NotSentReason::ContactGone))
        .bind(now)
        .bind(portal_column(portal))
        .bind(contact)
        .scalars(&mut *tx)
        .await?;
    sql("UPDATE timeline SET due = NULL WHERE recipient_id IN (
            SELECT id FROM recipients WHERE portal_id = ? AND contact_id = ?)")
    .bind(portal_column(portal))
    .bind(contact)
    .execute(tx)
    .await?;
    campaigns.sort();
    campaigns.dedup();
    Ok(campaigns)
}

#[cfg(test)]
mod tests {
    use septet_core::delivery::MessageState;

    use super::*;
    use crate::store::Unsubscriber;
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, on_each_database, opt_out};

    on_each_database![
        a_contact_that_is_gone_gets_nothing_more_and_is_not_forgotten,
        a_contact_that_is_erased_is_forgotten_and_its_opt_out_is_not,
        what_was_sent_to_either_was_sent_to_the_one_that_they_became,
    ];

    async fn a_contact_that_is_gone_gets_nothing_more_and_is_not_forgotten(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 2), 1).await.unwrap();
        let none = store.contact_is_gone(CLINIC, "0", 5).await.unwrap();
        assert!(none.is_empty(), "another account's");
        assert_eq!(
            store.contact_is_gone(BOOKSHOP, "0", 5).await.unwrap(),
            ["one"]
        );
        let rows = store
            .recipients(BOOKSHOP, "one", None, 0, 10)
            .await
            .unwrap();
        assert_eq!(rows[0].reason, Some(NotSentReason::ContactGone));
        assert!(rows[0].phone.is_some());
        assert_eq!(rows[1].state, MessageState::Pending);
        assert!(
            store
                .contact_is_gone(BOOKSHOP, "0", 6)
                .await
                .unwrap()
                .is_empty()
        );
    }

    async fn a_contact_that_is_erased_is_forgotten_and_its_opt_out_is_not(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 2), 1).await.unwrap();
        let rows = store
            .recipients(BOOKSHOP, "one", None, 0, 10)
            .await
            .unwrap();
        let person = Unsubscriber {
            portal: BOOKSHOP,
            recipient: rows[0].id.parse().unwrap(),
            contact_id: "0".into(),
            phone: Some("351912000000".into()),
            done: false,
        };
        store
            .suppress(&person, &opt_out(b"hash", &person.contact_id), 3)
            .await
            .unwrap();
        store.erase_contact(BOOKSHOP, "0", 5).await.unwrap();
        let rows = store
            .recipients(BOOKSHOP, "one", None, 0, 10)
            .await
            .unwrap();
        assert_eq!((rows[0].name.as_str(), &rows[0].phone), ("", &None));
        assert_eq!(rows[0].state, MessageState::NotSent);
        assert!(rows[1].phone.is_some());
        assert!(store.is_suppressed(BOOKSHOP, b"hash", "").await.unwrap());
    }

    async fn what_was_sent_to_either_was_sent_to_the_one_that_they_became(on: Database) {
        let store = on.fresh().await;
        for id in ["one", "two"] {
            store.create_campaign(&campaign(id, 2), 1).await.unwrap();
        }
        let rows = store
            .recipients(BOOKSHOP, "one", None, 0, 10)
            .await
            .unwrap();
        let person = Unsubscriber {
            portal: BOOKSHOP,
            recipient: rows[1].id.parse().unwrap(),
            contact_id: "1".into(),
            phone: Some("351912000001".into()),
            done: false,
        };
        store
            .suppress(&person, &opt_out(b"hash", &person.contact_id), 3)
            .await
            .unwrap();
        let merged = ["0".to_owned(), "1".to_owned()];
        store.merge_contacts(BOOKSHOP, &merged, "77").await.unwrap();
        assert!(store.is_suppressed(BOOKSHOP, b"", "77").await.unwrap());
        let rows = store
            .recipients(BOOKSHOP, "one", None, 0, 10)
            .await
            .unwrap();
        // Both were in it; only one of them can be the one.
        let contacts: Vec<&str> = rows.iter().map(|row| row.contact_id.as_str()).collect();
        assert_eq!(contacts, ["77", "1"]);
        let latest = store
            .latest_to(BOOKSHOP, &["77".to_owned()], 10)
            .await
            .unwrap();
        assert_eq!(latest.len(), 2);
    }
}
