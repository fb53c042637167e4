//! What holds for every request: where it may come from, and what browsers may do with the answer.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use septet_core::wire::ErrorCode;

use super::problem::ApiError;
use crate::app::App;

/// Requests that change something must come from our own page: a cookie goes
/// along whoever sends it.
pub(super) async fn own_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_own(request.headers(), &app.config.public_url) {
        next.run(request).await
    } else {
        ApiError::from(ErrorCode::ForeignOrigin).into_response()
    }
}

/// Browsers say where a request comes from; one that says nothing is no browser
/// that would send somebody's cookie.
///
/// A form on a page without referrer, as ours are, is sent with the origin
/// `null` (Fetch standard, "append a request `Origin` header"): then it is
/// `Sec-Fetch-Site`, which no page can set, that tells whose form it is.
fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), origin) => {
            let named = origin.is_none_or(|origin| origin == public_url || origin == "null");
            site == "same-origin" && named
        }
        (None, Some(origin)) => origin == public_url,
        (None, None) => false,
    }
}

/// Headers that every answer carries, unless a handler was stricter.
pub(super) async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let framed = request.uri().path() == "/embed";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let authorize = app
        .config
        .hubspot
        .authorize_url
        .origin()
        .ascii_serialization();
    // HubSpot's hosts differ from region to region; what customers publish is on others.
    let ancestors = if framed {
        format!("{authorize} https://*.hubspot.com")
    } else {
        "'none'".to_owned()
    };
    // A form's redirects are held against form-action too: signing in leads to
    // HubSpot, which sends European accounts on to another of its hosts.
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; font-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'self' {authorize} https://*.hubspot.com; frame-ancestors {ancestors}"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(policy);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    // It cannot name those who may, as the policy does.
    if !framed {
        let deny = HeaderValue::from_static("DENY");
        headers.entry(header::X_FRAME_OPTIONS).or_insert(deny);
    }
    if app.is_secure() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(year);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_page_may_change_things() {
        let own = "https://sms.example";
        for (headers, expected) in [
            (
                &[("sec-fetch-site", "same-origin"), ("origin", own)][..],
                true,
            ),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("origin", own)], true),
            (
                &[("sec-fetch-site", "same-origin"), ("origin", "null")],
                true,
            ),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://evil.example"),
                ],
                false,
            ),
            (
                &[("sec-fetch-site", "cross-site"), ("origin", "null")],
                false,
            ),
            (
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "https://evil.example"),
                ],
                false,
            ),
            (
                &[
                    ("sec-fetch-site", "same-site"),
                    ("origin", "https://x.sms.example"),
                ],
                false,
            ),
            (&[("origin", "null")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[], false),
        ] {
            let headers = headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_own(&headers, own), expected, "{headers:?}");
        }
    }
}
