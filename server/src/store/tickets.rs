//! Tickets for pages inside HubSpot's, and signatures that have done what they may do.

use septet_core::wire::{Millis, Opening, User};

use super::db::sql;
use super::{Result, Store, from_json, portal_column};

/// Who may open a page, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Admission {
    pub(crate) portal: u64,
    pub(crate) user: User,
    pub(crate) opening: Opening,
}

impl Store {
    pub(crate) async fn issue_ticket(
        &self,
        token: &[u8],
        admission: &Admission,
        expires_at: Millis,
    ) -> Result<()> {
        sql(
            "INSERT INTO tickets (token_hash, portal_id, user_id, email, opening, expires_at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(token)
        .bind(portal_column(admission.portal))
        .bind(&admission.user.id)
        .bind(&admission.user.email)
        .bind(serde_json::json!(admission.opening).to_string())
        .bind(expires_at)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    /// Takes a ticket, which works once and in time; forgets those that nobody has used.
    pub(crate) async fn take_ticket(&self, token: &[u8], now: Millis) -> Result<Option<Admission>> {
        let row = sql("DELETE FROM tickets WHERE token_hash = ?
             RETURNING portal_id, user_id, email, opening, expires_at")
        .bind(token)
        .fetch_optional(&self.db)
        .await?;
        sql("DELETE FROM tickets WHERE expires_at <= ?")
            .bind(now)
            .execute(&self.db)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if row.get::<Millis>("expires_at")? <= now {
            return Ok(None);
        }
        Ok(Some(Admission {
            portal: row.get("portal_id")?,
            user: User {
                id: row.get("user_id")?,
                email: row.get("email")?,
            },
            opening: from_json(row.get("opening")?, "opening")?,
        }))
    }

    /// Whether a signature comes for the first time; it is remembered for as long as it
    /// would be accepted.
    pub(crate) async fn is_first(
        &self,
        digest: &[u8],
        expires_at: Millis,
        now: Millis,
    ) -> Result<bool> {
        sql("DELETE FROM signatures WHERE expires_at <= ?")
            .bind(now)
            .execute(&self.db)
            .await?;
        let new =
            sql("INSERT INTO signatures (digest, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(digest)
                .bind(expires_at)
                .execute(&self.db)
                .await?;
        Ok(new > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOOKSHOP, Database, on_each_database};
    use septet_core::event::Channel;

    on_each_database![a_ticket_works_once_and_in_time, a_signature_is_new_once,];

    async fn a_ticket_works_once_and_in_time(on: Database) {
        let store = on.fresh().await;
        let admission = Admission {
            portal: BOOKSHOP,
            user: User {
                id: "7".into(),
                email: "ana@shop.example".into(),
            },
            opening: Opening {
                channel: Channel::Sms,
                contacts: vec!["101".into()],
                locale: "pt-br".into(),
                parent: "https://app.hubspot.com".into(),
            },
        };
        for token in [b"one", b"two"] {
            store.issue_ticket(token, &admission, 60).await.unwrap();
        }
        let taken = store.take_ticket(b"one", 59).await.unwrap();
        assert_eq!(taken, Some(admission));
        assert_eq!(store.take_ticket(b"one", 59).await.unwrap(), None);
        assert_eq!(store.take_ticket(b"two", 60).await.unwrap(), None);
        assert_eq!(store.take_ticket(b"never", 1).await.unwrap(), None);
    }

    async fn a_signature_is_new_once(on: Database) {
        let store = on.fresh().await;
        assert!(store.is_first(b"a", 10, 1).await.unwrap());
        assert!(!store.is_first(b"a", 10, 2).await.unwrap());
        assert!(store.is_first(b"b", 10, 2).await.unwrap());
        // Forgotten when it would be refused for its age anyhow.
        assert!(store.is_first(b"a", 20, 10).await.unwrap());
    }
}
