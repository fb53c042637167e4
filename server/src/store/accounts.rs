//! HubSpot accounts, who is signed in, and sign-ins under way.

use septet_core::wire::{Millis, User};

use super::db::{Db, On, Row, Statement, Tx, sql};
use super::{Result, Store, portal_column};

/// A connected HubSpot account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) portal: u64,
    pub(crate) name: String,
    pub(crate) ui_domain: String,
    pub(crate) tokens: Tokens,
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
                expires_at = excluded.expires_at",
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

    pub(crate) async fn start_session(
        &self,
        token: &[u8],
        portal: u64,
        user: &User,
        expires_at: Millis,
    ) -> Result<()> {
        sql("INSERT INTO sessions (token_hash, portal_id, user_id, email, expires_at) VALUES (?, ?, ?, ?, ?)")
            .bind(token)
            .bind(portal_column(portal))
            .bind(&user.id)
            .bind(&user.email)
            .bind(expires_at)
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// Who a session belongs to, while it lasts.
    pub(crate) async fn session(&self, token: &[u8], now: Millis) -> Result<Option<(u64, User)>> {
        let row = sql(
            "SELECT portal_id, user_id, email FROM sessions WHERE token_hash = ? AND expires_at > ?",
        )
        .bind(token)
        .bind(now)
        .fetch_optional(&self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let user = User {
            id: row.get("user_id")?,
            email: row.get("email")?,
        };
        Ok(Some((row.get("portal_id")?, user)))
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
