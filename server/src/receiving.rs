//! A file of recipients on its way into the database, a batch of rows at a time.
//!
//! Nothing of it is kept in memory or on disk beside the database. What is left of a file
//! whose sender went away is removed, at the latest with the files that nobody uses.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use septet_core::wire::{Import, Millis};
use tokio::time::{interval, timeout};
use tokio_stream::StreamExt;

use crate::app::App;
use crate::clock;
use crate::imports::{Reader, Row, Unreadable};
use crate::secrets::{self, SecretError};
use crate::store::StoreError;

/// Rows that are written at once.
const BATCH: usize = 2_000;
/// A sender who says nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(60);
/// Most characters of a file's name.
const LONGEST_NAME: usize = 200;
/// How long a file is kept that no campaign uses.
const UNUSED: Millis = 30 * DAY;
/// No file takes so long to arrive.
const BEGUN: Millis = DAY;
const DAY: Millis = 24 * 60 * 60 * 1000;
/// How often old files are looked for.
const SWEEP: Duration = Duration::from_secs(60 * 60);

/// Why there is no import. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReceiveError {
    #[error("the file is too large")]
    TooLarge,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("the file did not arrive")]
    Broken,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Reads a file to its end.
pub(crate) async fn receive(
    app: App,
    portal: u64,
    name: String,
    body: Body,
) -> Result<Import, ReceiveError> {
    // In a task of its own: it clears away even when the connection is gone.
    let received = tokio::spawn(async move {
        let id = secrets::code(16)?;
        let name: String = name.chars().take(LONGEST_NAME).collect();
        app.store
            .begin_import(portal, &id, &name, clock::now())
            .await?;
        let received = write(&app, portal, &id, body.into_data_stream()).await;
        if received.is_err() {
            app.store.discard_import(portal, &id).await?;
        }
        received?;
        let import = app.store.find_import(portal, &id).await?;
        import.ok_or(ReceiveError::Broken)
    });
    received.await.map_err(|_| ReceiveError::Broken)?
}

async fn write(
    app: &App,
    portal: u64,
    id: &str,
    mut body: BodyDataStream,
) -> Result<(), ReceiveError> {
    let mut reader = Reader::new(app.config.country);
    let mut rows = Vec::new();
    let mut written = Written { total: 0, bad: 0 };
    let mut bytes = 0;
    loop {
        let next = timeout(PATIENCE, body.next());
        let Some(chunk) = next.await.map_err(|_| ReceiveError::Broken)? else {
            break;
        };
        let chunk = chunk.map_err(|_| ReceiveError::Broken)?;
        bytes += chunk.len() as u64;
        if bytes > app.config.max_import {
            return Err(ReceiveError::TooLarge);
        }
        reader.push(&chunk, &mut rows)?;
        while rows.len() >= BATCH {
            let rest = rows.split_off(BATCH);
            written.add(app, portal, id, &rows).await?;
            rows = rest;
        }
    }
    let head = reader.finish(&mut rows)?;
    for batch in rows.chunks(BATCH) {
        written.add(app, portal, id, batch).await?;
    }
    let Written { total, bad } = written;
    app.store
        .complete_import(portal, id, &head, total, bad)
        .await?;
    Ok(())
}

/// What has been written of a file.
struct Written {
    total: i64,
    bad: i64,
}

impl Written {
    async fn add(
        &mut self,
        app: &App,
        portal: u64,
        id: &str,
        rows: &[Row],
    ) -> Result<(), StoreError> {
        app.store.add_import_rows(portal, id, rows).await?;
        for row in rows {
            self.total += 1;
            self.bad += i64::from(row.fault.is_some());
        }
        Ok(())
    }
}

/// Removes files that nobody uses, for as long as it runs.
pub(crate) async fn sweep(app: App) {
    let mut turn = interval(SWEEP);
    loop {
        turn.tick().await;
        let now = clock::now();
        let retained = app.config.retain_days;
        let unused = retained.map_or(UNUSED, |days| UNUSED.min(Millis::from(days.get()) * DAY));
        match app.store.sweep_imports(now - unused, now - BEGUN).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "old files of recipients were removed"),
            Err(error) => tracing::warn!(%error, "old files of recipients could not be removed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::testing::{BOOKSHOP, World};

    #[tokio::test]
    async fn a_file_that_breaks_off_leaves_nothing_behind() {
        let world = World::start().await;
        world.signed_in().await;
        let rows = "phone\n".to_owned() + &"912000001\n".repeat(2 * BATCH);
        let chunks = [Ok(rows), Err(io::Error::other("gone"))];
        let body = Body::from_stream(tokio_stream::iter(chunks));
        let received = receive(world.app.clone(), BOOKSHOP, "a.csv".into(), body).await;
        assert!(matches!(received, Err(ReceiveError::Broken)));
        let later = clock::now() + 1_000;
        let left = world.app.store.sweep_imports(later, later).await;
        assert_eq!(left.unwrap(), 0);
    }
}
