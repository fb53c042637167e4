//! Words between the servers that share a PostgreSQL database.

use sqlx::postgres::PgListener;

use super::db::{Db, sql};
use super::{Result, Store};

const CHANNEL: &str = "septet_news";

impl Store {
    /// Whether other servers may be there to listen.
    pub(crate) fn is_shared(&self) -> bool {
        self.db.is_shared()
    }

    /// Says something, shorter than 8,000 bytes, to all servers, this one too.
    pub(crate) async fn announce(&self, words: &str) -> Result<()> {
        sql("SELECT pg_notify(?, ?)")
            .bind(CHANNEL)
            .bind(words)
            .execute(&self.db)
            .await?;
        Ok(())
    }

    /// Listens to what is said from now on; `None` where nobody else can be.
    pub(crate) async fn listen(&self) -> Result<Option<Listener>> {
        let Db::Postgres(pool) = &self.db else {
            return Ok(None);
        };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Listener(listener)))
    }

    /// Ends the connections of all who listen, as a network would.
    #[cfg(test)]
    pub(crate) async fn cut_off_listeners(&self) {
        sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND query LIKE 'LISTEN %'")
        .execute(&self.db)
        .await
        .unwrap();
    }
}

/// A connection that hears what servers say.
#[derive(Debug)]
pub(crate) struct Listener(PgListener);

impl Listener {
    /// What was said next; `None` when something may have been missed.
    pub(crate) async fn next(&mut self) -> Result<Option<String>> {
        let heard = self.0.try_recv().await?;
        Ok(heard.map(|words| words.payload().to_owned()))
    }
}
