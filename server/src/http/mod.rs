//! The HTTP edge: routes, who may call them, and how errors look.
//!
//! Handlers parse, call one thing, and answer; rules live elsewhere.

mod auth;
mod campaigns;
mod contacts;
mod cookie;
mod csv;
mod drafts;
mod embed;
mod exclusions;
mod guard;
mod hooks;
mod hubspot;
mod imports;
#[cfg(test)]
mod isolation;
mod misses;
mod opt_outs;
mod page;
mod problem;
mod public;
mod session;
mod settings;
mod watch;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post, put};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use self::misses::Misses;
use crate::app::App;

/// Most bytes of a request's body; the longest draft is far below.
const MAX_BODY: usize = 256 * 1024;
/// Most bytes of numbers that want no more messages: some half a million of them.
const MAX_NUMBERS: usize = 8 * 1024 * 1024;
/// Most bytes of an account call-back.
const MAX_CALLBACK: usize = 16 * 1024;
/// A request that takes longer has lost its caller.
const PATIENCE: Duration = Duration::from_secs(60);

/// All routes; to be served with the addresses of its peers.
pub(crate) fn router(app: App) -> Router {
    let api = Router::new()
        .route("/api/session", get(session::show))
        .route("/api/sign-out", post(auth::sign_out))
        .route("/api/properties", get(contacts::properties))
        .route("/api/contacts", get(contacts::search))
        .route("/api/contacts/found", post(contacts::found))
        .route("/api/contacts/{id}", get(contacts::one))
        .route("/api/lists", get(contacts::lists))
        .route("/api/drafts", get(drafts::list))
        .route(
            "/api/drafts/{key}",
            get(drafts::show).put(drafts::save).delete(drafts::delete),
        )
        .route("/api/campaigns", get(campaigns::list))
        .route("/api/campaigns/{id}", get(campaigns::show))
        .route("/api/campaigns/{id}/recipients", get(campaigns::recipients))
        .route(
            "/api/campaigns/{id}/recipients/{recipient}/history",
            get(campaigns::history),
        )
        .route("/api/campaigns/{id}/exclusions.csv", get(exclusions::file))
        .route("/api/campaigns/{id}/pause", post(campaigns::pause))
        .route("/api/campaigns/{id}/resume", post(campaigns::resume))
        .route("/api/campaigns/{id}/cancel", post(campaigns::cancel))
        .route("/api/campaigns/{id}/decide", post(campaigns::decide))
        .route(
            "/api/imports/{id}",
            get(imports::show).delete(imports::delete),
        )
        .route("/api/imports/{id}/bad.csv", get(imports::bad))
        .route("/api/settings", get(settings::show).put(settings::save))
        .route(
            "/api/provider",
            put(settings::give_provider).delete(settings::take_provider),
        )
        .route("/api/settings/links", put(settings::save_links))
        .route("/api/settings/page", put(settings::save_page))
        .route("/api/settings/page/preview", post(settings::preview))
        .route("/api/audit", get(settings::audit))
        .route("/api/opt-outs.csv", get(opt_outs::file))
        .route("/api/opt-outs/{id}", delete(opt_outs::remove))
        .route("/api/campaigns/{id}/replies", get(opt_outs::replies))
        .route("/api/disconnect", post(settings::disconnect))
        .route("/embed/session", post(embed::session))
        .route("/auth/start", post(auth::start))
        .layer(from_fn_with_state(app.clone(), guard::own_origin));
    // These take as long as the files that they read.
    let files = Router::new()
        .route(
            "/api/opt-outs",
            get(opt_outs::list)
                .post(opt_outs::add)
                .layer(DefaultBodyLimit::max(MAX_NUMBERS)),
        )
        .route("/api/imports", post(imports::receive))
        .route("/api/campaigns", post(campaigns::create))
        .route("/api/campaigns/check", post(campaigns::check))
        .layer(from_fn_with_state(app.clone(), guard::own_origin));
    let public = Router::new()
        .route("/l/{code}", get(public::follow))
        .route("/u/{code}", get(public::ask).post(public::confirm))
        .route("/u/{code}/undo", post(public::undo))
        .layer(from_fn_with_state(Misses::default(), misses::limit));
    Router::new()
        .merge(api)
        .merge(public)
        .merge(hubspot::routes(&app))
        .route(
            "/api/{*unknown}",
            get(problem::not_found).post(problem::not_found),
        )
        .route("/oauth/callback", get(auth::callback))
        .route(
            "/hooks/360nrs/{portal}/{secret}/{message}",
            get(hooks::report),
        )
        .route(
            "/hooks/360nrs/{portal}/{secret}",
            post(hooks::account).layer(DefaultBodyLimit::max(MAX_CALLBACK)),
        )
        .route("/brand.css", get(public::style))
        .route("/.well-known/septet/{challenge}", get(settings::prove))
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .merge(files)
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
    let trouble = if !app.store.is_ready().await {
        "the database does not answer"
    } else if app.outage.lasts() {
        "the database cannot be written to"
    } else {
        return (StatusCode::OK, "ready");
    };
    (StatusCode::SERVICE_UNAVAILABLE, trouble)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use reqwest::Method;
    use serde_json::{Value, json};
    use tracing_subscriber::fmt::MakeWriter;

    use super::MAX_BODY;
    use crate::testing::{BOOKSHOP, World, draft, header, outcome};

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
        let request = |method, path: &str| browser.request(method, path);
        let too_long = json!({ "text": long });
        for (request, expected) in [
            (
                request(Method::POST, "/api/campaigns/check").json(&too_long),
                413,
            ),
            (request(Method::PUT, "/api/drafts/key").json(&too_long), 413),
            (request(Method::POST, "/api/campaigns").body("{"), 400),
            (
                request(Method::POST, "/api/campaigns").json(&json!([])),
                400,
            ),
            (request(Method::DELETE, "/api/session"), 405),
            (
                request(Method::GET, "/api/campaigns/x/recipients?after=x"),
                400,
            ),
            (request(Method::GET, "/api/campaigns/%ff"), 400),
        ] {
            let answer = request.send().await.unwrap();
            let status = answer.status();
            let path = answer.url().path().to_owned();
            assert_eq!(status, expected, "{path}");
            let methods = answer.headers().contains_key("allow");
            assert_eq!(methods, expected == 405, "{path}");
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
            assert_eq!(problem["code"], "bad_request", "{path}");
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

    #[tokio::test]
    async fn the_log_names_no_number_text_token_code_or_secret() {
        // Tests of tokio run on one thread: this log is of this test alone. As long as
        // there is one subscriber only, tracing lets whichever thread comes by first
        // decide what is of interest; a second one keeps other tests from deciding.
        let silent = tracing_subscriber::fmt().with_env_filter("off").finish();
        let _second = tracing::Dispatch::new(silent);
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_env_filter("debug")
            .with_writer(log.clone())
            .finish();
        let logging = tracing::subscriber::set_default(subscriber);

        let world = World::start().await;
        let mut browser = world.browser();
        let back = browser.authorize(BOOKSHOP).await;
        assert_eq!(browser.come_back(&back).await, "/connected");
        browser.get("/api/contacts?query=912000001").await;
        let draft = draft("Confidencial {{contact.firstname}} https://shop.example/x {UNSUB_URL}");
        let id = browser.created("key", &draft).await;
        let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
        world.campaign_when(&browser, &id, delivered).await;
        let short = world.link("351912000001", "/l/").await;
        let unsubscribe = world.link("351912000001", "/u/").await;
        browser.open(&short).await;
        let confirmed = browser.request(Method::POST, &unsubscribe).send().await;
        assert_eq!(confirmed.unwrap().status(), 200);
        let account = world.app.store.account(BOOKSHOP).await.unwrap().unwrap();
        let secret = world.app.keys.report_secret(BOOKSHOP);
        let hook = format!("/hooks/360nrs/{BOOKSHOP}/{secret}/1?state=77");
        assert_eq!(browser.open(&hook).await.status(), 200);
        // What goes wrong is what is logged.
        for fault in ["lost_answer", "internal_error"] {
            world.set_faults(json!({ "sms": fault })).await;
            let id = browser.created(&fault.replace('_', "-"), &draft).await;
            let doubted = |campaign: &Value| campaign["state"]["state"] == "finished";
            world.campaign_when(&browser, &id, doubted).await;
        }
        world.set_faults(json!({ "crm": "down" })).await;
        let (status, _) = browser.get("/api/contacts?query=912000001").await;
        assert_eq!(status, 502);
        drop(logging);

        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(
            log.contains("/l/{code}"),
            "routes are named by their template"
        );
        assert!(log.contains("HubSpot could not be asked"));
        let open = |purpose, sealed: &[u8]| world.app.keys.open(BOOKSHOP, purpose, sealed).unwrap();
        let back = reqwest::Url::parse(&back).unwrap();
        let mut forbidden: Vec<String> =
            back.query_pairs().map(|(_, value)| value.into()).collect();
        forbidden.extend([
            open("access", &account.tokens.access),
            open("refresh", &account.tokens.refresh),
            secret,
            browser.cookie.split('=').nth(1).unwrap().to_owned(),
            short.rsplit('/').next().unwrap().to_owned(),
            unsubscribe.rsplit('/').next().unwrap().to_owned(),
        ]);
        forbidden.extend(
            [
                "912000001",
                "600000001",
                "Confidencial",
                "shop.example",
                "Inês",
                septet_sandbox::NRS_PASSWORD,
                septet_sandbox::HUBSPOT_CLIENT_SECRET,
            ]
            .map(str::to_owned),
        );
        for secret in forbidden {
            let line = log.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "{secret}");
        }
    }

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Log {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }
}
