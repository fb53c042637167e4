//! The built page, embedded in the binary, and the stylesheet of the public pages.
//!
//! In a debug build the files are read from `dist/` at every request.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::secrets;

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Dist;

const PUBLIC_CSS: &str = include_str!("../../assets/public.css");

/// Anything that is no route: a file of the page, or the page itself for the client's own routes.
pub(super) async fn serve(request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path().trim_start_matches('/');
    if path == "public.css" {
        let kind = [
            (header::CONTENT_TYPE, "text/css"),
            (header::CACHE_CONTROL, "max-age=3600"),
        ];
        return (kind, PUBLIC_CSS).into_response();
    }
    let is_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    let file = match path.split('/').next() {
        _ if is_file => path,
        // Two modules, each with a page; see docs/adr/0009.
        Some("campaigns" | "opt-outs" | "settings" | "connected") => "campaigns.html",
        _ => "index.html",
    };
    match Dist::get(file) {
        Some(found) => answer(file, found, request.headers()),
        None if is_file => StatusCode::NOT_FOUND.into_response(),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            "This server was built without its page. Run `cargo xtask run`.",
        )
            .into_response(),
    }
}

fn answer(name: &str, found: EmbeddedFile, headers: &HeaderMap) -> Response {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    // Trunk puts a hash of its content in the name of every file but the page and the icon.
    let caching = if name.contains('-') {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    // Weak: packed and unpacked are the same file in other bytes.
    let tag = format!("W/\"{}\"", secrets::hex(&found.metadata.sha256_hash()));
    let basic = [
        (header::CONTENT_TYPE, kind.to_string()),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::ETAG, tag.clone()),
        (header::VARY, "accept-encoding".to_owned()),
    ];
    if text(headers, &header::IF_NONE_MATCH) == tag {
        return (StatusCode::NOT_MODIFIED, basic).into_response();
    }
    let brotli = text(headers, &header::ACCEPT_ENCODING)
        .split(',')
        .any(|coding| coding.trim().split(';').next() == Some("br"));
    match Dist::get(&format!("{name}.br")).filter(|_| brotli) {
        Some(packed) => (basic, [(header::CONTENT_ENCODING, "br")], packed.data).into_response(),
        None => (basic, found.data).into_response(),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
