//! Sending a request and reading its answer.

use gloo_net::http::{Method, RequestBuilder, Response};
use septet_core::wire::ErrorCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::ApiError;
use crate::session;

/// Asks for something.
pub(super) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    read(request(Method::GET, path).send().await).await
}

/// Asks for something to be done, without a body.
pub(super) async fn post<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    read(request(Method::POST, path).send().await).await
}

/// Hands something over.
pub(super) async fn send<T: DeserializeOwned>(
    method: Method,
    path: &str,
    body: &impl Serialize,
) -> Result<T, ApiError> {
    let request = request(method, path)
        .json(body)
        .map_err(ApiError::network)?;
    read(request.send().await).await
}

/// A request whose answer is empty.
pub(super) async fn command(method: Method, path: &str) -> Result<(), ApiError> {
    checked(request(method, path).send().await).await.map(drop)
}

/// A value inside a path or a query.
pub(super) fn escape(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}

fn request(method: Method, path: &str) -> RequestBuilder {
    RequestBuilder::new(path)
        .method(method)
        .header("accept", "application/json")
}

async fn read<T: DeserializeOwned>(
    answer: Result<Response, gloo_net::Error>,
) -> Result<T, ApiError> {
    let answer = checked(answer).await?;
    let status = answer.status();
    answer
        .json()
        .await
        .map_err(|_| ApiError::Unexpected { status })
}

async fn checked(answer: Result<Response, gloo_net::Error>) -> Result<Response, ApiError> {
    let answer = answer.map_err(ApiError::network)?;
    if answer.ok() {
        return Ok(answer);
    }
    let status = answer.status();
    let error = match answer.json().await {
        Ok(problem) => ApiError::Problem(Box::new(problem)),
        Err(_) => ApiError::Unexpected { status },
    };
    if error.code() == Some(ErrorCode::SignedOut) {
        session::note_expiry();
    }
    Err(error)
}
