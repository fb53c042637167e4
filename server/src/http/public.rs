//! Pages that recipients see: short links and unsubscribing. No sign-in; the
//! code in the address is the right to see them.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use super::problem::ApiResult;
use crate::app::App;
use crate::clock;
use crate::texts::{Language, Texts};

/// Neither search engines nor the target's statistics learn of these addresses.
const QUIET: [(HeaderName, HeaderValue); 2] = [
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        HeaderName::from_static("x-robots-tag"),
        HeaderValue::from_static("noindex, nofollow"),
    ),
];

/// `GET /l/{code}`: to where the link led when it was sent.
pub(super) async fn follow(
    State(app): State<App>,
    method: Method,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let target = app.store.target(&code).await?;
    let location = target.and_then(|target| location(&target));
    let Some(location) = location else {
        return Ok(gone(&headers));
    };
    // HEAD is what previewers send; a person's browser follows with GET.
    if method == Method::GET
        && let Some(recipient) = app.store.click(&code, clock::now()).await?
        && let Some((campaign, _)) = app.store.recipient(recipient).await?
    {
        app.events.recipient(&campaign, recipient);
    }
    Ok((StatusCode::FOUND, QUIET, [(header::LOCATION, location)]).into_response())
}

/// Only the web; nothing that a browser would run or open in another program.
fn location(target: &str) -> Option<HeaderValue> {
    let url = url::Url::parse(target).ok()?;
    matches!(url.scheme(), "http" | "https")
        .then(|| HeaderValue::try_from(url.as_str()).ok())
        .flatten()
}

/// A language that the visitor chose on the page.
#[derive(Deserialize)]
pub(super) struct Choice {
    lang: Option<String>,
}

/// `GET /u/{code}`: shows what would happen, and changes nothing.
pub(super) async fn ask(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let language = Language::of(choice.lang.as_deref(), &headers);
    let Some(person) = app.store.unsubscriber(&code).await? else {
        return Ok(gone(&headers));
    };
    let texts = language.texts();
    let markup = if person.done {
        done(texts)
    } else {
        html! {
            h1 { (texts.unsubscribe_title) }
            p { (texts.unsubscribe_question) }
            form method="post" {
                button type="submit" { (texts.unsubscribe_button) }
            }
            p.note { (texts.unsubscribe_note) }
        }
    };
    Ok((QUIET, page(language, &texts.unsubscribe_title, &markup)).into_response())
}

/// `POST /u/{code}`: from here on, no message leaves for this person.
pub(super) async fn confirm(
    State(app): State<App>,
    Path(code): Path<String>,
    Query(choice): Query<Choice>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let language = Language::of(choice.lang.as_deref(), &headers);
    let Some(person) = app.store.unsubscriber(&code).await? else {
        return Ok(gone(&headers));
    };
    let number_hash = app.keys.number_hash(person.portal, &person.phone);
    app.store
        .suppress(&person, &number_hash, clock::now())
        .await?;
    if let Some((campaign, _)) = app.store.recipient(person.recipient).await? {
        app.events.recipient(&campaign, person.recipient);
    }
    if !person.done {
        let hubspot = app.hubspot.clone();
        tokio::spawn(async move {
            // Our own record is what is enforced; HubSpot's is for people to see.
            if let Err(error) = hubspot
                .mark_opted_out(person.portal, &person.contact_id)
                .await
            {
                tracing::warn!(%error, "an opt-out could not be written to HubSpot");
            }
        });
    }
    let texts = language.texts();
    Ok((QUIET, page(language, &texts.done_title, &done(texts))).into_response())
}

fn done(texts: &Texts) -> Markup {
    html! {
        div data-done {
            h1 { (texts.done_title) }
            p { (texts.done_text) }
        }
    }
}

fn gone(headers: &HeaderMap) -> Response {
    let language = Language::of(None, headers);
    let texts = language.texts();
    let markup = html! {
        h1 { (texts.gone_title) }
        p { (texts.gone_text) }
    };
    let body = page(language, &texts.gone_title, &markup);
    (StatusCode::NOT_FOUND, QUIET, body).into_response()
}

fn page(language: Language, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href="/public.css";
            }
            body {
                main { (content) }
                nav {
                    @for other in Language::ALL {
                        a href=(format!("?lang={}", other.code())) lang=(other.code())
                            aria-current=[(other == language).then_some("true")] { (other.name()) }
                    }
                }
            }
        }
    }
}
