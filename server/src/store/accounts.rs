//! HubSpot accounts, who is signed in, and sign-ins under way.

use septet_core::wire::{Millis, User};

use super::db::{Db, On, Row, Statement, Tx, sql};
use super::{Result, Store, from_json, portal_column};

/// A connected HubSpot account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) portal: u64,
    pub(crate) name: String,
    pub(crate) ui_domain: String,
    /// Whether HubSpot has let go of it; saving it connects it again.
    pub(crate) disconnected: bool,
    pub(crate) tokens: Tokens,
}

/// Somebody who may do something for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) portal: u64,
    pub(crate) user: User,
    /// The only contacts that it is for; `None` for a whole account.
    pub(crate) contacts: Option<Vec<String>>,
}

/// Sealed tokens of an account.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: Vec<u8>,
    pub(crate) refresh: Vec<u8>,
    pub(crate) expires_at: Millis,
}

/// The right to replace an account's tokens.
#[derive(Debug)]
pub(crate) struct Refreshing {
    db: Db,
    transaction: Option<Tx>,
}

impl Refreshing {
    /// Replaces the tokens.
    pub(crate) async fn save(mut self, portal: u64, tokens: &Tokens) -> Result<()> {
        sql("UPDATE accounts SET access_token = ?, refresh_token = ?, expires_at = ? WHERE portal_id = ?")
            .bind(&tokens.access)
            .bind(&tokens.refresh)
            .bind(tokens.expires_at)
            .bind(portal_column(portal))
            .execute(self.on())
            .await?;
        match self.transaction {
            Some(transaction) => transaction.commit().await,
            None => Ok(()),
        }
    }

    fn on(&mut self) -> On<'_> {
        match &mut self.transaction {
            Some(transaction) => transaction.into(),
            None => (&self.db).into(),
        }
    }
}

fn by_portal(portal: u64) -> Statement {
    sql("SELECT * FROM accounts WHERE portal_id = ?").bind(portal_column(portal))
}

fn account(portal: u64, row: &Row) -> Result<Account> {
    Ok(Account {
        portal,
        name: row.get("name")?,
        ui_domain: row.get("ui_domain")?,
        disconnected: row.get::<Option<Millis>>("disconnected_at")?.is_some(),
        tokens: Tokens {
            access: row.get("access_token")?,
            refresh: row.get("refresh_token")?,
            expires_at: row.get("expires_at")?,
        },
    })
}

impl Store {
    /// Stores a connected account.
    pub(crate) async fn save_account(&self, account: &Account) -> Result<()> {
        sql(
            "INSERT INTO accounts (portal_id, name, ui_domain, access_token, refresh_token, expires_at)
             VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (portal_id) DO UPDATE SET name = excluded.name, ui_domain = excluded.ui_domain,
                access_token = excluded.access_token, refresh_token = excluded.refresh_token,
                expires_at = excluded.expires_at, disconnected_at = NULL",
        )
        .bind(portal_column(account.portal))
        .bind(&account.name)
        .bind(&account.ui_domain)
        .bind(&account.tokens.access)
        .bind(&account.tokens.refresh)
        .bind(account.tokens.expires_at)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    pub(crate) async fn account(&self, portal: u64) -> Result<Option<Account>> {
        let row = by_portal(portal).fetch_optional(&self.db).await?;
        row.map(|row| account(portal, &row)).transpose()
    }

    /// Every connected account.
    pub(crate) async fn portals(&self) -> Result<Vec<u64>> {
        sql("SELECT portal_id FROM accounts ORDER BY portal_id")
            .scalars(&self.db)
            .await
    }

    /// An account whose tokens nobody else replaces until they are saved or let go.
    /// Within one process callers take turns by themselves, for on SQLite nothing is
    /// locked: a call to HubSpot would hold up everybody.
    pub(crate) async fn account_to_refresh(
        &self,
        portal: u64,
    ) -> Result<Option<(Account, Refreshing)>> {
        let mut refreshing = Refreshing {
            db: self.db.clone(),
            transaction: None,
        };
        if self.db.is_shared() {
            refreshing.transaction = Some(self.db.begin().await?);
        }
        let row = by_portal(portal).for_update();
        let Some(row) = row.fetch_optional(refreshing.on()).await? else {
            return Ok(None);
        };
        Ok(Some((account(portal, &row)?, refreshing)))
    }

    /// Remembers a sign-in that has been started.
    pub(crate) async fn start_sign_in(
        &self,
        state: &[u8],
        verifier: &str,
        expires_at: Millis,
    ) -> Result<()> {
        sql("INSERT INTO sign_ins (state_hash, verifier, expires_at) VALUES (?, ?, ?)")
            .bind(state)
            .bind(verifier)
            .bind(expires_at)
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// Takes a started sign-in, which works once; the PKCE verifier if it has not expired.
    pub(crate) async fn take_sign_in(&self, state: &[u8], now: Millis) -> Result<Option<String>> {
        let row = sql("DELETE FROM sign_ins WHERE state_hash = ? RETURNING verifier, expires_at")
            .bind(state)
            .fetch_optional(&self.db)
            .await?;
        sql("DELETE FROM sign_ins WHERE expires_at <= ?")
            .bind(now)
            .execute(&self.db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let expires_at: Millis = row.get("expires_at")?;
        (expires_at > now).then(|| row.get("verifier")).transpose()
    }

    /// Begins a session; of a page inside HubSpot's with the contacts that it is for.
    pub(crate) async fn start_session(
        &self,
        token: &[u8],
        portal: u64,
        user: &User,
        expires_at: Millis,
        contacts: Option<&[String]>,
    ) -> Result<()> {
        sql(
            "INSERT INTO sessions (token_hash, portal_id, user_id, email, expires_at, contacts)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(token)
        .bind(portal_column(portal))
        .bind(&user.id)
        .bind(&user.email)
        .bind(expires_at)
        .bind(contacts.map(|contacts| serde_json::json!(contacts).to_string()))
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Who a session belongs to, while it lasts.
    pub(crate) async fn session(&self, token: &[u8], now: Millis) -> Result<Option<Session>> {
        let row = sql("SELECT portal_id, user_id, email, contacts FROM sessions
             WHERE token_hash = ? AND expires_at > ?")
        .bind(token)
        .bind(now)
        .fetch_optional(&self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let contacts: Option<String> = row.get("contacts")?;
        Ok(Some(Session {
            portal: row.get("portal_id")?,
            user: User {
                id: row.get("user_id")?,
                email: row.get("email")?,
            },
            contacts: contacts
                .map(|contacts| from_json(contacts, "contacts"))
                .transpose()?,
        }))
    }

    /// Ends every session of an account.
    pub(crate) async fn end_sessions_of(&self, portal: u64) -> Result<()> {
        sql("DELETE FROM sessions WHERE portal_id = ?")
            .bind(portal_column(portal))
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// Ends every session of everybody.
    pub(crate) async fn end_sessions(&self) -> Result<()> {
        sql("DELETE FROM sessions").execute(&self.db).await?;
        Ok(())
    }

    /// Ends a session, and forgets those that have expired.
    pub(crate) async fn end_session(&self, token: &[u8], now: Millis) -> Result<()> {
        sql("DELETE FROM sessions WHERE token_hash = ? OR expires_at <= ?")
            .bind(token)
            .bind(now)
            .execute(&self.db)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOOKSHOP, CLINIC, Database, on_each_database};

    on_each_database![
        an_account_is_kept_as_it_was_last_saved,
        tokens_that_are_refreshed_are_those_of_one_account,
        a_sign_in_is_taken_once_and_in_time,
        a_session_lasts_until_it_ends_or_is_over,
    ];

    async fn an_account_is_kept_as_it_was_last_saved(on: Database) {
        let store = on.empty().await;
        assert!(store.account(BOOKSHOP).await.unwrap().is_none());
        let mut account = Account {
            portal: BOOKSHOP,
            name: "shop.example".into(),
            ui_domain: String::new(),
            disconnected: false,
            tokens: Tokens {
                access: vec![0, 1],
                refresh: vec![2, 255],
                expires_at: 5,
            },
        };
        store.save_account(&account).await.unwrap();
        account.ui_domain = "app.hubspot.com".into();
        store.save_account(&account).await.unwrap();
        let kept = store.account(BOOKSHOP).await.unwrap().unwrap();
        assert_eq!(format!("{kept:?}"), format!("{account:?}"));
    }

    async fn tokens_that_are_refreshed_are_those_of_one_account(on: Database) {
        let store = on.fresh().await;
        assert!(store.account_to_refresh(1).await.unwrap().is_none());
        let (before, refreshing) = store.account_to_refresh(BOOKSHOP).await.unwrap().unwrap();
        let tokens = Tokens {
            access: vec![7],
            refresh: vec![8],
            expires_at: 9,
        };
        refreshing.save(BOOKSHOP, &tokens).await.unwrap();
        let after = store.account(BOOKSHOP).await.unwrap().unwrap();
        assert_eq!((after.name, after.tokens.access), (before.name, vec![7]));
        let other = store.account(CLINIC).await.unwrap().unwrap();
        assert_eq!(other.tokens.access, before.tokens.access);
    }

    async fn a_sign_in_is_taken_once_and_in_time(on: Database) {
        let store = on.empty().await;
        for state in [b"one", b"two"] {
            let started = store.start_sign_in(state, "verifier", 10).await;
            started.unwrap();
        }
        let taken = store.take_sign_in(b"one", 9).await.unwrap();
        assert_eq!(taken.as_deref(), Some("verifier"));
        assert_eq!(store.take_sign_in(b"one", 9).await.unwrap(), None);
        assert_eq!(store.take_sign_in(b"two", 10).await.unwrap(), None);
    }

    async fn a_session_lasts_until_it_ends_or_is_over(on: Database) {
        let store = on.fresh().await;
        let ana = User {
            id: "1".into(),
            email: "ana@shop.example".into(),
        };
        for token in [b"one", b"two", b"six"] {
            let started = store.start_session(token, BOOKSHOP, &ana, 10, None).await;
            started.unwrap();
        }
        let session = store.session(b"one", 9).await.unwrap();
        let whole = Session {
            portal: BOOKSHOP,
            user: ana.clone(),
            contacts: None,
        };
        assert_eq!(session, Some(whole));
        let few = ["101".to_owned()];
        let started = store.start_session(b"few", BOOKSHOP, &ana, 10, Some(&few));
        started.await.unwrap();
        let session = store.session(b"few", 9).await.unwrap().unwrap();
        assert_eq!(session.contacts.unwrap(), few);
        assert_eq!(store.session(b"one", 10).await.unwrap(), None);
        store.end_session(b"one", 9).await.unwrap();
        assert_eq!(store.session(b"one", 9).await.unwrap(), None);
        assert!(store.session(b"two", 9).await.unwrap().is_some());
        store.end_sessions().await.unwrap();
        assert_eq!(store.session(b"two", 9).await.unwrap(), None);
    }
}
