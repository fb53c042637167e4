//! Signing in with HubSpot, and out.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::cookie::{SESSION, SIGN_IN};
use super::problem::ApiResult;
use crate::app::App;
use crate::campaigns;
use crate::clock;
use crate::hubspot::{CrmError, SignInError};
use crate::secrets;

/// Seconds that a started sign-in is good for.
const SIGN_IN_SECONDS: i64 = 10 * 60;
/// Seconds that a session lasts.
const SESSION_SECONDS: i64 = 12 * 60 * 60;

/// `POST /auth/start`: off to HubSpot, remembering in this browser only that it asked.
pub(super) async fn start(State(app): State<App>) -> ApiResult<Response> {
    let state = secrets::token()?;
    let verifier = secrets::token()?;
    let expires_at = clock::now() + SIGN_IN_SECONDS * 1000;
    app.store
        .start_sign_in(&secrets::token_hash(&state), &verifier, expires_at)
        .await?;
    let cookie = SIGN_IN.write(&state, SIGN_IN_SECONDS, app.is_secure());
    let to = app
        .hubspot
        .authorize_url(&redirect_uri(&app), &state, &verifier);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to(&to)).into_response())
}

/// What HubSpot sends people back with.
#[derive(Deserialize)]
pub(super) struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// `GET /oauth/callback`
pub(super) async fn callback(
    State(app): State<App>,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Response {
    match finish(&app, &headers, answer).await {
        Ok(SignIn { token, first }) => {
            let session = SESSION.write(&token, SESSION_SECONDS, app.is_secure());
            let done = SIGN_IN.write("", 0, app.is_secure());
            let cookies =
                AppendHeaders([(header::SET_COOKIE, session), (header::SET_COOKIE, done)]);
            let to = if first { "/connected" } else { "/" };
            (cookies, Redirect::to(to)).into_response()
        }
        Err(why) => Redirect::to(&format!("/sign-in?error={why}")).into_response(),
    }
}

/// Somebody is in.
struct SignIn {
    /// Of their session.
    token: String,
    /// Whether this has connected their account.
    first: bool,
}

/// The token of a new session, or the word that the sign-in page explains.
async fn finish(app: &App, headers: &HeaderMap, answer: Answer) -> Result<SignIn, &'static str> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a sign-in failed");
        "failed"
    };
    // Only the browser that started this sign-in may end it, and only once.
    let state = answer.state.ok_or("expired")?;
    if SIGN_IN.read(headers, app.is_secure()) != Some(state.as_str()) {
        return Err("expired");
    }
    let taken = app
        .store
        .take_sign_in(&secrets::token_hash(&state), clock::now())
        .await;
    let verifier = taken.map_err(|error| failed(&error))?.ok_or("expired")?;
    if answer.error.is_some() {
        return Err("denied");
    }
    let code = answer.code.ok_or("failed")?;
    let signed_in = app
        .hubspot
        .sign_in(&redirect_uri(app), &code, &verifier)
        .await;
    let (portal, user, first) = signed_in.map_err(|error| match error {
        SignInError::NotAllowed(_) => {
            // With its id, for an operator who wants to name it.
            tracing::warn!(%error, "an account was sent back");
            "not_allowed"
        }
        SignInError::Crm(CrmError::Unreachable(_)) => "unreachable",
        error => failed(&error),
    })?;
    let token = secrets::token().map_err(|error| failed(&error))?;
    let expires_at = clock::now() + SESSION_SECONDS * 1000;
    app.store
        .start_session(
            &secrets::token_hash(&token),
            portal,
            &user,
            expires_at,
            None,
        )
        .await
        .map_err(|error| failed(&error))?;
    let hubspot = app.hubspot.clone();
    tokio::spawn(async move {
        // Without them the connector works; opt-outs are then not shown on records.
        if let Err(error) = hubspot.ensure_properties(portal).await {
            tracing::warn!(%error, "the contact properties could not be created");
        }
    });
    if let Err(error) = campaigns::connected_again(app, portal).await {
        // They are there to be resumed by hand.
        tracing::error!(%error, portal, "campaigns that waited for their account still wait");
    }
    Ok(SignIn { token, first })
}

/// `POST /api/sign-out`
pub(super) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> ApiResult<Response> {
    if let Some(token) = SESSION.read(&headers, app.is_secure()) {
        app.store
            .end_session(&secrets::token_hash(token), clock::now())
            .await?;
    }
    let gone = SESSION.write("", 0, app.is_secure());
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}

fn redirect_uri(app: &App) -> String {
    format!("{}/oauth/callback", app.config.public_url)
}

#[cfg(test)]
mod tests {
    use septet_core::wire::User;

    use crate::clock;
    use crate::secrets;
    use crate::testing::{BOOKSHOP, CLINIC, World, accounts};

    #[tokio::test]
    async fn signing_in_and_out() {
        let world = World::start().await;
        let browser = world.signed_in().await;

        let (status, session) = browser.get("/api/session").await;
        assert_eq!(status, 200, "{session}");
        assert_eq!(session["portal"]["id"], BOOKSHOP);
        assert!(
            session["portal"]["ui_domain"]
                .as_str()
                .unwrap()
                .contains("hubspot")
        );
        assert_eq!(session["provider"]["status"], "ready");
        assert_eq!(session["links"]["code_length"], 10);

        assert_eq!(browser.post("/api/sign-out", &().into()).await.0, 204);
        let (status, problem) = browser.get("/api/session").await;
        assert_eq!((status, &problem["code"]), (401, &"signed_out".into()));
    }

    #[tokio::test]
    async fn whoever_is_signed_out_is_told_so_as_a_problem() {
        let world = World::start().await;
        for path in [
            "/api/session",
            "/api/contacts",
            "/api/campaigns",
            "/api/campaigns/x/events",
        ] {
            let answer = world.browser().open(path).await;
            assert_eq!(answer.status(), 401, "{path}");
            let kind = answer.headers()["content-type"].to_str().unwrap();
            assert_eq!(kind, "application/problem+json", "{path}");
            let problem: serde_json::Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], "signed_out", "{path}");
            assert_eq!(problem["type"], "urn:septet:problem:signed_out");
        }
    }

    #[tokio::test]
    async fn another_browser_cannot_end_a_sign_in() {
        let world = World::start().await;
        let mut victim = world.browser();
        let back = victim.authorize(BOOKSHOP).await;
        let mut other = world.browser();
        assert_eq!(other.come_back(&back).await, "/sign-in?error=expired");
        // Nor one that has started a sign-in of its own.
        other.authorize(BOOKSHOP).await;
        assert_eq!(other.come_back(&back).await, "/sign-in?error=expired");
        // That was no attempt of the victim's.
        assert_eq!(victim.come_back(&back).await, "/connected");
    }

    #[tokio::test]
    async fn a_sign_in_works_once() {
        let world = World::start().await;
        let mut browser = world.browser();
        let back = browser.authorize(BOOKSHOP).await;
        let mut again = browser.clone();
        assert_eq!(browser.come_back(&back).await, "/connected");
        assert_eq!(again.come_back(&back).await, "/sign-in?error=expired");
    }

    #[tokio::test]
    async fn whoever_refuses_at_hubspot_comes_back_and_learns_why() {
        let world = World::start().await;
        let mut browser = world.browser();
        let back = browser.authorize(BOOKSHOP).await;
        let state = back.split("state=").nth(1).unwrap();
        let refused = format!(
            "{}/oauth/callback?error=access_denied&state={state}",
            world.url
        );
        assert_eq!(browser.come_back(&refused).await, "/sign-in?error=denied");
    }

    #[tokio::test]
    async fn an_account_that_is_not_allowed_is_sent_back_and_leaves_nothing_behind() {
        let world = World::with_flags(&["--hubspot-portals", &CLINIC.to_string()]).await;
        let mut stranger = world.browser();
        let back = stranger.authorize(BOOKSHOP).await;
        let sent_to = stranger.come_back(&back).await;
        assert_eq!(sent_to, "/sign-in?error=not_allowed");
        assert_eq!(stranger.get("/api/session").await.0, 401);
        assert!(world.app.store.account(BOOKSHOP).await.unwrap().is_none());

        let mut named = world.browser();
        let back = named.authorize(CLINIC).await;
        assert_eq!(named.come_back(&back).await, "/connected");
        assert_eq!(named.get("/api/session").await.0, 200);
    }

    #[tokio::test]
    async fn a_session_of_an_account_that_is_no_longer_allowed_is_over() {
        let world = World::with_flags(&["--hubspot-portals", &CLINIC.to_string()]).await;
        accounts(&world.app.store).await;
        let user = User {
            id: "1".into(),
            email: "ana@shop.example".into(),
        };
        for (portal, expected) in [(BOOKSHOP, 401), (CLINIC, 200)] {
            let token = secrets::token().unwrap();
            let hash = secrets::token_hash(&token);
            let expires_at = clock::now() + 60_000;
            let store = &world.app.store;
            let started = store
                .start_session(&hash, portal, &user, expires_at, None)
                .await;
            started.unwrap();
            let mut browser = world.browser();
            browser.cookie = format!("septet={token}");
            let (status, _) = browser.get("/api/session").await;
            assert_eq!(status, expected, "{portal}");
        }
    }

    #[tokio::test]
    async fn a_session_outlives_hubspots_token() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let url = format!("{}/sandbox/expire", world.sandbox.url());
        reqwest::Client::new().post(url).send().await.unwrap();
        assert_eq!(browser.get("/api/contacts").await.0, 200);
    }

    #[tokio::test]
    async fn an_app_that_was_uninstalled_is_said_to_be_disconnected() {
        let world = World::start().await;
        let browser = world.signed_in().await;
        let url = format!("{}/sandbox/disconnect", world.sandbox.url());
        reqwest::Client::new().post(url).send().await.unwrap();
        let (status, problem) = browser.get("/api/contacts").await;
        assert_eq!(
            (status, &problem["code"]),
            (409, &"crm_disconnected".into())
        );
    }
}
