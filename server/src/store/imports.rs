//! Files of recipients: written in batches, then read in pages, never changed.
//!
//! A file that is not complete is not there for anybody; what is left of one is removed
//! with the old ones.

use septet_core::wire::{Import, ImportColumn, Millis};

use super::db::{Bind, Row as Stored, Tx, sql};
use super::{Result, Store, from_json, from_text, portal_column, to_text};
use crate::imports::{Head, Row};

/// Rows that are removed at once, so that nobody waits long for the database.
const BATCH: u32 = 5_000;

/// What became of a request to remove an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Removed {
    Done,
    /// A campaign took its recipients from it.
    InUse,
    NotFound,
}

impl Store {
    /// Begins a file, which nobody sees before it is complete.
    pub(crate) async fn begin_import(
        &self,
        portal: u64,
        id: &str,
        name: &str,
        now: Millis,
    ) -> Result<()> {
        sql("INSERT INTO imports (id, portal_id, name, complete, total, bad, columns, encoding, delimiter, created_at)
             VALUES (?, ?, ?, 0, 0, 0, '[]', '', '', ?)")
            .bind(id)
            .bind(portal_column(portal))
            .bind(name)
            .bind(now)
            .execute(&self.db)
            .await?;
        Ok(())
    }

    pub(crate) async fn add_import_rows(&self, portal: u64, id: &str, rows: &[Row]) -> Result<()> {
        let row = |row: &Row| {
            [
                id.value(),
                portal_column(portal).value(),
                row.line.value(),
                serde_json::json!(row.fields).to_string().value(),
                row.fault.as_ref().map(to_text).value(),
            ]
        };
        // One transaction, even where the rows are several statements.
        let mut transaction = self.db.begin().await?;
        sql("INSERT INTO import_rows (import_id, portal_id, line, fields, fault) ?*")
            .rows(rows.iter().map(row))
            .execute(&mut transaction)
            .await?;
        transaction.commit().await
    }

    /// The whole file is there.
    pub(crate) async fn complete_import(
        &self,
        portal: u64,
        id: &str,
        head: &Head,
        total: i64,
        bad: i64,
    ) -> Result<()> {
        sql(
            "UPDATE imports SET complete = 1, total = ?, bad = ?, columns = ?, phone = ?, person = ?, prefix = ?,
                encoding = ?, delimiter = ?
             WHERE portal_id = ? AND id = ?",
        )
        .bind(total)
        .bind(bad)
        .bind(serde_json::json!(head.columns).to_string())
        .bind(&head.phone)
        .bind(&head.person)
        .bind(&head.prefix)
        .bind(head.encoding)
        .bind(head.delimiter.to_string())
        .bind(portal_column(portal))
        .bind(id)
        .execute(&self.db)
        .await?;
        Ok(())
    }

    pub(crate) async fn find_import(&self, portal: u64, id: &str) -> Result<Option<Import>> {
        let row = sql("SELECT * FROM imports WHERE portal_id = ? AND id = ? AND complete = 1")
            .bind(portal_column(portal))
            .bind(id)
            .fetch_optional(&self.db)
            .await?;
        row.as_ref().map(import).transpose()
    }

    /// Rows after a line, bad ones included.
    pub(crate) async fn import_rows(
        &self,
        portal: u64,
        id: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Row>> {
        let rows = sql("SELECT line, fields, fault FROM import_rows
             WHERE import_id = ? AND portal_id = ? AND line > ? ORDER BY line LIMIT ?");
        let rows = rows.bind(id).bind(portal_column(portal)).bind(after);
        let rows = rows.bind(limit).fetch_all(&self.db).await?;
        rows.iter().map(row).collect()
    }

    /// Bad rows after a line.
    pub(crate) async fn bad_rows(
        &self,
        portal: u64,
        id: &str,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Row>> {
        let rows = sql(
            "SELECT line, fields, fault FROM import_rows
             WHERE import_id = ? AND portal_id = ? AND line > ? AND fault IS NOT NULL ORDER BY line LIMIT ?",
        );
        let rows = rows.bind(id).bind(portal_column(portal)).bind(after);
        let rows = rows.bind(limit).fetch_all(&self.db).await?;
        rows.iter().map(row).collect()
    }

    /// Removes a file, unless a campaign took its recipients from it.
    pub(crate) async fn remove_import(&self, portal: u64, id: &str) -> Result<Removed> {
        let mut transaction = self.db.begin().await?;
        if !lock_import(&mut transaction, portal, id).await? {
            return Ok(Removed::NotFound);
        }
        let hidden = sql("UPDATE imports SET complete = 0 WHERE id = ?
             AND NOT EXISTS (SELECT 1 FROM campaigns WHERE import_id = imports.id)")
        .bind(id)
        .execute(&mut transaction)
        .await?;
        transaction.commit().await?;
        if hidden == 0 {
            return Ok(Removed::InUse);
        }
        self.discard_import(portal, id).await?;
        Ok(Removed::Done)
    }

    /// Removes what there is of a file that is not complete.
    pub(crate) async fn discard_import(&self, portal: u64, id: &str) -> Result<()> {
        loop {
            let removed = sql(
                "DELETE FROM import_rows WHERE import_id = ? AND portal_id = ? AND line IN
                 (SELECT line FROM import_rows WHERE import_id = ? ORDER BY line LIMIT ?)",
            )
            .bind(id)
            .bind(portal_column(portal))
            .bind(id)
            .bind(BATCH)
            .execute(&self.db)
            .await?;
            if removed == 0 {
                break;
            }
        }
        sql("DELETE FROM imports WHERE portal_id = ? AND id = ? AND complete = 0")
            .bind(portal_column(portal))
            .bind(id)
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// Removes files that are older than `unused` and that no campaign uses, and what is
    /// left of files that were begun before `begun`; how many.
    pub(crate) async fn sweep_imports(&self, unused: Millis, begun: Millis) -> Result<u64> {
        let rows = sql("SELECT id, portal_id, complete FROM imports
             WHERE (complete = 1 AND created_at < ? AND NOT EXISTS
                (SELECT 1 FROM campaigns WHERE import_id = imports.id))
             OR (complete = 0 AND created_at < ?)")
        .bind(unused)
        .bind(begun)
        .fetch_all(&self.db)
        .await?;
        for row in &rows {
            let (portal, id) = (row.get("portal_id")?, row.get::<String>("id")?);
            if row.get::<i64>("complete")? == 1 {
                self.remove_import(portal, &id).await?;
            } else {
                self.discard_import(portal, &id).await?;
            }
        }
        Ok(rows.len() as u64)
    }
}

/// Keeps a complete import as it is until the transaction ends; `false` when there is none.
pub(super) async fn lock_import(transaction: &mut Tx, portal: u64, id: &str) -> Result<bool> {
    let found = sql("SELECT id FROM imports WHERE portal_id = ? AND id = ? AND complete = 1")
        .for_update()
        .bind(portal_column(portal))
        .bind(id)
        .fetch_optional(transaction)
        .await?;
    Ok(found.is_some())
}

fn import(row: &Stored) -> Result<Import> {
    let columns: Vec<ImportColumn> = from_json(row.get("columns")?, "columns")?;
    let delimiter: String = row.get("delimiter")?;
    Ok(Import {
        id: row.get("id")?,
        name: row.get("name")?,
        rows: row.get("total")?,
        bad: row.get("bad")?,
        columns,
        phone: row.get("phone")?,
        person: row.get("person")?,
        prefix: row.get("prefix")?,
        encoding: row.get("encoding")?,
        delimiter: delimiter.chars().next().unwrap_or(','),
    })
}

fn row(row: &Stored) -> Result<Row> {
    let fault: Option<String> = row.get("fault")?;
    Ok(Row {
        line: row.get("line")?,
        fields: from_json(row.get("fields")?, "fields")?,
        fault: fault.map(|fault| from_text(fault, "fault")).transpose()?,
    })
}

#[cfg(test)]
mod tests {
    use septet_core::wire::{PauseReason, RowFault};

    use super::*;
    use crate::store::Store;
    use crate::testing::{BOOKSHOP, CLINIC, Database, campaign, on_each_database};

    on_each_database![
        pages_of_rows_join_without_gap_or_overlap,
        what_is_not_complete_or_not_ours_is_not_there,
        an_import_that_a_campaign_uses_stays,
        an_import_goes_when_its_campaign_is_erased,
        old_imports_and_leftovers_are_swept,
    ];

    pub(super) fn head() -> Head {
        Head {
            columns: vec![ImportColumn {
                name: "phone".into(),
                label: "Phone".into(),
                samples: vec!["912000001".into()],
            }],
            phone: Some("phone".into()),
            person: None,
            prefix: None,
            encoding: "UTF-8",
            delimiter: ';',
        }
    }

    async fn stored(store: &Store, id: &str, rows: i64, now: Millis) {
        store
            .begin_import(BOOKSHOP, id, "a.csv", now)
            .await
            .unwrap();
        let rows: Vec<Row> = (0..rows)
            .map(|number| Row {
                line: number + 2,
                fields: vec![format!("91200{number:04}"), "\"é\"\n".into()],
                fault: (number % 3 == 0).then_some(RowFault::NoNumber),
            })
            .collect();
        for batch in rows.chunks(1000) {
            store.add_import_rows(BOOKSHOP, id, batch).await.unwrap();
        }
        let total = i64::try_from(rows.len()).unwrap();
        store
            .complete_import(BOOKSHOP, id, &head(), total, total / 3)
            .await
            .unwrap();
    }

    async fn pages_of_rows_join_without_gap_or_overlap(on: Database) {
        let store = on.fresh().await;
        stored(&store, "one", 2500, 1).await;
        let import = store.find_import(BOOKSHOP, "one").await.unwrap().unwrap();
        assert_eq!(
            (import.rows, import.bad, import.delimiter),
            (2500, 833, ';')
        );
        assert_eq!(import.columns, head().columns);
        let (mut all, mut bad) = (Vec::new(), Vec::new());
        for after in (0..3000).step_by(1000) {
            all.extend(
                store
                    .import_rows(BOOKSHOP, "one", after + 1, 1000)
                    .await
                    .unwrap(),
            );
        }
        let mut after = 0;
        loop {
            let page = store.bad_rows(BOOKSHOP, "one", after, 100).await.unwrap();
            let Some(last) = page.last() else { break };
            after = last.line;
            bad.extend(page);
        }
        assert!(all.iter().map(|row| row.line).eq(2..2502));
        let expected = all.into_iter().filter(|row| row.fault.is_some());
        assert_eq!(bad, expected.collect::<Vec<_>>());
        assert_eq!(bad[0].fields, ["912000000", "\"é\"\n"]);
    }

    async fn what_is_not_complete_or_not_ours_is_not_there(on: Database) {
        let store = on.fresh().await;
        stored(&store, "one", 3, 1).await;
        store
            .begin_import(BOOKSHOP, "two", "b.csv", 1)
            .await
            .unwrap();
        assert_eq!(store.find_import(BOOKSHOP, "two").await.unwrap(), None);
        assert_eq!(store.find_import(CLINIC, "one").await.unwrap(), None);
        assert_eq!(store.import_rows(CLINIC, "one", 0, 9).await.unwrap(), []);
        assert_eq!(store.bad_rows(CLINIC, "one", 0, 9).await.unwrap(), []);
        let removed = store.remove_import(CLINIC, "one").await.unwrap();
        assert_eq!(removed, Removed::NotFound);
        assert!(store.find_import(BOOKSHOP, "one").await.unwrap().is_some());
    }

    async fn an_import_that_a_campaign_uses_stays(on: Database) {
        let store = on.fresh().await;
        stored(&store, "one", 3, 1).await;
        let mut new = campaign("campaign", 0);
        new.import = Some("none".into());
        let created = store.create_campaign(&new, 1).await.unwrap();
        assert_eq!(created, crate::store::Created::NoSource);
        new.import = Some("one".into());
        let created = store.create_campaign(&new, 1).await.unwrap();
        assert_eq!(created, crate::store::Created::New);
        let removed = store.remove_import(BOOKSHOP, "one").await.unwrap();
        assert_eq!(removed, Removed::InUse);
        assert_eq!(store.sweep_imports(100, 100).await.unwrap(), 0);
        assert_eq!(
            store
                .import_rows(BOOKSHOP, "one", 0, 9)
                .await
                .unwrap()
                .len(),
            3
        );
    }

    async fn an_import_goes_when_its_campaign_is_erased(on: Database) {
        let store = on.fresh().await;
        stored(&store, "one", 3, 1).await;
        let mut new = campaign("campaign", 0);
        new.import = Some("one".into());
        store.create_campaign(&new, 1).await.unwrap();
        store.cancel(BOOKSHOP, "campaign", 50).await.unwrap();
        assert_eq!(store.sweep_imports(100, 100).await.unwrap(), 0);
        while store.erase_some(51, 100).await.unwrap() {}
        assert_eq!(store.sweep_imports(100, 100).await.unwrap(), 1);
        let rows = store.import_rows(BOOKSHOP, "one", 0, 9).await.unwrap();
        assert_eq!(rows, []);
    }

    #[tokio::test]
    async fn a_backup_sends_nothing_of_a_campaign_that_was_being_prepared() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("septet.db")).await.unwrap();
        crate::testing::accounts(&store).await;
        stored(&store, "one", 3, 1).await;
        let mut new = campaign("campaign", 0);
        new.import = Some("one".into());
        new.unread = Some(3);
        store.create_campaign(&new, 1).await.unwrap();
        let copy = folder.path().join("copy.db");
        store.copy_to(&copy).await.unwrap();
        let copy = Store::open(&copy).await.unwrap();
        assert!(copy.take_unprepared().await.unwrap().is_none());
        assert!(store.take_unprepared().await.unwrap().is_some());
        // One that was paused meanwhile neither.
        store
            .pause(BOOKSHOP, "campaign", PauseReason::ByUser)
            .await
            .unwrap();
        let copy = folder.path().join("another.db");
        store.copy_to(&copy).await.unwrap();
        let copy = Store::open(&copy).await.unwrap();
        assert!(!copy.resume(BOOKSHOP, "campaign").await.unwrap());
    }

    async fn old_imports_and_leftovers_are_swept(on: Database) {
        let store = on.fresh().await;
        stored(&store, "old", 12_000, 1).await;
        stored(&store, "new", 1, 50).await;
        store
            .begin_import(BOOKSHOP, "left", "c.csv", 60)
            .await
            .unwrap();
        store
            .begin_import(BOOKSHOP, "being-written", "d.csv", 70)
            .await
            .unwrap();
        assert_eq!(store.sweep_imports(50, 70).await.unwrap(), 2);
        assert_eq!(store.import_rows(BOOKSHOP, "old", 0, 1).await.unwrap(), []);
        assert!(store.find_import(BOOKSHOP, "new").await.unwrap().is_some());
        assert_eq!(store.sweep_imports(51, 71).await.unwrap(), 2);
        assert_eq!(store.find_import(BOOKSHOP, "new").await.unwrap(), None);
    }
}
