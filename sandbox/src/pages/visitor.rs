//! The visitor's language: the one they chose, else the one their browser prefers.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::Url;

use super::texts::{Language, Texts};

const COOKIE: &str = "septet-sandbox-language";

/// Who looks at a page.
#[derive(Debug)]
pub(crate) struct Visitor {
    /// The language to speak.
    pub(super) language: Language,
    /// The address of the page, to come back to it in another language.
    pub(super) address: String,
}

impl Visitor {
    /// The texts in the visitor's language.
    pub(super) fn texts(&self) -> &'static Texts {
        self.language.texts()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let language = chosen(&parts.headers)
            .or_else(|| preferred(&parts.headers))
            .unwrap_or(Language::En);
        let address = parts
            .uri
            .path_and_query()
            .map_or("/", |address| address.as_str())
            .to_owned();
        Ok(Self { language, address })
    }
}

/// The language of the cookie.
fn chosen(headers: &HeaderMap) -> Option<Language> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .and_then(|(_, code)| Language::from_tag(code))
}

/// The language that `Accept-Language` ranks highest among ours; the first of equals.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    let ranges = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    for range in ranges.split(',') {
        let (tag, weight) = range.split_once(';').unwrap_or((range, ""));
        let weight = weight
            .trim()
            .strip_prefix("q=")
            .map_or(Ok(1.0), str::parse)
            .unwrap_or(0.0);
        if let Some(language) = Language::from_tag(tag.trim())
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// Which language, and where to go back to.
#[derive(Debug, Deserialize)]
pub(super) struct Switch {
    to: String,
    back: String,
}

/// `GET /language`: remembers the choice in a cookie and goes back.
pub(super) async fn switch_language(Query(switch): Query<Switch>) -> Response {
    let (Some(language), Some(back)) = (Language::from_tag(&switch.to), own_path(&switch.back))
    else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        language.code()
    );
    ([(header::SET_COOKIE, cookie)], Redirect::to(&back)).into_response()
}

/// The address as a path of this site; `None` where a browser would leave it, as with `//` or `/\`.
fn own_path(address: &str) -> Option<String> {
    let here = Url::parse("http://localhost/").ok()?;
    let there = here.join(address).ok()?;
    let stays = there.origin() == here.origin() && address.starts_with('/');
    stays.then(|| there[url::Position::BeforePath..].to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{Language, preferred};

    #[test]
    fn the_browser_s_first_choice_among_ours_wins() {
        for (accepted, expected) in [
            ("pt-PT,pt;q=0.9,en;q=0.8", Some(Language::Pt)),
            ("fr-FR,fr;q=0.9,es;q=0.5,en;q=0.4", Some(Language::Es)),
            ("en;q=0.4,es-419;q=0.5", Some(Language::Es)),
            ("de", None),
            ("en;q=0", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            assert_eq!(preferred(&headers), expected, "{accepted}");
        }
    }
}
