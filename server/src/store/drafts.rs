//! Messages being written.

use septet_core::wire::{DraftSummary, Millis, SavedDraft, SmsDraft};

use super::db::sql;
use super::{Result, Store, from_json, portal_column};

/// Code points of a message that its line in the list shows.
const EXCERPT: usize = 80;

impl Store {
    /// Keeps a draft, unless its key has made a campaign: a save that comes late
    /// must not bring back what has been sent.
    pub(crate) async fn save_draft(
        &self,
        portal: u64,
        key: &str,
        draft: &SmsDraft,
        now: Millis,
    ) -> Result<()> {
        let body = serde_json::json!(draft).to_string();
        let mut transaction = self.db.begin().await?;
        transaction.lock_draft(portal, key).await?;
        sql(
            "INSERT INTO drafts (portal_id, draft_key, body, updated_at)
             SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM campaigns WHERE portal_id = ? AND draft_key = ?)
             ON CONFLICT (portal_id, draft_key) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at",
        )
        .bind(portal_column(portal))
        .bind(key)
        .bind(body)
        .bind(now)
        .bind(portal_column(portal))
        .bind(key)
        .execute(&mut transaction)
        .await?;
        transaction.commit().await
    }

    pub(crate) async fn draft(&self, portal: u64, key: &str) -> Result<Option<SavedDraft>> {
        let row = sql("SELECT body, updated_at FROM drafts WHERE portal_id = ? AND draft_key = ?")
            .bind(portal_column(portal))
            .bind(key)
            .fetch_optional(&self.db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(SavedDraft {
            key: key.to_owned(),
            updated_at: row.get("updated_at")?,
            draft: from_json(row.get("body")?, "draft")?,
        }))
    }

    /// Newest first.
    pub(crate) async fn drafts(&self, portal: u64) -> Result<Vec<DraftSummary>> {
        let rows = sql(
            "SELECT draft_key, body, updated_at FROM drafts WHERE portal_id = ? ORDER BY updated_at DESC LIMIT 100",
        )
        .bind(portal_column(portal))
        .fetch_all(&self.db)
        .await?;
        let summaries = rows.iter().map(|row| {
            let draft: SmsDraft = from_json(row.get("body")?, "draft")?;
            Ok(DraftSummary {
                key: row.get("draft_key")?,
                updated_at: row.get("updated_at")?,
                campaign_name: draft.campaign_name,
                excerpt: draft.text.chars().take(EXCERPT).collect(),
            })
        });
        summaries.collect()
    }

    pub(crate) async fn delete_draft(&self, portal: u64, key: &str) -> Result<()> {
        sql("DELETE FROM drafts WHERE portal_id = ? AND draft_key = ?")
            .bind(portal_column(portal))
            .bind(key)
            .execute(&self.db)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, draft, on_each_database};

    on_each_database![
        a_late_save_does_not_bring_back_what_has_been_sent,
        saving_again_replaces_the_draft,
        a_save_in_the_moment_of_sending_leaves_no_draft,
    ];

    async fn a_late_save_does_not_bring_back_what_has_been_sent(on: Database) {
        let store = on.fresh().await;
        let sent = campaign("one", 1);
        store.create_campaign(&sent, 1).await.unwrap();
        for portal in [BOOKSHOP, CLINIC] {
            let saved = store.save_draft(portal, &sent.key, &sent.draft, 2).await;
            saved.unwrap();
        }
        assert_eq!(store.draft(BOOKSHOP, &sent.key).await.unwrap(), None);
        let of_another = store.draft(CLINIC, &sent.key).await.unwrap();
        assert!(of_another.is_some(), "keys are each portal's own");
    }

    async fn a_save_in_the_moment_of_sending_leaves_no_draft(on: Database) {
        let store = on.fresh().await;
        for number in 0..20 {
            let sent = campaign(&format!("campaign-{number}"), 1);
            let saved = store.save_draft(BOOKSHOP, &sent.key, &sent.draft, 2);
            let (created, saved) = tokio::join!(store.create_campaign(&sent, 1), saved);
            created.unwrap();
            saved.unwrap();
            assert_eq!(store.draft(BOOKSHOP, &sent.key).await.unwrap(), None);
        }
    }

    async fn saving_again_replaces_the_draft(on: Database) {
        let store = on.fresh().await;
        for (text, now) in [("Olá", 1), ("Adeus", 2)] {
            let saved = store.save_draft(BOOKSHOP, "key", &draft(text), now).await;
            saved.unwrap();
        }
        let kept = store.draft(BOOKSHOP, "key").await.unwrap().unwrap();
        assert_eq!((kept.draft.text.as_str(), kept.updated_at), ("Adeus", 2));
        assert_eq!(store.drafts(BOOKSHOP).await.unwrap().len(), 1);
    }
}
