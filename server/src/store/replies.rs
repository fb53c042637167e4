//! What recipients have answered; written down in `outbox/ledger.rs`.

use septet_core::wire::Reply;

use super::db::sql;
use super::{Result, Store, portal_column};

impl Store {
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
    use crate::store::{Entry, Event, Written};
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, on_each_database};

    on_each_database![an_answer_is_kept_once_and_told_with_its_campaign];

    async fn an_answer_is_kept_once_and_told_with_its_campaign(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 2), 1).await.unwrap();
        let rows = store.recipients(BOOKSHOP, "one", None, 0, 9).await.unwrap();
        let id = rows[0].id.parse().unwrap();
        let tell = async |portal, said: &str, now| {
            let event = Event::Answer {
                portal,
                code: "response".into(),
                said: said.into(),
                stops: said == "STOP",
            };
            let entry = Entry {
                message: id,
                worker: None,
                event,
            };
            let batch = store.write(&[entry.clone(), entry], now).await.unwrap();
            assert_eq!(batch.written[1], Written::Nothing, "told twice at once");
            batch.written[0] == Written::Changed
        };
        assert!(tell(BOOKSHOP, "Sim", 10).await);
        assert!(!tell(BOOKSHOP, "Sim", 11).await, "told twice");
        assert!(tell(BOOKSHOP, "STOP", 12).await);
        assert!(tell(BOOKSHOP, "Sim", 11 + 5 * 60 * 1000).await);
        assert!(tell(BOOKSHOP, "", 13).await);
        assert!(!tell(CLINIC, "x", 14).await, "another account's");
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
