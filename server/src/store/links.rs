//! Codes that stand in messages: short links and unsubscribe links.

use septet_core::wire::Millis;
use sqlx::{Row, SqliteConnection};

use super::{Result, Store, portal_column};

/// A code and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) code: String,
    /// Where it leads; `None` for an unsubscribe link.
    pub(crate) target: Option<String>,
}

/// Stores the codes of one message.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    portal: u64,
    recipient: i64,
    link: &Link,
) -> Result<()> {
    sqlx::query("INSERT INTO links (code, portal_id, recipient_id, target) VALUES (?, ?, ?, ?)")
        .bind(&link.code)
        .bind(portal_column(portal))
        .bind(recipient)
        .bind(&link.target)
        .execute(connection)
        .await?;
    Ok(())
}

impl Store {
    /// Where a short link leads.
    pub(crate) async fn target(&self, code: &str) -> Result<Option<String>> {
        let target: Option<Option<String>> =
            sqlx::query_scalar("SELECT target FROM links WHERE code = ? AND target IS NOT NULL")
                .bind(code)
                .fetch_optional(&self.pool)
                .await?;
        Ok(target.flatten())
    }

    /// Counts a click; the recipient, when it is the first one.
    pub(crate) async fn click(&self, code: &str, now: Millis) -> Result<Option<i64>> {
        let mut transaction = self.begin().await?;
        let recipient: Option<i64> = sqlx::query_scalar(
            "UPDATE links SET clicks = clicks + 1 WHERE code = ? AND target IS NOT NULL RETURNING recipient_id",
        )
        .bind(code)
        .fetch_optional(&mut *transaction)
        .await?;
        let first =
            sqlx::query("UPDATE recipients SET clicked_at = ? WHERE id = ? AND clicked_at IS NULL")
                .bind(now)
                .bind(recipient)
                .execute(&mut *transaction)
                .await?;
        transaction.commit().await?;
        Ok(recipient.filter(|_| first.rows_affected() > 0))
    }

    /// Who would be opted out by an unsubscribe link: portal, recipient, contact, digits,
    /// and whether they have done so already.
    pub(crate) async fn unsubscriber(&self, code: &str) -> Result<Option<Unsubscriber>> {
        let row = sqlx::query(
            "SELECT r.id, r.portal_id, r.contact_id, r.phone, r.unsubscribed_at FROM links l
             JOIN recipients r ON r.id = l.recipient_id WHERE l.code = ? AND l.target IS NULL",
        )
        .bind(code)
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let portal: i64 = row.try_get("portal_id")?;
        let unsubscribed_at: Option<Millis> = row.try_get("unsubscribed_at")?;
        Ok(Some(Unsubscriber {
            portal: u64::try_from(portal).unwrap_or_default(),
            recipient: row.try_get("id")?,
            contact_id: row.try_get("contact_id")?,
            phone: row.try_get("phone")?,
            done: unsubscribed_at.is_some(),
        }))
    }
}

/// A person who follows an unsubscribe link.
#[derive(Debug)]
pub(crate) struct Unsubscriber {
    pub(crate) portal: u64,
    pub(crate) recipient: i64,
    pub(crate) contact_id: String,
    pub(crate) phone: String,
    pub(crate) done: bool,
}
