//! Where short links lead, and who has followed them.

use std::collections::{BTreeMap, BTreeSet};

use septet_core::wire::Millis;

use super::db::{Bind, sql};
use super::{Result, Store, portal_column, timeline};

/// What a short link stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) portal: u64,
    pub(crate) campaign: String,
    pub(crate) recipient: i64,
    /// Where it leads; empty when that was erased.
    pub(crate) address: String,
    /// When the message was handed over.
    pub(crate) left_at: Option<Millis>,
}

/// A link that was followed.
#[derive(Debug)]
pub(crate) struct Click<'a> {
    pub(crate) code: &'a str,
    pub(crate) target: &'a Target,
    /// `machine`, `probable` or `confirmed`.
    pub(crate) class: &'static str,
    pub(crate) confirmed: bool,
    pub(crate) visitor: Vec<u8>,
    pub(crate) at: Millis,
}

/// What clicks have changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ClicksWritten {
    /// Campaigns whose counts are others.
    pub(crate) campaigns: BTreeSet<String>,
    /// Recipients who have followed a link for the first time, with their campaigns.
    pub(crate) first: Vec<(String, i64)>,
}

impl Store {
    /// What a short link stands for.
    pub(crate) async fn target(&self, code: &str) -> Result<Option<Target>> {
        let row = sql(
            "SELECT l.target, r.id, r.portal_id, r.campaign_id, r.left_at FROM links l
             JOIN recipients r ON r.id = l.recipient_id WHERE l.code = ? AND l.target IS NOT NULL",
        )
        .bind(code)
        .fetch_optional(&self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Target {
            portal: row.get("portal_id")?,
            campaign: row.get("campaign_id")?,
            recipient: row.get("id")?,
            address: row.get("target")?,
            left_at: row.get("left_at")?,
        }))
    }

    /// Writes down clicks, all of them in one transaction.
    pub(crate) async fn write_clicks(&self, clicks: &[Click<'_>]) -> Result<ClicksWritten> {
        let mut written = ClicksWritten::default();
        if clicks.is_empty() {
            return Ok(written);
        }
        let mut counts: BTreeMap<&str, (u64, [i64; 3])> = BTreeMap::new();
        let mut links: BTreeMap<&str, i64> = BTreeMap::new();
        let mut people: BTreeMap<i64, (&str, Millis)> = BTreeMap::new();
        for click in clicks {
            let target = click.target;
            let (_, count) = counts
                .entry(&target.campaign)
                .or_insert((target.portal, [0; 3]));
            count[match click.class {
                "machine" => 0,
                "probable" => 1,
                _ => 2,
            }] += 1;
            if click.confirmed {
                *links.entry(click.code).or_default() += 1;
                people
                    .entry(target.recipient)
                    .or_insert((&target.campaign, click.at));
            }
        }
        let mut tx = self.db.begin().await?;
        if !people.is_empty() {
            let given = || people.iter().map(|(id, (_, at))| [id.value(), at.value()]);
            if tx.is_shared() {
                // In the order in which everybody takes them, and before their links.
                sql("WITH given (id, at) AS (?*)
                     SELECT r.id FROM recipients r JOIN given ON given.id = r.id
                     ORDER BY r.id FOR NO KEY UPDATE OF r")
                .rows(given())
                .execute(&mut tx)
                .await?;
            }
            let first: Vec<i64> = sql("WITH given (id, at) AS (?*)
                 UPDATE recipients SET clicked_at = given.at FROM given
                 WHERE recipients.id = given.id AND clicked_at IS NULL RETURNING recipients.id")
            .rows(given())
            .scalars(&mut tx)
            .await?;
            sql("WITH given (code, clicks) AS (?*)
                 UPDATE links SET clicks = links.clicks + given.clicks FROM given
                 WHERE links.code = given.code")
            .rows(
                links
                    .iter()
                    .map(|(code, clicks)| [(*code).value(), clicks.value()]),
            )
            .execute(&mut tx)
            .await?;
            timeline::note(&mut tx, &first).await?;
            written.first = first
                .into_iter()
                .filter_map(|id| Some((people.get(&id)?.0.to_owned(), id)))
                .collect();
        }
        let row = |click: &Click<'_>| {
            [
                portal_column(click.target.portal).value(),
                click.target.recipient.value(),
                click.code.value(),
                click.class.value(),
                click.visitor.as_slice().value(),
                click.at.value(),
            ]
        };
        sql("INSERT INTO clicks (portal_id, recipient_id, code, class, visitor, at) ?*")
            .rows(clicks.iter().map(row))
            .execute(&mut tx)
            .await?;
        let row =
            |(campaign, (portal, [machine, probable, confirmed])): (&&str, &(u64, [i64; 3]))| {
                [
                    (*campaign).value(),
                    portal_column(*portal).value(),
                    machine.value(),
                    probable.value(),
                    confirmed.value(),
                ]
            };
        sql(
            "INSERT INTO click_counts (campaign_id, portal_id, machine, probable, confirmed) ?*
             ON CONFLICT (campaign_id) DO UPDATE SET
                machine = click_counts.machine + excluded.machine,
                probable = click_counts.probable + excluded.probable,
                confirmed = click_counts.confirmed + excluded.confirmed",
        )
        .rows(counts.iter().map(row))
        .execute(&mut tx)
        .await?;
        tx.commit().await?;
        written.campaigns = counts.into_keys().map(str::to_owned).collect();
        Ok(written)
    }

    /// As if every message had left a minute earlier.
    #[cfg(test)]
    pub(crate) async fn let_a_minute_pass(&self) {
        let earlier = sql("UPDATE recipients SET left_at = left_at - 60000");
        earlier.execute(&self.db).await.unwrap();
    }

    /// The key of a day: this one, unless somebody was quicker. Those of days before the
    /// last one are forgotten, for clocks may differ.
    pub(crate) async fn salt(&self, day: i64, fresh: &[u8]) -> Result<Vec<u8>> {
        let mut tx = self.db.begin().await?;
        sql("INSERT INTO salts (day, salt) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(day)
            .bind(fresh)
            .execute(&mut tx)
            .await?;
        sql("DELETE FROM salts WHERE day < ?")
            .bind(day - 1)
            .execute(&mut tx)
            .await?;
        let salt = sql("SELECT salt FROM salts WHERE day = ?")
            .bind(day)
            .scalar(&mut tx)
            .await?;
        tx.commit().await?;
        Ok(salt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Link;
    use crate::testing::{BOOKSHOP, Database, Fresh, campaign, on_each_database};

    on_each_database![
        a_link_leads_where_it_was_meant_to,
        each_class_is_counted_and_the_first_person_is_told,
        what_is_no_code_is_nobodys,
        the_key_of_a_day_is_everybodys_and_goes_with_it,
    ];

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

    async fn a_link_leads_where_it_was_meant_to(on: Database) {
        let store = sent(on).await;
        let target = store.target("there").await.unwrap().unwrap();
        assert_eq!(
            (target.address.as_str(), target.portal, target.left_at),
            ("https://example.com/", BOOKSHOP, Some(3))
        );
        assert_eq!(target.campaign, "one");
        assert_eq!(store.target("away").await.unwrap(), None);
    }

    async fn each_class_is_counted_and_the_first_person_is_told(on: Database) {
        let store = sent(on).await;
        let target = store.target("there").await.unwrap().unwrap();
        let click = |class, at| Click {
            code: "there",
            target: &target,
            class,
            confirmed: class == "confirmed",
            visitor: vec![1, 0, 255],
            at,
        };
        let written = store
            .write_clicks(&[click("machine", 5), click("probable", 6)])
            .await
            .unwrap();
        assert_eq!(written.campaigns, BTreeSet::from(["one".to_owned()]));
        assert!(written.first.is_empty());
        let clicks = [click("confirmed", 7), click("confirmed", 8)];
        let written = store.write_clicks(&clicks).await.unwrap();
        assert_eq!(written.first, [("one".to_owned(), target.recipient)]);
        let again = store.write_clicks(&[click("confirmed", 9)]).await.unwrap();
        assert!(again.first.is_empty());

        let (_, row) = store.recipient(target.recipient).await.unwrap().unwrap();
        assert_eq!(row.clicked_at, Some(7));
        let clicks = sql("SELECT clicks FROM links WHERE code = 'there'");
        assert_eq!(clicks.scalar::<u64>(&store.db).await.unwrap(), 3);
        let summary = store.campaign(BOOKSHOP, "one").await.unwrap().unwrap();
        let counts = summary.counts.clicks;
        assert_eq!(
            (counts.machine, counts.probable, counts.confirmed),
            (1, 1, 3)
        );
        assert_eq!(summary.counts.clicked, 1);
    }

    async fn what_is_no_code_is_nobodys(on: Database) {
        let store = sent(on).await;
        for code in ["", "\0", "there\0", "' OR 1 = 1", "?"] {
            assert_eq!(store.target(code).await.unwrap(), None, "{code:?}");
            assert!(
                store.unsubscriber(code).await.unwrap().is_none(),
                "{code:?}"
            );
        }
    }

    async fn the_key_of_a_day_is_everybodys_and_goes_with_it(on: Database) {
        let store = on.fresh().await;
        assert_eq!(store.salt(5, b"one").await.unwrap(), b"one");
        assert_eq!(store.salt(5, b"two").await.unwrap(), b"one");
        assert_eq!(store.salt(7, b"next").await.unwrap(), b"next");
        assert_eq!(store.salt(5, b"new").await.unwrap(), b"new");
    }
}
