//! What recipients have answered.

use septet_core::wire::{Millis, Reply};

use super::db::sql;
use super::{Result, Store, portal_column};

/// The same words again within this time are the same answer told twice.
const SAME: Millis = 5 * 60 * 1000;

impl Store {
    /// Keeps an answer to a message; `false` for one that is known.
    pub(crate) async fn keep_reply(
        &self,
        portal: u64,
        recipient: i64,
        said: &str,
        stops: bool,
        now: Millis,
    ) -> Result<bool> {
        let said = Some(said).filter(|said| !said.is_empty());
        let mut tx = self.db.begin().await?;
        // The row first, so that the same answer cannot come twice at once.
        let first = sql("UPDATE recipients SET replied_at = COALESCE(replied_at, ?)
             WHERE id = ? AND portal_id = ?")
        .bind(now)
        .bind(recipient)
        .bind(portal_column(portal))
        .execute(&mut tx)
        .await?;
        let known = sql(
            "SELECT 1 AS found FROM replies WHERE recipient_id = ? AND at > ?
             AND COALESCE(said, '') = COALESCE(?, '') LIMIT 1",
        )
        .bind(recipient)
        .bind(now - SAME)
        .bind(said)
        .fetch_optional(&mut tx)
        .await?;
        if first == 0 || known.is_some() {
            return Ok(false);
        }
        sql(
            "INSERT INTO replies (portal_id, recipient_id, said, stops, at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(portal_column(portal))
        .bind(recipient)
        .bind(said)
        .bind(i64::from(stops))
        .bind(now)
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// The newest answers to a campaign.
    pub(crate) async fn replies(
        &self,
        portal: u64,
        campaign: &str,
        limit: u32,
    ) -> Result<Vec<Reply>> {
        let rows = sql(
            "SELECT p.said, p.stops, p.at, r.name, r.phone FROM recipients r
             CROSS JOIN replies p
             WHERE r.campaign_id = ? AND r.portal_id = ? AND r.replied_at IS NOT NULL
             AND p.recipient_id = r.id ORDER BY p.id DESC LIMIT ?",
        )
        .bind(campaign)
        .bind(portal_column(portal))
        .bind(limit)
        .fetch_all(&self.db)
        .await?;
        let replies = rows.iter().map(|row| {
            let phone: Option<String> = row.get("phone")?;
            Ok(Reply {
                name: row.get("name")?,
                phone: phone.map(|digits| format!("+{digits}")),
                text: row.get("said")?,
                stops: row.get::<i64>("stops")? != 0,
                at: row.get("at")?,
            })
        });
        replies.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, on_each_database};

    on_each_database![an_answer_is_kept_once_and_told_with_its_campaign];

    async fn an_answer_is_kept_once_and_told_with_its_campaign(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 2), 1).await.unwrap();
        let rows = store.recipients(BOOKSHOP, "one", None, 0, 9).await.unwrap();
        let id = rows[0].id.parse().unwrap();
        let keep = async |said: &str, now| {
            store
                .keep_reply(BOOKSHOP, id, said, said == "STOP", now)
                .await
                .unwrap()
        };
        assert!(keep("Sim", 10).await);
        assert!(!keep("Sim", 11).await, "told twice");
        assert!(keep("STOP", 12).await);
        assert!(keep("Sim", 11 + SAME).await);
        assert!(keep("", 13).await);
        let other = store.keep_reply(CLINIC, id, "x", false, 14).await.unwrap();
        assert!(!other, "another account's");
        let replies = store.replies(BOOKSHOP, "one", 9).await.unwrap();
        assert_eq!(replies.len(), 4);
        assert_eq!(replies[2].text.as_deref(), Some("STOP"));
        assert!(replies[2].stops && !replies[3].stops);
        assert_eq!(replies[0].text, None);
        assert_eq!(replies[3].name, "Person 0");
        let summary = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        assert_eq!(summary.counts.replied, 1);
        assert!(store.replies(CLINIC, "one", 9).await.unwrap().is_empty());
    }
}
