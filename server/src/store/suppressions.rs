//! Opt-outs.

use std::collections::BTreeSet;

use septet_core::wire::Millis;

use super::db::{Bind, sql};
use super::links::Unsubscriber;
use super::{Result, Store, portal_column, timeline};

impl Store {
    /// Confirms an opt-out: from the moment this returns, no attempt begins for this person.
    pub(crate) async fn suppress(
        &self,
        person: &Unsubscriber,
        number_hash: &[u8],
        now: Millis,
    ) -> Result<()> {
        let mut transaction = self.db.begin().await?;
        transaction.close_gate(person.portal).await?;
        sql(
            "INSERT INTO suppressions (portal_id, number_hash, contact_id, created_at) VALUES (?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
        )
        .bind(portal_column(person.portal))
        .bind(number_hash)
        .bind(&person.contact_id)
        .bind(now)
        .execute(&mut transaction)
        .await?;
        sql("UPDATE recipients SET unsubscribed_at = ? WHERE id = ? AND unsubscribed_at IS NULL")
            .bind(now)
            .bind(person.recipient)
            .execute(&mut transaction)
            .await?;
        timeline::note(&mut transaction, &[person.recipient]).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Whether somebody has opted out, by number or as this contact.
    pub(crate) async fn is_suppressed(
        &self,
        portal: u64,
        number_hash: &[u8],
        contact: &str,
    ) -> Result<bool> {
        let found = sql("SELECT 1 AS found FROM suppressions
             WHERE portal_id = ? AND (number_hash = ? OR contact_id = ?) LIMIT 1")
        .bind(portal_column(portal))
        .bind(number_hash)
        .bind(contact)
        .fetch_optional(&self.db)
        .await?;
        Ok(found.is_some())
    }

    /// Those of some people, by number or as contacts, who have opted out.
    pub(crate) async fn suppressed_among(
        &self,
        portal: u64,
        people: &[(Vec<u8>, String)],
    ) -> Result<(BTreeSet<Vec<u8>>, BTreeSet<String>)> {
        if people.is_empty() {
            return Ok(Default::default());
        }
        let rows = people
            .iter()
            .map(|(hash, contact)| [hash.as_slice().value(), contact.as_str().value()]);
        let rows = sql("WITH given (hash, contact) AS (?*)
             SELECT s.number_hash, s.contact_id FROM given CROSS JOIN suppressions s
             WHERE s.portal_id = ? AND (s.number_hash = given.hash OR s.contact_id = given.contact)")
            .rows(rows)
            .bind(portal_column(portal))
            .fetch_all(&self.db)
            .await?;
        let people = rows.iter();
        let people = people.map(|row| Ok((row.get("number_hash")?, row.get("contact_id")?)));
        let people: Vec<(Vec<u8>, String)> = people.collect::<Result<_>>()?;
        Ok(people.into_iter().unzip())
    }

    /// Everybody who opted out: hashes of numbers, and contacts.
    pub(crate) async fn suppressed(
        &self,
        portal: u64,
    ) -> Result<(BTreeSet<Vec<u8>>, BTreeSet<String>)> {
        let rows = sql("SELECT number_hash, contact_id FROM suppressions WHERE portal_id = ?")
            .bind(portal_column(portal))
            .fetch_all(&self.db)
            .await?;
        let people = rows.iter();
        let people = people.map(|row| Ok((row.get("number_hash")?, row.get("contact_id")?)));
        let people: Vec<(Vec<u8>, String)> = people.collect::<Result<_>>()?;
        Ok(people.into_iter().unzip())
    }
}
