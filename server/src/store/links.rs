//! Codes that stand in messages: short links and unsubscribe links.

use septet_core::wire::Millis;

use super::db::sql;
use super::{Result, Store};

/// A code and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) code: String,
    /// Where it leads; `None` for an unsubscribe link.
    pub(crate) target: Option<String>,
}

impl Store {
    /// Where a short link leads.
    pub(crate) async fn target(&self, code: &str) -> Result<Option<String>> {
        let row = sql("SELECT target FROM links WHERE code = ? AND target IS NOT NULL")
            .bind(code)
            .fetch_optional(&self.db)
            .await?;
        row.map(|row| row.get("target")).transpose()
    }

    /// Counts a click; the recipient, when it is the first one.
    pub(crate) async fn click(&self, code: &str, now: Millis) -> Result<Option<i64>> {
        let mut transaction = self.db.begin().await?;
        // The recipient before the link, as everywhere: whoever holds one of them never
        // waits for somebody who waits for them.
        let first = sql(
            "UPDATE recipients SET clicked_at = ? WHERE clicked_at IS NULL
             AND id = (SELECT recipient_id FROM links WHERE code = ? AND target IS NOT NULL)
             RETURNING id",
        )
        .bind(now)
        .bind(code)
        .fetch_optional(&mut transaction)
        .await?;
        sql("UPDATE links SET clicks = clicks + 1 WHERE code = ? AND target IS NOT NULL")
            .bind(code)
            .execute(&mut transaction)
            .await?;
        transaction.commit().await?;
        first.map(|row| row.get("id")).transpose()
    }

    /// Who would be opted out by an unsubscribe link: portal, recipient, contact, digits,
    /// and whether they have done so already.
    pub(crate) async fn unsubscriber(&self, code: &str) -> Result<Option<Unsubscriber>> {
        let row = sql(
            "SELECT r.id, r.portal_id, r.contact_id, r.phone, r.unsubscribed_at FROM links l
             JOIN recipients r ON r.id = l.recipient_id WHERE l.code = ? AND l.target IS NULL",
        )
        .bind(code)
        .fetch_optional(&self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let unsubscribed_at: Option<Millis> = row.get("unsubscribed_at")?;
        Ok(Some(Unsubscriber {
            portal: row.get("portal_id")?,
            recipient: row.get("id")?,
            contact_id: row.get("contact_id")?,
            phone: row.get("phone")?,
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
