//! Sending a request and reading its answer, with the browser's own `fetch`.

use leptos::prelude::window;
use septet_core::wire::ErrorCode;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use super::ApiError;
use super::json::{self, Read, Write};
use crate::{embed, session};

/// Milliseconds until a question counts as unanswered.
const PATIENCE: u32 = 30_000;

/// The methods that the contract uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Asks for something.
pub(super) async fn get<T: Read>(path: &str) -> Result<T, ApiError> {
    read(fetch(Method::Get, path, None).await?)
}

/// Asks for something to be done, without a body.
pub(super) async fn post<T: Read>(path: &str) -> Result<T, ApiError> {
    read(fetch(Method::Post, path, None).await?)
}

/// Hands something over.
pub(super) async fn send<T: Read>(
    method: Method,
    path: &str,
    body: &impl Write,
) -> Result<T, ApiError> {
    read(fetch(method, path, Some(json::text(body))).await?)
}

/// Hands something over and takes a document back.
pub(super) async fn document(
    method: Method,
    path: &str,
    body: &impl Write,
) -> Result<String, ApiError> {
    let answer = fetch(method, path, Some(json::text(body))).await?;
    Ok(answer.body)
}

/// A request whose answer is empty.
pub(super) async fn command(method: Method, path: &str) -> Result<(), ApiError> {
    fetch(method, path, None).await.map(drop)
}

/// A value inside a path or a query.
pub(super) fn escape(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}

/// A file of the page itself.
pub(crate) async fn text_of(path: &str) -> Result<String, ApiError> {
    fetch(Method::Get, path, None)
        .await
        .map(|answer| answer.body)
}

/// An answer of 200 or so.
struct Answer {
    status: u16,
    body: String,
}

/// What `XMLHttpRequest` has at its end.
pub(super) fn take<T: Read>(status: u16, body: String) -> Result<T, ApiError> {
    if status == 0 {
        return Err(ApiError::Unreachable);
    }
    read(judge(status, body)?)
}

fn read<T: Read>(answer: Answer) -> Result<T, ApiError> {
    let Answer { status, body } = answer;
    json::parse(&body).ok_or(ApiError::Unexpected { status })
}

async fn fetch(method: Method, path: &str, body: Option<String>) -> Result<Answer, ApiError> {
    let (status, body) = exchange(method, path, body)
        .await
        .map_err(|_| ApiError::Unreachable)?;
    judge(status, body)
}

/// What an answer means, wherever it came from.
fn judge(status: u16, body: String) -> Result<Answer, ApiError> {
    if (200..300).contains(&status) {
        return Ok(Answer { status, body });
    }
    let error = match json::parse(&body) {
        Some(problem) => ApiError::Problem(Box::new(problem)),
        None => ApiError::Unexpected { status },
    };
    if error.code() == Some(ErrorCode::SignedOut) {
        session::note_expiry();
    }
    Err(error)
}

/// Fails only when there is no answer.
async fn exchange(
    method: Method,
    path: &str,
    body: Option<String>,
) -> Result<(u16, String), JsValue> {
    let headers = Headers::new()?;
    headers.set("accept", "application/json")?;
    if let Some(token) = embed::token() {
        headers.set("authorization", &["Bearer ", token].concat())?;
    }
    let init = RequestInit::new();
    init.set_method(method.name());
    if method == Method::Get {
        // What changes something is waited for, however long it takes.
        init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    }
    if let Some(body) = body {
        headers.set("content-type", "application/json")?;
        init.set_body(&JsValue::from_str(&body));
    }
    init.set_headers(&headers);
    let answer = window().fetch_with_str_and_init(path, &init).await?;
    let answer: Response = answer.unchecked_into();
    let body = answer.text()?.await?;
    Ok((answer.status(), body.as_string().unwrap_or_default()))
}
