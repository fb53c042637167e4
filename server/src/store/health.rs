//! Whether a database is fit to work with; nothing of it is changed.

use std::collections::BTreeMap;

use super::clock::clock;
use super::db::sql;
use super::{Result, Store};
use septet_core::wire::Millis;

/// How the tables compare with those that this program works with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tables {
    Current,
    /// There are none, or some changes are still to be made.
    Behind,
    /// Another version of the program has made them.
    Foreign,
}

impl Store {
    pub(crate) async fn tables(&self) -> Result<Tables> {
        let known = sql("SELECT COUNT(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
            .on_postgres("SELECT COUNT(to_regclass('_sqlx_migrations'))");
        if known.scalar::<u64>(&self.db).await? == 0 {
            return Ok(Tables::Behind);
        }
        let rows = sql("SELECT version, checksum FROM _sqlx_migrations WHERE success");
        let rows = rows.fetch_all(&self.db).await?;
        let made = rows.iter();
        let made = made.map(|row| Ok((row.get("version")?, row.get("checksum")?)));
        let made: BTreeMap<i64, Vec<u8>> = made.collect::<Result<_>>()?;
        let migrations = self.db.migrations();
        let ours = migrations.iter();
        let ours = ours.map(|migration| (migration.version, migration.checksum.to_vec()));
        let ours: BTreeMap<i64, Vec<u8>> = ours.collect();
        Ok(if made == ours {
            Tables::Current
        } else if made
            .iter()
            .all(|(version, sum)| ours.get(version) == Some(sum))
        {
            Tables::Behind
        } else {
            Tables::Foreign
        })
    }

    /// Settings with which a crash could make the database forget what it has committed.
    pub(crate) async fn forgetful(&self) -> Result<Vec<&'static str>> {
        let mut forgetful = Vec::new();
        if self.db.is_shared() {
            for (setting, shown) in [
                ("fsync", sql("SHOW fsync")),
                ("full_page_writes", sql("SHOW full_page_writes")),
            ] {
                if shown.scalar::<String>(&self.db).await? == "off" {
                    forgetful.push(setting);
                }
            }
        } else {
            let journal: String = sql("PRAGMA journal_mode").scalar(&self.db).await?;
            if journal != "wal" {
                forgetful.push("journal_mode");
            }
            if sql("PRAGMA synchronous").scalar::<u8>(&self.db).await? < 2 {
                forgetful.push("synchronous");
            }
        }
        Ok(forgetful)
    }

    /// Writes something, and takes it back.
    pub(crate) async fn try_to_write(&self) -> Result<()> {
        let mut tx = self.db.begin().await?;
        let written = sql("INSERT INTO workers (beats) VALUES (0)");
        written.execute(&mut tx).await?;
        Ok(())
    }

    /// What time it is for the database.
    pub(crate) async fn clock(&self) -> Result<Millis> {
        clock(&self.db).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Database, on_each_database};

    on_each_database![
        tables_of_another_version_are_told_apart,
        settings_that_forget_are_named,
        a_try_to_write_leaves_nothing,
    ];

    async fn tables_of_another_version_are_told_apart(on: Database) {
        let store = on.empty().await;
        assert_eq!(store.tables().await.unwrap(), Tables::Current);
        let change = async |statement| {
            sql(statement).execute(&store.db).await.unwrap();
            store.tables().await.unwrap()
        };
        let newer =
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT 9999, description, success, checksum, execution_time FROM _sqlx_migrations";
        assert_eq!(change(newer).await, Tables::Foreign);
        let none = change("DELETE FROM _sqlx_migrations").await;
        assert_eq!(none, Tables::Behind);
        assert_eq!(change("DROP TABLE _sqlx_migrations").await, Tables::Behind);
    }

    async fn settings_that_forget_are_named(on: Database) {
        let store = on.empty().await;
        let forgetful = store.forgetful().await.unwrap();
        match on {
            Database::Sqlite => assert!(forgetful.is_empty(), "{forgetful:?}"),
            // The one of the tests is in a hurry.
            Database::Postgres => assert!(forgetful.contains(&"fsync")),
        }
    }

    async fn a_try_to_write_leaves_nothing(on: Database) {
        let store = on.empty().await;
        store.try_to_write().await.unwrap();
        let workers = sql("SELECT COUNT(*) FROM workers").scalar::<u64>(&store.db);
        assert_eq!(workers.await.unwrap(), 0);
    }
}
