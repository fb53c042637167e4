//! Opt-outs.

use std::collections::BTreeSet;

use septet_core::wire::Millis;
use sqlx::SqliteConnection;

use super::links::Unsubscriber;
use super::{Result, Store, portal_column};

impl Store {
    /// Confirms an opt-out: from the moment this returns, no message leaves for this person.
    pub(crate) async fn suppress(
        &self,
        person: &Unsubscriber,
        number_hash: &[u8],
        now: Millis,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        sqlx::query(
            "INSERT INTO suppressions (portal_id, number_hash, contact_id, created_at) VALUES (?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(portal_column(person.portal))
        .bind(number_hash)
        .bind(&person.contact_id)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "UPDATE recipients SET unsubscribed_at = ? WHERE id = ? AND unsubscribed_at IS NULL",
        )
        .bind(now)
        .bind(person.recipient)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Everybody who opted out: hashes of numbers, and contacts.
    pub(crate) async fn suppressed(
        &self,
        portal: u64,
    ) -> Result<(BTreeSet<Vec<u8>>, BTreeSet<String>)> {
        let rows: Vec<(Vec<u8>, String)> =
            sqlx::query_as("SELECT number_hash, contact_id FROM suppressions WHERE portal_id = ?")
                .bind(portal_column(portal))
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().unzip())
    }
}

/// Whether a number or a contact has opted out, as of this transaction.
pub(super) async fn is_suppressed(
    connection: &mut SqliteConnection,
    portal: u64,
    number_hash: &[u8],
    contact_id: &str,
) -> Result<bool> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM suppressions WHERE portal_id = ? AND (number_hash = ? OR contact_id = ?))",
    )
    .bind(portal_column(portal))
    .bind(number_hash)
    .bind(contact_id)
    .fetch_one(connection)
    .await?)
}
