//! What an account has set, and whether HubSpot still has the app installed there.

use septet_core::wire::{Choices, Millis, PauseReason, UnsubscribePage, Utm};

use super::db::sql;
use super::{Result, Store, from_json, portal_column, to_text};

/// An account's own credentials at 360nrs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnProvider {
    pub(crate) username: String,
    /// Sealed.
    pub(crate) password: Vec<u8>,
}

impl Store {
    /// What an account has chosen; what holds for everybody where it has not.
    pub(crate) async fn choices(&self, portal: u64) -> Result<Choices> {
        let row = sql("SELECT choices FROM accounts WHERE portal_id = ?")
            .bind(portal_column(portal))
            .fetch_optional(&self.db)
            .await?;
        match row {
            Some(row) => from_json(row.get("choices")?, "choices"),
            None => Ok(Choices::default()),
        }
    }

    pub(crate) async fn save_choices(&self, portal: u64, choices: Choices) -> Result<()> {
        sql("UPDATE accounts SET choices = ? WHERE portal_id = ?")
            .bind(serde_json::json!(choices).to_string())
            .bind(portal_column(portal))
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// The account's own host for links, if it has one.
    pub(crate) async fn link_host(&self, portal: u64) -> Result<Option<String>> {
        let row = sql("SELECT link_host FROM accounts WHERE portal_id = ?")
            .bind(portal_column(portal))
            .fetch_optional(&self.db)
            .await?;
        row.map_or(Ok(None), |row| row.get("link_host"))
    }

    /// The tags that new messages of an account begin with.
    pub(crate) async fn default_utm(&self, portal: u64) -> Result<Utm> {
        let row = sql("SELECT utm FROM accounts WHERE portal_id = ?")
            .bind(portal_column(portal))
            .fetch_optional(&self.db)
            .await?;
        row.map_or(Ok(Utm::default()), |row| from_json(row.get("utm")?, "tags"))
    }

    pub(crate) async fn save_links(
        &self,
        portal: u64,
        host: Option<&str>,
        utm: &Utm,
    ) -> Result<()> {
        sql("UPDATE accounts SET link_host = ?, utm = ? WHERE portal_id = ?")
            .bind(host)
            .bind(serde_json::json!(utm).to_string())
            .bind(portal_column(portal))
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// The account's page for people who want no more messages.
    pub(crate) async fn unsubscribe_page(&self, portal: u64) -> Result<UnsubscribePage> {
        let row = sql("SELECT page FROM accounts WHERE portal_id = ?")
            .bind(portal_column(portal))
            .fetch_optional(&self.db)
            .await?;
        row.map_or(Ok(UnsubscribePage::default()), |row| {
            from_json(row.get("page")?, "page")
        })
    }

    pub(crate) async fn save_unsubscribe_page(
        &self,
        portal: u64,
        page: &UnsubscribePage,
    ) -> Result<()> {
        sql("UPDATE accounts SET page = ? WHERE portal_id = ?")
            .bind(serde_json::json!(page).to_string())
            .bind(portal_column(portal))
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// The credentials that an account has given.
    pub(crate) async fn own_provider(&self, portal: u64) -> Result<Option<OwnProvider>> {
        let row = sql("SELECT nrs_username, nrs_password FROM accounts
             WHERE portal_id = ? AND nrs_username IS NOT NULL AND nrs_password IS NOT NULL")
        .bind(portal_column(portal))
        .fetch_optional(&self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(OwnProvider {
            username: row.get("nrs_username")?,
            password: row.get("nrs_password")?,
        }))
    }

    pub(crate) async fn save_own_provider(
        &self,
        portal: u64,
        own: Option<&OwnProvider>,
    ) -> Result<()> {
        sql("UPDATE accounts SET nrs_username = ?, nrs_password = ? WHERE portal_id = ?")
            .bind(own.map(|own| own.username.as_str()))
            .bind(own.map(|own| own.password.as_slice()))
            .bind(portal_column(portal))
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// Notes that HubSpot has let go of an account: nothing of it leaves any more. `false`
    /// when that is known.
    pub(crate) async fn disconnect(&self, portal: u64, now: Millis) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        tx.close_gate(portal).await?;
        let news = sql(
            "UPDATE accounts SET disconnected_at = ? WHERE portal_id = ? AND disconnected_at IS NULL",
        )
        .bind(now)
        .bind(portal_column(portal))
        .execute(&mut tx)
        .await?;
        if news > 0 {
            sql("UPDATE campaigns SET state = 'paused', pause_reason = ?
                 WHERE portal_id = ? AND state IN ('preparing', 'sending')")
            .bind(to_text(&PauseReason::Disconnected))
            .bind(portal_column(portal))
            .execute(&mut tx)
            .await?;
        }
        tx.commit().await?;
        Ok(news > 0)
    }

    /// Campaigns that wait for their account to be connected again.
    pub(crate) async fn paused_by_disconnection(&self, portal: u64) -> Result<Vec<String>> {
        sql("SELECT id FROM campaigns WHERE portal_id = ? AND state = 'paused' AND pause_reason = ?")
            .bind(portal_column(portal))
            .bind(to_text(&PauseReason::Disconnected))
            .scalars(&self.db)
            .await
    }

    /// Accounts that are connected, as far as is known.
    pub(crate) async fn connected(&self) -> Result<Vec<u64>> {
        sql("SELECT portal_id FROM accounts WHERE disconnected_at IS NULL ORDER BY portal_id")
            .scalars(&self.db)
            .await
    }
}

#[cfg(test)]
mod tests {
    use septet_core::wire::CampaignState;

    use super::*;
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, on_each_database};

    on_each_database![
        what_an_account_sets_is_its_own,
        a_disconnected_account_sends_nothing_and_is_told_once,
    ];

    async fn what_an_account_sets_is_its_own(on: Database) {
        let store = on.fresh().await;
        assert_eq!(store.choices(BOOKSHOP).await.unwrap(), Choices::default());
        assert_eq!(store.own_provider(BOOKSHOP).await.unwrap(), None);
        let choices = Choices {
            voice: true,
            marketing_only: false,
            ..Choices::default()
        };
        let own = OwnProvider {
            username: "shop".into(),
            password: vec![0, 255],
        };
        store.save_choices(BOOKSHOP, choices).await.unwrap();
        let saved = store.save_own_provider(BOOKSHOP, Some(&own)).await;
        saved.unwrap();
        assert_eq!(store.choices(BOOKSHOP).await.unwrap(), choices);
        assert_eq!(store.own_provider(BOOKSHOP).await.unwrap(), Some(own));
        assert_eq!(store.choices(CLINIC).await.unwrap(), Choices::default());
        assert_eq!(store.own_provider(CLINIC).await.unwrap(), None);
        store.save_own_provider(BOOKSHOP, None).await.unwrap();
        assert_eq!(store.own_provider(BOOKSHOP).await.unwrap(), None);
    }

    async fn a_disconnected_account_sends_nothing_and_is_told_once(on: Database) {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 1), 1).await.unwrap();
        store.create_campaign(&campaign("two", 1), 1).await.unwrap();
        store
            .pause(BOOKSHOP, "two", PauseReason::ByUser)
            .await
            .unwrap();
        assert!(store.disconnect(BOOKSHOP, 5).await.unwrap());
        assert!(!store.disconnect(BOOKSHOP, 6).await.unwrap());
        assert_eq!(store.connected().await.unwrap(), [CLINIC]);
        assert!(store.account(BOOKSHOP).await.unwrap().unwrap().disconnected);

        let worker = store.register().await.unwrap();
        assert_eq!(store.claim_all(worker, 10, 10).await.unwrap().len(), 0);
        // The one that somebody has paused stays as it is.
        let waiting = store.paused_by_disconnection(BOOKSHOP).await.unwrap();
        assert_eq!(waiting, ["one"]);
        let two = store.campaign(BOOKSHOP, "two").await.unwrap().unwrap();
        let reason = PauseReason::ByUser;
        assert_eq!(two.state, CampaignState::Paused { reason });

        let account = store.account(BOOKSHOP).await.unwrap().unwrap();
        store.save_account(&account).await.unwrap();
        assert_eq!(store.connected().await.unwrap(), [BOOKSHOP, CLINIC]);
    }
}
