//! Pages that recipients see: short links and unsubscribing. No sign-in; the
//! code in the address is the right to see them.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use super::problem::ApiResult;
use crate::app::App;
use crate::texts::{Language, Texts};
use crate::{clock, opt_out};

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

/// A language that the visitor chose on the page.
#[derive(Deserialize)]
struct Choice {
    lang: Option<String>,
}

/// What somebody asks for; whatever stands in the address, they get a page.
pub(super) struct Visit {
    /// Empty, which no code is, when the address holds no text.
    code: String,
    language: Language,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let code = Path::<String>::from_request_parts(parts, state).await;
        let choice = Query::<Choice>::try_from_uri(&parts.uri).ok();
        let lang = choice.and_then(|Query(choice)| choice.lang);
        Ok(Self {
            code: code.map_or_else(|_| String::new(), |Path(code)| code),
            language: Language::of(lang.as_deref(), &parts.headers),
        })
    }
}

/// `GET /l/{code}`: to where the link led when it was sent.
pub(super) async fn follow(
    State(app): State<App>,
    method: Method,
    Visit { code, language }: Visit,
) -> ApiResult<Response> {
    let target = app.store.target(&code).await?;
    let location = target.and_then(|target| location(&target));
    let Some(location) = location else {
        return Ok(gone(language));
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

/// `GET /u/{code}`: shows what would happen, and changes nothing.
pub(super) async fn ask(
    State(app): State<App>,
    Visit { code, language }: Visit,
) -> ApiResult<Response> {
    let Some(person) = app.store.unsubscriber(&code).await? else {
        return Ok(gone(language));
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
    Visit { code, language }: Visit,
) -> ApiResult<Response> {
    let Some(person) = app.store.unsubscriber(&code).await? else {
        return Ok(gone(language));
    };
    opt_out::confirm(&app, person).await?;
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

fn gone(language: Language) -> Response {
    let texts = language.texts();
    let markup = html! {
        h1 { (texts.gone_title) }
        p { (texts.gone_text) }
    };
    let body = page(language, &texts.gone_title, &markup);
    (StatusCode::NOT_FOUND, QUIET, body).into_response()
}

/// For whoever has asked for too many codes that do not exist.
pub(super) fn busy(headers: &HeaderMap) -> Response {
    let language = Language::of(None, headers);
    let texts = language.texts();
    let markup = html! {
        h1 { (texts.busy_title) }
        p { (texts.busy_text) }
    };
    let body = page(language, &texts.busy_title, &markup);
    (StatusCode::TOO_MANY_REQUESTS, QUIET, body).into_response()
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

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use serde_json::{Value, json};

    use crate::testing::{Browser, World, draft, header, location};

    /// Somebody who was sent a message with both kinds of links.
    async fn sent() -> (World, Browser, String) {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let mut draft = draft("Olá https://shop.example/livros?a=1 {UNSUB_URL}");
        draft.utm.source = "septet".into();
        let id = browser.created("key", &draft).await;
        world
            .campaign_when(&browser, &id, |campaign| {
                campaign["counts"]["delivered"] == 2
            })
            .await;
        (world, browser, id)
    }

    async fn counts(browser: &Browser, id: &str) -> Value {
        let (_, campaign) = browser.get(&format!("/api/campaigns/{id}")).await;
        campaign["counts"].clone()
    }

    #[tokio::test]
    async fn a_short_link_leads_to_its_tagged_target_and_counts_people_not_previews() {
        let (world, browser, id) = sent().await;
        let link = world.link("351912000001", "/l/").await;
        let phone = world.browser();

        let looked = phone.request(Method::HEAD, &link).send().await.unwrap();
        assert_eq!(looked.status(), 302);
        assert_eq!(counts(&browser, &id).await["clicked"], 0);

        for _ in 0..2 {
            let followed = phone.open(&link).await;
            assert_eq!(followed.status(), 302);
            assert_eq!(
                location(&followed),
                "https://shop.example/livros?a=1&utm_source=septet"
            );
            assert_eq!(header(&followed, "referrer-policy"), "no-referrer");
        }
        assert_eq!(counts(&browser, &id).await["clicked"], 1);
    }

    #[tokio::test]
    async fn an_unknown_code_is_told_in_the_visitors_language() {
        let world = World::start().await;
        // What is not even text is no code either.
        for path in ["/l/abcdefghij", "/u/abcdefghij", "/l/%ff", "/u/%ff"] {
            let phone = world.browser();
            let asked = phone
                .request(Method::GET, path)
                .header("accept-language", "pt-PT");
            let answer = asked.send().await.unwrap();
            assert_eq!(answer.status(), 404);
            let text = answer.text().await.unwrap();
            assert!(
                text.contains("lang=\"pt\"") && text.contains("não conduz"),
                "{text}"
            );
            // And in the one that they choose there.
            let text = phone
                .open(&format!("{path}?lang=es"))
                .await
                .text()
                .await
                .unwrap();
            assert!(text.contains("<html lang=\"es\">"), "{text}");
        }
        let phone = world.browser();
        let posted = phone.request(Method::POST, "/u/%ff").send().await.unwrap();
        assert_eq!(posted.status(), 404);
        assert!(header(&posted, "content-type").starts_with("text/html"));
        // Nor is it a reason for another page that there is more than one choice.
        let twice = phone.open("/u/abcdefghij?lang=pt&lang=es").await;
        assert_eq!(twice.status(), 404);
    }

    #[tokio::test]
    async fn only_the_button_unsubscribes_and_then_nothing_more_is_sent() {
        let (world, browser, id) = sent().await;
        let link = world.link("351912000001", "/u/").await;
        let phone = world.browser();

        let shown = phone.open(&link).await;
        assert_eq!(shown.status(), 200);
        assert!(shown.text().await.unwrap().contains("method=\"post\""));
        assert_eq!(counts(&browser, &id).await["unsubscribed"], 0);
        let (_, contact) = browser.get("/api/contacts/101").await;
        assert_eq!(contact["opted_out"], false);

        // Twice, for people are impatient.
        for _ in 0..2 {
            let confirmed = phone.request(Method::POST, &link).send().await.unwrap();
            assert_eq!(confirmed.status(), 200);
            assert!(confirmed.text().await.unwrap().contains("data-done"));
        }
        assert_eq!(counts(&browser, &id).await["unsubscribed"], 1);
        let (_, contact) = browser.get("/api/contacts/101").await;
        assert_eq!(contact["opted_out"], true);

        let (_, check) = browser
            .post("/api/campaigns/check", &json!(draft("Outra vez")))
            .await;
        assert_eq!(check["recipients"], 1);
        let id = browser.created("second", &draft("Outra vez")).await;
        let finished = |campaign: &Value| campaign["counts"]["delivered"] == 1;
        world.campaign_when(&browser, &id, finished).await;
        let (_, page) = browser
            .get(&format!("/api/campaigns/{id}/recipients"))
            .await;
        assert_eq!(page["recipients"][0]["reason"], "opted_out");
        assert_eq!(world.sends().await, 3);
    }

    #[tokio::test]
    async fn the_code_of_one_kind_is_no_code_of_the_other() {
        let (world, browser, id) = sent().await;
        let short = world
            .link("351912000001", "/l/")
            .await
            .replace("/l/", "/u/");
        let unsubscribe = world
            .link("351912000001", "/u/")
            .await
            .replace("/u/", "/l/");
        let phone = world.browser();
        assert_eq!(phone.open(&unsubscribe).await.status(), 404);
        let posted = phone.request(Method::POST, &short).send().await.unwrap();
        assert_eq!(posted.status(), 404);
        assert_eq!(counts(&browser, &id).await["unsubscribed"], 0);
    }
}
