//! Codes that stand in messages; where short links lead is in `clicks.rs`.

use septet_core::wire::Millis;

use super::db::{Row, sql};
use super::{Result, Store, timeline};

/// A code and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) code: String,
    /// Where it leads; `None` for an unsubscribe link.
    pub(crate) target: Option<String>,
}

impl Store {
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
        row.as_ref().map(unsubscriber).transpose()
    }

    /// Who would be opted out by what 360nrs says of a message.
    pub(crate) async fn recipient_as_unsubscriber(
        &self,
        recipient: i64,
    ) -> Result<Option<Unsubscriber>> {
        let row = sql("SELECT id, portal_id, contact_id, phone, unsubscribed_at
             FROM recipients WHERE id = ?")
        .bind(recipient)
        .fetch_optional(&self.db)
        .await?;
        row.as_ref().map(unsubscriber).transpose()
    }

    /// Notes a click that 360nrs tells of, when it is the first.
    pub(crate) async fn clicked(&self, recipient: i64, now: Millis) -> Result<bool> {
        let mut tx = self.db.begin().await?;
        let first = sql("UPDATE recipients SET clicked_at = ? WHERE id = ? AND clicked_at IS NULL")
            .bind(now)
            .bind(recipient)
            .execute(&mut tx)
            .await?;
        if first > 0 {
            timeline::note(&mut tx, &[recipient]).await?;
        }
        tx.commit().await?;
        Ok(first > 0)
    }
}

fn unsubscriber(row: &Row) -> Result<Unsubscriber> {
    let unsubscribed_at: Option<Millis> = row.get("unsubscribed_at")?;
    Ok(Unsubscriber {
        portal: row.get("portal_id")?,
        recipient: row.get("id")?,
        contact_id: row.get("contact_id")?,
        phone: row.get("phone")?,
        done: unsubscribed_at.is_some(),
    })
}

/// A person who wants no more messages.
#[derive(Debug, Clone)]
pub(crate) struct Unsubscriber {
    pub(crate) portal: u64,
    pub(crate) recipient: i64,
    pub(crate) contact_id: String,
    /// `None`: it has been erased.
    pub(crate) phone: Option<String>,
    pub(crate) done: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOOKSHOP, Database, Fresh, campaign, on_each_database, opt_out};

    on_each_database![an_unsubscribe_link_knows_its_person_and_whether_they_are_gone,];

    /// A message with a short link `there` and an unsubscribe link `away`.
    async fn sent(on: Database) -> Fresh {
        let store = on.fresh().await;
        store.create_campaign(&campaign("one", 1), 1).await.unwrap();
        let worker = store.register().await.unwrap();
        let message = store.claim_all(worker, 1, 2).await.unwrap().pop().unwrap();
        let link = |code: &str, target: Option<&str>| Link {
            code: code.into(),
            target: target.map(str::to_owned),
        };
        let links = [
            link("there", Some("https://example.com/")),
            link("away", None),
        ];
        let begun = store.begin_attempt(&message, b"hash", 1, &links, 3).await;
        assert!(begun.unwrap().is_some());
        store
    }

    async fn an_unsubscribe_link_knows_its_person_and_whether_they_are_gone(on: Database) {
        let store = sent(on).await;
        let person = store.unsubscriber("away").await.unwrap().unwrap();
        assert_eq!(
            (person.portal, person.phone.as_deref()),
            (BOOKSHOP, Some("351912000000"))
        );
        assert!(!person.done);
        for now in [5, 6] {
            let opt_out = opt_out(b"hash", &person.contact_id);
            store.suppress(&person, &opt_out, now).await.unwrap();
        }
        let person = store.unsubscriber("away").await.unwrap().unwrap();
        assert!(person.done);
        let (_, row) = store.recipient(person.recipient).await.unwrap().unwrap();
        assert_eq!(row.unsubscribed_at, Some(5));
        let (numbers, people) = store.suppressed(BOOKSHOP).await.unwrap();
        assert!(numbers.contains(&b"hash"[..]) && people.contains(&person.contact_id));
        assert!(store.unsubscriber("there").await.unwrap().is_none());
    }
}
