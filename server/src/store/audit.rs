//! What people did that may be asked about later: who, what, and when. Never a number or a
//! text.

use septet_core::wire::{AuditEntry, Millis};

use super::db::{On, sql};
use super::{Result, Store, portal_column};

impl Store {
    /// Notes what somebody did.
    pub(crate) async fn audit(
        &self,
        portal: u64,
        by: &str,
        what: &str,
        about: &str,
        now: Millis,
    ) -> Result<()> {
        note(&self.db, portal, by, what, about, now).await
    }

    /// The newest entries.
    pub(crate) async fn audited(&self, portal: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        let rows = sql("SELECT * FROM audit WHERE portal_id = ? ORDER BY id DESC LIMIT ?")
            .bind(portal_column(portal))
            .bind(limit)
            .fetch_all(&self.db)
            .await?;
        let entries = rows.iter().map(|row| {
            Ok(AuditEntry {
                by: row.get("made_by")?,
                what: row.get("what")?,
                about: row.get("about")?,
                at: row.get("at")?,
            })
        });
        entries.collect()
    }
}

/// The same, together with what was done.
pub(super) async fn note<'a>(
    on: impl Into<On<'a>>,
    portal: u64,
    by: &str,
    what: &str,
    about: &str,
    now: Millis,
) -> Result<()> {
    sql("INSERT INTO audit (portal_id, made_by, what, about, at) VALUES (?, ?, ?, ?, ?)")
        .bind(portal_column(portal))
        .bind(by)
        .bind(what)
        .bind(about)
        .bind(now)
        .execute(on)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::{BOOKSHOP, CLINIC, Database, on_each_database};

    on_each_database![an_account_sees_what_its_people_did_newest_first];

    async fn an_account_sees_what_its_people_did_newest_first(on: Database) {
        let store = on.fresh().await;
        for (portal, what) in [(BOOKSHOP, "one"), (CLINIC, "other"), (BOOKSHOP, "two")] {
            store
                .audit(portal, "ana@example.com", what, "7", 5)
                .await
                .unwrap();
        }
        let entries = store.audited(BOOKSHOP, 10).await.unwrap();
        let what: Vec<&str> = entries.iter().map(|entry| entry.what.as_str()).collect();
        assert_eq!(what, ["two", "one"]);
        assert_eq!(
            (entries[0].by.as_str(), entries[0].about.as_str()),
            ("ana@example.com", "7")
        );
        assert_eq!(store.audited(BOOKSHOP, 1).await.unwrap().len(), 1);
    }
}
