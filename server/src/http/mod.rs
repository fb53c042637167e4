//! The HTTP edge: routes, who may call them, and how errors look.
//!
//! Handlers parse, call one thing, and answer; rules live elsewhere.

mod auth;
mod campaigns;
mod contacts;
mod cookie;
mod drafts;
mod guard;
mod hooks;
mod misses;
mod page;
mod problem;
mod public;
mod session;
mod watch;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use self::misses::Misses;
use crate::app::App;

/// Most bytes of a request's body; the longest draft is far below.
const MAX_BODY: usize = 256 * 1024;
/// A request that takes longer has lost its caller.
const PATIENCE: Duration = Duration::from_secs(60);

/// All routes; to be served with the addresses of its peers.
pub(crate) fn router(app: App) -> Router {
    let api = Router::new()
        .route("/api/session", get(session::show))
        .route("/api/sign-out", post(auth::sign_out))
        .route("/api/properties", get(contacts::properties))
        .route("/api/contacts", get(contacts::search))
        .route("/api/contacts/{id}", get(contacts::one))
        .route("/api/lists", get(contacts::lists))
        .route("/api/drafts", get(drafts::list))
        .route(
            "/api/drafts/{key}",
            get(drafts::show).put(drafts::save).delete(drafts::delete),
        )
        .route(
            "/api/campaigns",
            get(campaigns::list).post(campaigns::create),
        )
        .route("/api/campaigns/check", post(campaigns::check))
        .route("/api/campaigns/{id}", get(campaigns::show))
        .route("/api/campaigns/{id}/recipients", get(campaigns::recipients))
        .route("/api/campaigns/{id}/pause", post(campaigns::pause))
        .route("/api/campaigns/{id}/resume", post(campaigns::resume))
        .route("/api/campaigns/{id}/cancel", post(campaigns::cancel))
        .route("/auth/start", post(auth::start))
        .layer(from_fn_with_state(app.clone(), guard::own_origin));
    let public = Router::new()
        .route("/l/{code}", get(public::follow))
        .route("/u/{code}", get(public::ask).post(public::confirm))
        .layer(from_fn_with_state(Misses::default(), misses::limit));
    Router::new()
        .merge(api)
        .merge(public)
        .route(
            "/api/{*unknown}",
            get(problem::not_found).post(problem::not_found),
        )
        .route("/oauth/callback", get(auth::callback))
        .route("/hooks/360nrs/{secret}/{message}", get(hooks::report))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        // A stream has no end to wait for.
        .route("/api/campaigns/{id}/events", get(watch::campaign))
        .fallback(page::serve)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(problem::describe))
        .layer(from_fn_with_state(app.clone(), guard::headers))
        .layer(
            TraceLayer::new_for_http().make_span_with(|request: &Request| {
                // The route, never the address: codes and secrets stand in addresses.
                let route = request.extensions().get::<MatchedPath>();
                let route = route.map_or("(page)", MatchedPath::as_str);
                tracing::info_span!("request", method = %request.method(), route)
            }),
        )
        .with_state(app)
}

async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.store.is_ready().await {
        (StatusCode::OK, "ready")
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        )
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use serde_json::json;

    use super::MAX_BODY;
    use crate::testing::{World, header, outcome};

    #[tokio::test]
    async fn every_answer_says_what_browsers_may_do_with_it() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        for path in [
            "/",
            "/campaigns/x",
            "/no-such-file.js",
            "/public.css",
            "/api/session",
            "/api/unknown",
            "/api/campaigns/unknown",
            "/l/unknown",
            "/u/unknown",
            "/healthz",
        ] {
            let answer = browser.open(path).await;
            let policy = header(&answer, "content-security-policy");
            assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{path}");
            assert_eq!(
                header(&answer, "x-content-type-options"),
                "nosniff",
                "{path}"
            );
            assert_eq!(header(&answer, "referrer-policy"), "no-referrer", "{path}");
            assert_eq!(header(&answer, "x-frame-options"), "DENY", "{path}");
            assert_ne!(header(&answer, "cache-control"), "", "{path}");
        }
    }

    #[tokio::test]
    async fn the_frameworks_own_refusals_are_problems_like_any_other() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let long = "x".repeat(MAX_BODY + 1);
        for request in [
            browser
                .request(Method::POST, "/api/campaigns/check")
                .json(&json!({ "text": long })),
            browser
                .request(Method::PUT, "/api/drafts/key")
                .json(&json!({ "text": long })),
            browser.request(Method::POST, "/api/campaigns").body("{"),
            browser
                .request(Method::POST, "/api/campaigns")
                .json(&json!([])),
            browser.request(Method::DELETE, "/api/session"),
            browser.request(Method::GET, "/api/campaigns/x/recipients?after=x"),
            browser.request(Method::GET, "/api/campaigns/%ff"),
        ] {
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let path = answer.url().path().to_owned();
            assert!(status.is_client_error(), "{path}: {status}");
            assert_eq!(
                header(&answer, "content-type"),
                "application/problem+json",
                "{path}"
            );
            assert_eq!(
                header(&answer, "x-content-type-options"),
                "nosniff",
                "{path}"
            );
            let problem: serde_json::Value = answer.json().await.unwrap();
            assert_eq!(problem["status"], status.as_u16(), "{path}");
        }
    }

    #[tokio::test]
    async fn nothing_changes_on_the_word_of_another_site() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        for path in ["/auth/start", "/api/sign-out", "/api/campaigns"] {
            let foreign = reqwest::Client::new()
                .post(format!("{}{path}", world.url))
                .header("cookie", &browser.cookie)
                .header("origin", "https://evil.example");
            let (status, problem) = outcome(foreign).await;
            assert_eq!(
                (status, &problem["code"]),
                (403, &json!("foreign_origin")),
                "{path}"
            );
        }
        assert_eq!(browser.get("/api/session").await.0, 200);
    }

    #[tokio::test]
    async fn health_and_readiness_can_be_asked_without_signing_in() {
        let world = World::start().await;
        for path in ["/healthz", "/readyz"] {
            assert_eq!(world.browser().open(path).await.status(), 200, "{path}");
        }
    }
}
