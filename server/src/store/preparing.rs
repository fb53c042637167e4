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

#[cfg(test)]
mod tests {
    use septet_core::wire::{CampaignState, Counts};

    use super::*;
    use crate::imports::Head;
    use crate::store::{NewCampaign, Source};
    use crate::testing::{BOOKSHOP, Database, campaign, on_each_database};

    on_each_database![
        a_page_is_written_once_whoever_tries,
        nothing_is_claimed_before_the_file_is_at_its_end,
        a_cancelled_campaign_takes_nothing_more,
    ];

    /// A campaign that takes its recipients from a file, and some that it could take.
    async fn preparing(store: &Store) -> (Preparing, NewCampaign) {
        store
            .begin_import(BOOKSHOP, "file", "a.csv", 1)
            .await
            .unwrap();
        let head = Head {
            columns: Vec::new(),
            phone: None,
            person: None,
            prefix: None,
            encoding: "UTF-8",
            delimiter: ',',
        };
        store
            .complete_import(BOOKSHOP, "file", &head, 3, 0)
            .await
            .unwrap();
        let mut new = campaign("one", 0);
        new.source = Some(Source {
            import: "file".into(),
            planned: 3,
        });
        store.create_campaign(&new, 1).await.unwrap();
        let preparing = store.preparing().await.unwrap().pop().unwrap();
        assert_eq!((preparing.planned, preparing.prepared), (3, 0));
        (preparing, campaign("others", 3))
    }

    async fn counts(store: &Store) -> Counts {
        let campaign = store.campaign(BOOKSHOP, "one").await.unwrap();
        campaign.unwrap().counts
    }

    async fn a_page_is_written_once_whoever_tries(on: Database) {
        let store = on.fresh().await;
        let (mut at, other) = preparing(&store).await;
        let (first, second) = other.recipients.split_at(2);
        let attempts = tokio::join!(
            store.prepare(&at, first, 3, 2),
            store.prepare(&at, first, 3, 2)
        );
        let attempts = (attempts.0.unwrap(), attempts.1.unwrap());
        assert!(matches!(attempts, (true, false) | (false, true)));
        assert!(!store.end_preparing(&at).await.unwrap());
        // Another server goes on from there.
        at = store.preparing().await.unwrap().pop().unwrap();
        assert_eq!(at.prepared, 3);
        let numbers = store.waiting_numbers("one", 0, 10).await.unwrap();
        assert_eq!(numbers.len(), 2);
        assert!(store.prepare(&at, second, 4, 2).await.unwrap());
        at.prepared = 4;
        assert!(store.end_preparing(&at).await.unwrap());
        assert!(!store.end_preparing(&at).await.unwrap());
        assert_eq!(counts(&store).await.pending, 3);
        assert!(store.preparing().await.unwrap().is_empty());
    }

    async fn nothing_is_claimed_before_the_file_is_at_its_end(on: Database) {
        let store = on.fresh().await;
        let (mut at, other) = preparing(&store).await;
        assert!(store.prepare(&at, &other.recipients, 4, 2).await.unwrap());
        let worker = store.register().await.unwrap();
        assert_eq!(store.claim_all(worker, 9, 10).await.unwrap().len(), 0);
        assert!(!store.finish_if_done("one").await.unwrap());
        at.prepared = 4;
        assert!(store.end_preparing(&at).await.unwrap());
        assert_eq!(store.claim_all(worker, 9, 10).await.unwrap().len(), 3);
    }

    async fn a_cancelled_campaign_takes_nothing_more(on: Database) {
        let store = on.fresh().await;
        let (mut at, other) = preparing(&store).await;
        let (first, second) = other.recipients.split_at(2);
        assert!(store.prepare(&at, first, 3, 2).await.unwrap());
        let left_out = store.cancel(BOOKSHOP, "one", 3).await.unwrap().unwrap();
        assert_eq!(left_out.len(), 2);
        at.prepared = 3;
        assert!(!store.prepare(&at, second, 4, 4).await.unwrap());
        assert!(!store.end_preparing(&at).await.unwrap());
        let campaign = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        assert_eq!(campaign.state, CampaignState::Cancelled);
        assert_eq!(campaign.counts.total, 2);
    }
}
