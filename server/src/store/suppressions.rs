//! Opt-outs: who wants no more messages, how that came about, and taking it back.

use std::collections::BTreeSet;

use septet_core::opt_out::{OptOutScope, OptOutSource};
use septet_core::wire::Millis;

use super::db::{Bind, Row, Tx, sql};
use super::links::Unsubscriber;
use super::{Result, Store, from_text, portal_column, timeline};

/// An opt-out about to be stored.
#[derive(Debug, Clone)]
pub(crate) struct NewOptOut {
    /// Empty where there is no number.
    pub(crate) number_hash: Vec<u8>,
    /// Empty where there is no contact.
    pub(crate) contact_id: String,
    pub(crate) scope: OptOutScope,
    pub(crate) source: OptOutSource,
    pub(crate) reason: String,
    pub(crate) by: String,
    /// The number, sealed, for people to look at.
    pub(crate) phone: Option<Vec<u8>>,
}

/// An opt-out as it is stored.
#[derive(Debug)]
pub(crate) struct StoredOptOut {
    pub(crate) id: i64,
    pub(crate) contact_id: String,
    pub(crate) scope: OptOutScope,
    pub(crate) source: OptOutSource,
    pub(crate) reason: String,
    pub(crate) by: String,
    /// Sealed.
    pub(crate) phone: Option<Vec<u8>>,
    pub(crate) at: Millis,
}

impl Store {
    /// Confirms an opt-out: from the moment this returns, no attempt begins for this person.
    pub(crate) async fn suppress(
        &self,
        person: &Unsubscriber,
        opt_out: &NewOptOut,
        now: Millis,
    ) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.close_gate(person.portal).await?;
        insert(&mut tx, person.portal, std::slice::from_ref(opt_out), now).await?;
        sql("UPDATE recipients SET unsubscribed_at = ? WHERE id = ? AND unsubscribed_at IS NULL")
            .bind(now)
            .bind(person.recipient)
            .execute(&mut tx)
            .await?;
        timeline::note(&mut tx, &[person.recipient]).await?;
        tx.commit().await
    }

    /// Adds opt-outs; how many of them are new.
    pub(crate) async fn add_opt_outs(
        &self,
        portal: u64,
        opt_outs: &[NewOptOut],
        now: Millis,
    ) -> Result<u64> {
        let mut tx = self.db.begin().await?;
        tx.close_gate(portal).await?;
        let before = count(&mut tx, portal).await?;
        insert(&mut tx, portal, opt_outs, now).await?;
        let after = count(&mut tx, portal).await?;
        tx.commit().await?;
        Ok(after - before)
    }

    /// Takes back what somebody has said on the page: all that they said there themselves,
    /// and nothing that came about in another way. Whether they get messages again.
    pub(crate) async fn take_back(
        &self,
        person: &Unsubscriber,
        number_hash: &[u8],
    ) -> Result<bool> {
        if number_hash.is_empty() && person.contact_id.is_empty() {
            // Whose opt-out it was is not known any more.
            return Ok(false);
        }
        let mut tx = self.db.begin().await?;
        tx.close_gate(person.portal).await?;
        sql(
            "DELETE FROM suppressions WHERE portal_id = ? AND source = 'page'
             AND ((number_hash = ? AND number_hash <> ?) OR (contact_id = ? AND contact_id <> ''))",
        )
        .bind(portal_column(person.portal))
        .bind(number_hash)
        .bind(&[][..])
        .bind(&person.contact_id)
        .execute(&mut tx)
        .await?;
        sql("UPDATE recipients SET unsubscribed_at = NULL WHERE id = ?")
            .bind(person.recipient)
            .execute(&mut tx)
            .await?;
        let left = sql("SELECT 1 AS found FROM suppressions WHERE portal_id = ? AND scope IN ('sms', 'all')
             AND ((number_hash = ? AND number_hash <> ?) OR (contact_id = ? AND contact_id <> '')) LIMIT 1")
        .bind(portal_column(person.portal))
        .bind(number_hash)
        .bind(&[][..])
        .bind(&person.contact_id)
        .fetch_optional(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(left.is_none())
    }

    /// Removes one opt-out; its contact, and whether another one of the contact is left.
    pub(crate) async fn remove_opt_out(
        &self,
        portal: u64,
        id: i64,
    ) -> Result<Option<(String, bool)>> {
        let mut tx = self.db.begin().await?;
        let removed = sql(
            "DELETE FROM suppressions WHERE portal_id = ? AND id = ? RETURNING contact_id, number_hash",
        )
        .bind(portal_column(portal))
        .bind(id)
        .fetch_optional(&mut tx)
        .await?;
        let Some(row) = removed else { return Ok(None) };
        let (contact, hash): (String, Vec<u8>) = (row.get("contact_id")?, row.get("number_hash")?);
        let left = sql("SELECT 1 AS found FROM suppressions
             WHERE portal_id = ? AND ((contact_id = ? AND contact_id <> '') OR (number_hash = ? AND number_hash <> ?)) LIMIT 1")
        .bind(portal_column(portal))
        .bind(&contact)
        .bind(&hash[..])
        .bind(&[][..])
        .fetch_optional(&mut tx)
        .await?;
        tx.commit().await?;
        Ok(Some((contact, left.is_some())))
    }

    /// Opt-outs, newest first, those before `before`; of one number where its hash is given.
    pub(crate) async fn opt_outs(
        &self,
        portal: u64,
        of: Option<&[u8]>,
        before: i64,
        limit: u32,
    ) -> Result<Vec<StoredOptOut>> {
        let rows = sql("SELECT * FROM suppressions WHERE portal_id = ? AND id < ?
             AND (? IS NULL OR number_hash = ?) ORDER BY id DESC LIMIT ?")
        .on_postgres(
            "SELECT * FROM suppressions WHERE portal_id = ? AND id < ?
             AND (CAST(? AS BYTEA) IS NULL OR number_hash = ?) ORDER BY id DESC LIMIT ?",
        )
        .bind(portal_column(portal))
        .bind(before)
        .bind(of)
        .bind(of)
        .bind(limit)
        .fetch_all(&self.db)
        .await?;
        rows.iter().map(stored).collect()
    }

    /// How many there are.
    pub(crate) async fn count_opt_outs(&self, portal: u64) -> Result<u64> {
        sql("SELECT COUNT(*) FROM suppressions WHERE portal_id = ?")
            .bind(portal_column(portal))
            .scalar(&self.db)
            .await
    }

    /// Whether somebody has opted out of text messages, by number or as this contact.
    pub(crate) async fn is_suppressed(
        &self,
        portal: u64,
        number_hash: &[u8],
        contact: &str,
    ) -> Result<bool> {
        let found = sql("SELECT 1 AS found FROM suppressions WHERE portal_id = ? AND scope IN ('sms', 'all')
             AND ((number_hash = ? AND number_hash <> ?) OR (contact_id = ? AND contact_id <> '')) LIMIT 1")
        .bind(portal_column(portal))
        .bind(number_hash)
        .bind(&[][..])
        .bind(contact)
        .fetch_optional(&self.db)
        .await?;
        Ok(found.is_some())
    }

    /// Those of some people, by number or as contacts, who have opted out of text messages.
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
             WHERE s.portal_id = ? AND s.scope IN ('sms', 'all')
             AND (s.number_hash = given.hash OR s.contact_id = given.contact)")
        .rows(rows)
        .bind(portal_column(portal))
        .fetch_all(&self.db)
        .await?;
        people_of(&rows)
    }

    /// Everybody who opted out of text messages: hashes of numbers, and contacts.
    pub(crate) async fn suppressed(
        &self,
        portal: u64,
    ) -> Result<(BTreeSet<Vec<u8>>, BTreeSet<String>)> {
        let rows = sql("SELECT number_hash, contact_id FROM suppressions
             WHERE portal_id = ? AND scope IN ('sms', 'all')")
        .bind(portal_column(portal))
        .fetch_all(&self.db)
        .await?;
        people_of(&rows)
    }
}

fn people_of(rows: &[Row]) -> Result<(BTreeSet<Vec<u8>>, BTreeSet<String>)> {
    let (mut numbers, mut contacts) = (BTreeSet::new(), BTreeSet::new());
    for row in rows {
        let (hash, contact): (Vec<u8>, String) = (row.get("number_hash")?, row.get("contact_id")?);
        // What is missing is nobody.
        numbers.extend(Some(hash).filter(|hash| !hash.is_empty()));
        contacts.extend(Some(contact).filter(|contact| !contact.is_empty()));
    }
    Ok((numbers, contacts))
}

async fn count(tx: &mut Tx, portal: u64) -> Result<u64> {
    sql("SELECT COUNT(*) FROM suppressions WHERE portal_id = ?")
        .bind(portal_column(portal))
        .scalar(tx)
        .await
}

/// Adds opt-outs; one that is there already covers both scopes from now on.
async fn insert(tx: &mut Tx, portal: u64, opt_outs: &[NewOptOut], now: Millis) -> Result<()> {
    let row = |one: &NewOptOut| {
        [
            portal_column(portal).value(),
            one.number_hash.as_slice().value(),
            one.contact_id.as_str().value(),
            one.scope.name().value(),
            one.source.name().value(),
            one.reason.as_str().value(),
            one.by.as_str().value(),
            one.phone.as_deref().value(),
            now.value(),
        ]
    };
    sql("INSERT INTO suppressions (portal_id, number_hash, contact_id, scope, source, reason, made_by, phone,
            created_at) ?*
         ON CONFLICT (portal_id, number_hash, contact_id, source) DO UPDATE SET
            scope = CASE WHEN suppressions.scope = excluded.scope THEN excluded.scope ELSE 'all' END")
    .rows(opt_outs.iter().map(row))
    .execute(tx)
    .await?;
    Ok(())
}

fn stored(row: &Row) -> Result<StoredOptOut> {
    Ok(StoredOptOut {
        id: row.get("id")?,
        contact_id: row.get("contact_id")?,
        scope: from_text(row.get("scope")?, "scope")?,
        source: from_text(row.get("source")?, "source")?,
        reason: row.get("reason")?,
        by: row.get("made_by")?,
        phone: row.get("phone")?,
        at: row.get("created_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOOKSHOP, CLINIC, Database, on_each_database, opt_out};

    on_each_database![
        each_way_to_opt_out_is_its_own_and_taking_one_back_leaves_the_others,
        what_is_added_twice_is_there_once_and_covers_both,
        calls_are_no_text_messages,
        a_missing_number_or_contact_is_nobody,
        the_list_is_read_page_by_page_and_by_number,
    ];

    fn person(contact: &str) -> Unsubscriber {
        Unsubscriber {
            portal: BOOKSHOP,
            recipient: 1,
            contact_id: contact.into(),
            phone: None,
            done: false,
        }
    }

    async fn each_way_to_opt_out_is_its_own_and_taking_one_back_leaves_the_others(on: Database) {
        let store = on.fresh().await;
        let ways = [OptOutSource::Page, OptOutSource::Person].map(|source| NewOptOut {
            source,
            ..opt_out(b"hash", "7")
        });
        assert_eq!(store.add_opt_outs(BOOKSHOP, &ways, 1).await.unwrap(), 2);
        // The company has entered it too.
        assert!(!store.take_back(&person("7"), b"hash").await.unwrap());
        assert!(store.is_suppressed(BOOKSHOP, b"hash", "").await.unwrap());
        let left = store.opt_outs(BOOKSHOP, None, i64::MAX, 9).await.unwrap();
        assert_eq!(left.len(), 1);
        assert!(
            store
                .remove_opt_out(CLINIC, left[0].id)
                .await
                .unwrap()
                .is_none()
        );
        let removed = store.remove_opt_out(BOOKSHOP, left[0].id).await.unwrap();
        assert_eq!(removed, Some(("7".into(), false)));
        assert!(!store.is_suppressed(BOOKSHOP, b"hash", "7").await.unwrap());

        store.add_opt_outs(BOOKSHOP, &ways[..1], 2).await.unwrap();
        assert!(store.take_back(&person("7"), b"hash").await.unwrap());
        assert_eq!(store.count_opt_outs(BOOKSHOP).await.unwrap(), 0);
    }

    async fn what_is_added_twice_is_there_once_and_covers_both(on: Database) {
        let store = on.fresh().await;
        let voice = NewOptOut {
            scope: OptOutScope::Voice,
            ..opt_out(b"hash", "")
        };
        assert_eq!(store.add_opt_outs(BOOKSHOP, &[voice], 1).await.unwrap(), 1);
        let sms = [opt_out(b"hash", "")];
        assert_eq!(store.add_opt_outs(BOOKSHOP, &sms, 2).await.unwrap(), 0);
        let all = store.opt_outs(BOOKSHOP, None, i64::MAX, 9).await.unwrap();
        assert_eq!(
            (all.len(), all[0].scope, all[0].at),
            (1, OptOutScope::All, 1)
        );
    }

    async fn calls_are_no_text_messages(on: Database) {
        let store = on.fresh().await;
        let voice = NewOptOut {
            scope: OptOutScope::Voice,
            ..opt_out(b"hash", "7")
        };
        store.add_opt_outs(BOOKSHOP, &[voice], 1).await.unwrap();
        assert!(!store.is_suppressed(BOOKSHOP, b"hash", "7").await.unwrap());
        assert_eq!(
            store.suppressed(BOOKSHOP).await.unwrap(),
            Default::default()
        );
        let asked = [(b"hash".to_vec(), "7".to_owned())];
        let among = store.suppressed_among(BOOKSHOP, &asked).await.unwrap();
        assert_eq!(among, Default::default());
    }

    async fn a_missing_number_or_contact_is_nobody(on: Database) {
        let store = on.fresh().await;
        let halves = [opt_out(b"", "7"), opt_out(b"hash", "")];
        store.add_opt_outs(BOOKSHOP, &halves, 1).await.unwrap();
        assert!(!store.is_suppressed(BOOKSHOP, b"", "").await.unwrap());
        assert!(store.is_suppressed(BOOKSHOP, b"", "7").await.unwrap());
        let expected = (
            BTreeSet::from([b"hash".to_vec()]),
            BTreeSet::from(["7".into()]),
        );
        assert_eq!(store.suppressed(BOOKSHOP).await.unwrap(), expected);
        let asked = [
            (Vec::new(), "7".to_owned()),
            (b"hash".to_vec(), String::new()),
        ];
        assert_eq!(
            store.suppressed_among(BOOKSHOP, &asked).await.unwrap(),
            expected
        );
        // Whoever has neither takes nothing back.
        assert!(!store.take_back(&person(""), b"").await.unwrap());
        assert_eq!(store.count_opt_outs(BOOKSHOP).await.unwrap(), 2);
    }

    async fn the_list_is_read_page_by_page_and_by_number(on: Database) {
        let store = on.fresh().await;
        for number in 0..5_u8 {
            let one = NewOptOut {
                phone: Some(vec![number, 0]),
                reason: format!("reason {number}"),
                by: "ana@example.com".into(),
                ..opt_out(&[number], "")
            };
            store
                .add_opt_outs(BOOKSHOP, &[one], number.into())
                .await
                .unwrap();
        }
        let first = store.opt_outs(BOOKSHOP, None, i64::MAX, 3).await.unwrap();
        let rest = store
            .opt_outs(BOOKSHOP, None, first[2].id, 3)
            .await
            .unwrap();
        let at: Vec<Millis> = first.iter().chain(&rest).map(|one| one.at).collect();
        assert_eq!(at, [4, 3, 2, 1, 0]);
        assert_eq!(first[0].phone, Some(vec![4, 0]));
        assert_eq!(
            (first[0].reason.as_str(), first[0].by.as_str()),
            ("reason 4", "ana@example.com")
        );
        let found = store
            .opt_outs(BOOKSHOP, Some(&[2]), i64::MAX, 3)
            .await
            .unwrap();
        assert_eq!((found.len(), found[0].at), (1, 2));
        assert!(
            store
                .opt_outs(CLINIC, None, i64::MAX, 3)
                .await
                .unwrap()
                .is_empty()
        );
    }
}
