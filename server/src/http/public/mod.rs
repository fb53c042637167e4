//! Pages that recipients see: short links and unsubscribing. No sign-in; the
//! code in the address is the right to see them.

mod page;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use septet_core::opt_out::{OptOutScope, OptOutSource};
use serde::Deserialize;

use self::page::{Look, gone};
pub(super) use self::page::{Shown, brand, page_of};
use super::misses::client;
use super::problem::ApiResult;
use crate::app::App;
use crate::clicks;
use crate::opt_out;
use crate::store::Unsubscriber;
use crate::texts::Language;

/// Neither search engines nor the target's statistics learn of these addresses.
pub(super) const QUIET: [(HeaderName, HeaderValue); 2] = [
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow"),
    ),
];

/// A language that the visitor chose on the page.
#[derive(Deserialize)]
struct Choice {
    lang: Option<String>,
}

/// What somebody asks for; whatever stands in the address, they get a page.
pub(super) struct Visit {
    /// Empty, which no code is, when the address holds no text.
    code: String,
    /// What they chose.
    chosen: Option<String>,
    language: Language,
    address: Option<IpAddr>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let code = Path::<String>::from_request_parts(parts, state).await;
        let choice = Query::<Choice>::try_from_uri(&parts.uri).ok();
        let chosen = choice.and_then(|Query(choice)| choice.lang);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self {
            code: code.map_or_else(|_| String::new(), |Path(code)| code),
            language: Language::of(chosen.as_deref(), &parts.headers),
            address: peer.map(|peer| client(peer.0.ip(), &parts.headers)),
            chosen,
        })
    }
}

/// `GET /l/{code}`: to where the link led when it was sent.
pub(super) async fn follow(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    visit: Visit,
) -> ApiResult<Response> {
    let Some(target) = app.clicks.target(&visit.code).await? else {
        return Ok(gone(visit.language, StatusCode::NOT_FOUND));
    };
    let Some(location) = location(&target.address) else {
        return Ok(gone(visit.language, StatusCode::GONE));
    };
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let purpose = ["purpose", "sec-purpose", "x-moz", "x-purpose"]
        .into_iter()
        .filter_map(text);
    let purpose: Vec<&str> = purpose.collect();
    let purpose = purpose.join(" ");
    let signals = clicks::Visit {
        method: method.as_str(),
        user_agent: text("user-agent"),
        purpose: Some(&purpose),
        fetch_mode: text("sec-fetch-mode"),
        fetch_dest: text("sec-fetch-dest"),
        fetch_site: text("sec-fetch-site"),
        fetch_user: text("sec-fetch-user"),
        accept: text("accept"),
        accept_language: text("accept-language"),
        ..clicks::Visit::default()
    };
    app.clicks
        .count(&visit.code, &target, signals, visit.address)
        .await;
    Ok((StatusCode::FOUND, QUIET, [(header::LOCATION, location)]).into_response())
}

/// Only the web; nothing that a browser would run or open in another program.
fn location(target: &str) -> Option<HeaderValue> {
    let url = url::Url::parse(target).ok()?;
    matches!(url.scheme(), "http" | "https")
        .then(|| HeaderValue::try_from(url.as_str()).ok())
        .flatten()
}

/// `GET /u/{code}`: shows what would happen, and changes nothing.
pub(super) async fn ask(
    State(app): State<App>,
    headers: HeaderMap,
    visit: Visit,
) -> ApiResult<Response> {
    let Some(person) = app.store.unsubscriber(&visit.code).await? else {
        return Ok(gone(visit.language, StatusCode::NOT_FOUND));
    };
    let shown = if person.done {
        Shown::Done
    } else {
        Shown::Asked
    };
    show(&app, &visit, &headers, &person, shown).await
}

/// Of what somebody opts out.
#[derive(Deserialize)]
pub(super) struct Answer {
    scope: Option<OptOutScope>,
}

/// `POST /u/{code}`: from here on, no message leaves for this person.
pub(super) async fn confirm(
    State(app): State<App>,
    headers: HeaderMap,
    visit: Visit,
    answer: Result<Form<Answer>, FormRejection>,
) -> ApiResult<Response> {
    let Some(person) = app.store.unsubscriber(&visit.code).await? else {
        return Ok(gone(visit.language, StatusCode::NOT_FOUND));
    };
    // Whatever was said besides, they have pressed the button.
    let scope = answer.ok().and_then(|Form(answer)| answer.scope);
    let how = opt_out::How {
        scope: scope.unwrap_or(OptOutScope::Sms),
        source: OptOutSource::Page,
        reason: String::new(),
    };
    opt_out::confirm(&app, person.clone(), how).await?;
    show(&app, &visit, &headers, &person, Shown::Done).await
}

/// `POST /u/{code}/undo`: as if it had not been said.
pub(super) async fn undo(
    State(app): State<App>,
    headers: HeaderMap,
    visit: Visit,
) -> ApiResult<Response> {
    let Some(person) = app.store.unsubscriber(&visit.code).await? else {
        return Ok(gone(visit.language, StatusCode::NOT_FOUND));
    };
    let shown = if opt_out::take_back(&app, &person).await? {
        Shown::Undone
    } else {
        // They, or the company, have said so elsewhere too.
        Shown::Done
    };
    show(&app, &visit, &headers, &person, shown).await
}

/// `GET /brand.css?button=rrggbb&behind=rrggbb`: an account's colours, for a page that may
/// hold no style of its own.
pub(super) async fn style(Query(colours): Query<page::Colours>) -> Response {
    let kept = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (kept, brand(&colours)).into_response()
}

async fn show(
    app: &App,
    visit: &Visit,
    headers: &HeaderMap,
    person: &Unsubscriber,
    shown: Shown,
) -> ApiResult<Response> {
    let page = app.store.unsubscribe_page(person.portal).await?;
    let choices = app.store.choices(person.portal).await?;
    let look = Look::of(&page, visit.chosen.as_deref(), headers);
    let base = format!("/u/{}", visit.code);
    let calls = choices.voice || choices.ivr;
    Ok((QUIET, look.page(shown, &base, calls)).into_response())
}

/// For whoever has asked for too many codes that do not exist.
pub(super) fn busy(headers: &HeaderMap) -> Response {
    let language = Language::of(None, headers);
    let texts = language.texts();
    let body = page::plain(language, &texts.busy_title, &texts.busy_text);
    (StatusCode::TOO_MANY_REQUESTS, QUIET, body).into_response()
}
