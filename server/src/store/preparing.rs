//! Campaigns that take their recipients from a file, page by page.
//!
//! A page and the place up to which the file was taken are written together, and only by
//! whoever knows the place before: however many servers try, and wherever one of them
//! dies, every row is taken once.

use septet_core::wire::{Millis, SmsDraft};

use super::campaigns::{NewRecipient, insert_recipients};
use super::db::sql;
use super::{Result, Store, from_json};

/// A campaign whose recipients are being taken from a file.
#[derive(Debug)]
pub(crate) struct Preparing {
    pub(crate) id: String,
    pub(crate) portal: u64,
    pub(crate) import: String,
    pub(crate) name: String,
    pub(crate) draft: SmsDraft,
    pub(crate) max_parts: u8,
    /// How many are to be sent to.
    pub(crate) planned: u64,
    /// The line of the file that was taken last.
    pub(crate) prepared: i64,
    pub(crate) created_at: Millis,
}

impl Store {
    /// All campaigns that are not prepared yet, oldest first.
    pub(crate) async fn preparing(&self) -> Result<Vec<Preparing>> {
        let rows = sql("SELECT * FROM campaigns WHERE state = 'preparing' ORDER BY created_at, id")
            .fetch_all(&self.db)
            .await?;
        let preparing = rows.iter().map(|row| {
            Ok(Preparing {
                id: row.get("id")?,
                portal: row.get("portal_id")?,
                import: row.get("import_id")?,
                name: row.get("name")?,
                draft: from_json(row.get("draft")?, "draft")?,
                max_parts: row.get("max_parts")?,
                planned: row.get("planned")?,
                prepared: row.get("prepared")?,
                created_at: row.get("created_at")?,
            })
        });
        preparing.collect()
    }

    /// Numbers that a campaign's messages wait for, after the recipient with id `after`;
    /// with their ids.
    pub(crate) async fn waiting_numbers(
        &self,
        campaign: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(i64, String)>> {
        let rows = sql("SELECT id, phone FROM recipients
             WHERE campaign_id = ? AND state = 'pending' AND id > ? ORDER BY id LIMIT ?")
        .bind(campaign)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.db)
        .await?;
        let numbers = rows
            .iter()
            .map(|row| Ok((row.get("id")?, row.get("phone")?)));
        numbers.collect()
    }

    /// Adds a page of recipients, up to a line of the file; `false` when the campaign was
    /// cancelled, or somebody else has added that page.
    pub(crate) async fn prepare(
        &self,
        campaign: &Preparing,
        recipients: &[NewRecipient],
        until: i64,
        now: Millis,
    ) -> Result<bool> {
        let mut transaction = self.db.begin().await?;
        let ours = sql("UPDATE campaigns SET prepared = ? WHERE id = ? AND state = 'preparing' AND prepared = ?")
            .bind(until)
            .bind(&campaign.id)
            .bind(campaign.prepared)
            .execute(&mut transaction)
            .await?;
        if ours == 0 {
            return Ok(false);
        }
        let (portal, id) = (campaign.portal, &campaign.id);
        insert_recipients(&mut transaction, portal, id, recipients, now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Lets a campaign go whose file was taken to its end; `false` when it is not there any more.
    pub(crate) async fn end_preparing(&self, campaign: &Preparing) -> Result<bool> {
        let done = sql("UPDATE campaigns SET state = 'sending'
             WHERE id = ? AND state = 'preparing' AND prepared = ?")
        .bind(&campaign.id)
        .bind(campaign.prepared)
        .execute(&self.db)
        .await?;
        Ok(done > 0)
    }
}
