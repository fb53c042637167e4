//! Files of recipients: handed to the browser, which reads and sends them piece by piece.
//!
//! `fetch` does not tell how far an upload is, so this is an `XMLHttpRequest`.

use js_sys::{Function, Promise};
use septet_core::wire::Import;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, ProgressEvent, XmlHttpRequest};

use super::{ApiError, client};
use client::escape;

/// A file on its way; dropped before it has arrived, it is called off.
#[derive(Debug)]
pub(crate) struct Transfer {
    request: XmlHttpRequest,
    /// The browser calls it for as long as the request goes on.
    _progress: Closure<dyn FnMut(ProgressEvent)>,
}

impl Drop for Transfer {
    fn drop(&mut self) {
        if let Ok(upload) = self.request.upload() {
            upload.set_onprogress(None);
        }
        // Refused only where there is nothing left to call off.
        let _ = self.request.abort();
    }
}

/// Sends a file, whatever its size; the answer comes while the transfer is kept.
pub(crate) fn send_file(
    file: &File,
    on_percent: Box<dyn FnMut(usize)>,
) -> Result<
    (
        Transfer,
        impl Future<Output = Result<Import, ApiError>> + 'static,
    ),
    ApiError,
> {
    let progress = watcher(on_percent);
    let (request, ended) =
        begin(file, progress.as_ref().unchecked_ref()).map_err(|_| ApiError::Unreachable)?;
    let asked = request.clone();
    let answer = async move {
        // Nothing rejects it.
        let _ = ended.await;
        let status = asked.status().unwrap_or_default();
        let body = asked.response_text().ok().flatten().unwrap_or_default();
        client::take(status, body)
    };
    let transfer = Transfer {
        request,
        _progress: progress,
    };
    Ok((transfer, answer))
}

fn watcher(mut on_percent: Box<dyn FnMut(usize)>) -> Closure<dyn FnMut(ProgressEvent)> {
    Closure::new(move |event: ProgressEvent| {
        if event.length_computable() {
            on_percent((event.loaded() * 100.0 / event.total().max(1.0)) as usize);
        }
    })
}

fn begin(file: &File, progress: &Function) -> Result<(XmlHttpRequest, Promise), JsValue> {
    let request = XmlHttpRequest::new()?;
    let path = ["/api/imports?name=", &escape(&file.name())].concat();
    request.open("POST", &path)?;
    request.set_request_header("accept", "application/json")?;
    request.set_request_header("content-type", "text/csv")?;
    request.upload()?.set_onprogress(Some(progress));
    // Whether it was answered, broke or was called off.
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send_with_opt_blob(Some(file))?;
    Ok((request, ended))
}

/// A file that was sent before.
pub(crate) async fn import(id: &str) -> Result<Import, ApiError> {
    client::get(&path(id)).await
}

/// Where the file's bad rows are, with their reasons in a language.
pub(crate) fn bad_rows_url(id: &str, language: &str) -> String {
    format!("{}/bad.csv?lang={language}", path(id))
}

fn path(id: &str) -> String {
    format!("/api/imports/{}", escape(id))
}
