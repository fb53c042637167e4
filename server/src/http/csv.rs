//! Files for spreadsheets, written a page of rows at a time.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::imports::write;
use crate::store;

/// Rows that are read at once.
pub(super) const PAGE: u32 = 1_000;
/// By which spreadsheets tell UTF-8.
const MARK: &str = "\u{feff}";

/// `?lang=pt`
#[derive(Deserialize)]
pub(super) struct Choice {
    pub(super) lang: Option<String>,
}

/// Where pages of rows are handed in, no faster than they are read.
pub(super) struct Pages(mpsc::Sender<store::Result<String>>);

impl Pages {
    /// `false` when nobody reads any more.
    pub(super) async fn hand_in(&self, page: String) -> bool {
        self.0.send(Ok(page)).await.is_ok()
    }
}

/// A file with these headers and the rows that `write` hands in.
///
/// One that cannot be written to its end breaks off, which browsers tell.
pub(super) fn file<'a, W>(
    name: &'static str,
    headers: impl IntoIterator<Item = &'a str>,
    write: impl FnOnce(Pages) -> W,
) -> Response
where
    W: Future<Output = store::Result<()>> + Send + 'static,
{
    let mut first = MARK.to_owned();
    write::row(headers, &mut first);
    let (sender, receiver) = mpsc::channel(2);
    let written = write(Pages(sender.clone()));
    tokio::spawn(async move {
        if sender.send(Ok(first)).await.is_err() {
            return;
        }
        if let Err(error) = written.await {
            tracing::error!(%error, "a file could not be written to its end");
            // Whoever reads may have gone.
            let _ = sender.send(Err(error)).await;
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, name),
    ];
    (headers, Body::from_stream(ReceiverStream::new(receiver))).into_response()
}
