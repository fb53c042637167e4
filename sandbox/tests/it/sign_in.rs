//! HubSpot's sign-in: who gets a code, who gets a token for it, how long it is good.

use serde_json::json;

use crate::support::{BOOKSHOP, CLINIC, Form, REDIRECT, VERIFIER, World, accept, outcome};

#[tokio::test]
async fn accepting_sends_a_code_back_with_the_state_unchanged() {
    let world = World::new().await;
    let answer = world.decide(&accept(BOOKSHOP)).await;
    assert_eq!(answer["state"], "a state with ç & =");
    assert!(!answer["code"].is_empty());
}

#[tokio::test]
async fn refusing_sends_access_denied_back() {
    let world = World::new().await;
    let mut form = accept(BOOKSHOP);
    form.insert("decision", "refuse".into());
    let answer = world.decide(&form).await;
    assert_eq!(answer["error"], "access_denied");
    assert_eq!(answer["state"], "a state with ç & =");
    assert!(!answer.contains_key("code"));
}

#[tokio::test]
async fn a_code_becomes_tokens_of_the_chosen_account() {
    let world = World::new().await;
    let tokens = world.sign_in(CLINIC).await;
    assert_eq!(tokens["hub_id"].to_string(), CLINIC);
    assert_eq!(tokens["expires_in"], 1800);
    assert_eq!(tokens["token_type"], "bearer");
    assert!(tokens["user_id"].is_u64());
    assert_eq!(tokens["scopes"].as_array().unwrap().len(), 6);
    assert!(tokens["access_token"].as_str().unwrap().len() >= 512);
}

#[tokio::test]
async fn a_wrong_pkce_verifier_is_refused_and_spends_the_code() {
    let world = World::new().await;
    let code = world.code(BOOKSHOP).await;
    let (status, answer) = world.exchange(&code, "another verifier").await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    assert_eq!(world.exchange(&code, VERIFIER).await.0, 400);
}

#[tokio::test]
async fn a_code_with_a_challenge_needs_a_verifier() {
    let world = World::new().await;
    let code = world.code(BOOKSHOP).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT),
    ];
    assert_eq!(world.token(&fields).await.0, 400);
}

#[tokio::test]
async fn a_code_is_good_once() {
    let world = World::new().await;
    let code = world.code(BOOKSHOP).await;
    assert_eq!(world.exchange(&code, VERIFIER).await.0, 200);
    let (status, answer) = world.exchange(&code, VERIFIER).await;
    assert_eq!((status, &answer["status"]), (400, &json!("BAD_AUTH_CODE")));
}

#[tokio::test]
async fn an_expired_code_is_refused() {
    let world = World::new().await;
    let code = world.code(BOOKSHOP).await;
    world
        .http
        .post(world.url("/sandbox/expire"))
        .send()
        .await
        .unwrap();
    let (status, answer) = world.exchange(&code, VERIFIER).await;
    assert_eq!((status, &answer["status"]), (400, &json!("BAD_AUTH_CODE")));
}

#[tokio::test]
async fn a_code_goes_with_its_redirect_uri_only() {
    let world = World::new().await;
    let code = world.code(BOOKSHOP).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", "http://localhost:8360/elsewhere"),
        ("code_verifier", VERIFIER),
    ];
    let (status, answer) = world.token(&fields).await;
    assert_eq!(
        (status, &answer["status"]),
        (400, &json!("BAD_REDIRECT_URI"))
    );
}

#[tokio::test]
async fn a_wrong_client_secret_is_refused() {
    let world = World::new().await;
    let url = world.url("/hubspot/oauth/2026-09/token");
    let form = [
        ("client_id", septet_sandbox::HUBSPOT_CLIENT_ID),
        ("client_secret", "wrong"),
    ];
    let (status, answer) = outcome(world.http.post(url).form(&form)).await;
    assert_eq!(
        (status, &answer["status"]),
        (400, &json!("BAD_CLIENT_SECRET"))
    );
}

#[tokio::test]
async fn an_expired_access_token_is_401_and_a_refresh_makes_another() {
    let world = World::new().await;
    let tokens = world.sign_in(BOOKSHOP).await;
    world
        .http
        .post(world.url("/sandbox/expire"))
        .send()
        .await
        .unwrap();
    let details = world.url("/hubspot/account-info/2026-09/details");
    let old = tokens["access_token"].as_str().unwrap();
    let (status, answer) = outcome(world.http.get(&details).bearer_auth(old)).await;
    assert_eq!(
        (status, &answer["category"]),
        (401, &json!("EXPIRED_AUTHENTICATION"))
    );
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let (_, fresh) = world.token(&fields).await;
    let new = fresh["access_token"].as_str().unwrap();
    let (status, answer) = outcome(world.http.get(&details).bearer_auth(new)).await;
    assert_eq!(
        (status, answer["portalId"].to_string()),
        (200, BOOKSHOP.to_owned())
    );
}

#[tokio::test]
async fn a_revoked_refresh_token_is_refused_while_its_access_token_lives_on() {
    let world = World::new().await;
    let tokens = world.sign_in(BOOKSHOP).await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let access = tokens["access_token"].as_str().unwrap();
    let question = |token: &str| {
        Form::from([
            ("client_id", septet_sandbox::HUBSPOT_CLIENT_ID.to_owned()),
            (
                "client_secret",
                septet_sandbox::HUBSPOT_CLIENT_SECRET.to_owned(),
            ),
            ("token", token.to_owned()),
        ])
    };
    let ask = async |token: &str| {
        let url = world.url("/hubspot/oauth/2026-09/token/introspect");
        outcome(world.http.post(url).form(&question(token))).await.1
    };
    assert_eq!(ask(refresh).await["token_use"], "refresh_token");
    let url = world.url("/hubspot/oauth/2026-09/token/revoke");
    let (status, _) = outcome(world.http.post(url).form(&question(refresh))).await;
    assert_eq!(status, 200);
    assert_eq!(ask(refresh).await, json!({"active": false}));
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let (status, answer) = world.token(&fields).await;
    assert_eq!(
        (status, &answer["status"]),
        (400, &json!("BAD_REFRESH_TOKEN"))
    );
    let known = ask(access).await;
    assert_eq!(known["active"], true);
    assert_eq!(known["user"], "marta@livraria-atlantico.example");
}

#[tokio::test]
async fn a_disconnected_app_is_known_no_more() {
    let world = World::new().await;
    let tokens = world.sign_in(BOOKSHOP).await;
    world
        .http
        .post(world.url("/sandbox/disconnect"))
        .send()
        .await
        .unwrap();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let (status, answer) = world.token(&fields).await;
    assert_eq!(
        (status, &answer["status"]),
        (400, &json!("BAD_REFRESH_TOKEN"))
    );
}

#[tokio::test]
async fn a_wrong_request_is_told_on_the_page_and_never_redirected() {
    let world = World::new().await;
    for (field, value) in [
        ("client_id", "unknown"),
        ("redirect_uri", "https://example.com/callback"),
        ("redirect_uri", "http://example.com/callback"),
        ("scope", "oauth crm.objects.unicorns.read"),
        ("scope", ""),
        ("code_challenge_method", "plain"),
    ] {
        let mut form = accept(BOOKSHOP);
        form.insert(field, value.into());
        let url = world.url("/hubspot/oauth/authorize");
        let page = world.http.get(&url).query(&form).send().await.unwrap();
        assert_eq!(page.status(), 400, "{field}={value}");
        let posted = world.http.post(&url).form(&form).send().await.unwrap();
        assert_eq!(posted.status(), 400, "{field}={value}");
    }
}

#[tokio::test]
async fn the_crm_wants_a_token_that_it_gave_out() {
    let world = World::new().await;
    let url = world.url("/hubspot/crm/objects/2026-09/contacts");
    let (status, answer) = outcome(world.http.get(&url)).await;
    assert_eq!((status, &answer["status"]), (401, &json!("error")));
    assert!(answer["correlationId"].is_string());
    assert_eq!(
        outcome(world.http.get(&url).bearer_auth("made-up")).await.0,
        401
    );
}

#[tokio::test]
async fn a_permission_that_was_not_asked_for_is_missing() {
    let world = World::new().await;
    let mut form = accept(BOOKSHOP);
    form.insert("scope", "oauth".into());
    let code = world.decide(&form).await["code"].clone();
    let (_, tokens) = world.exchange(&code, VERIFIER).await;
    let token = tokens["access_token"].as_str().unwrap();
    let url = world.url("/hubspot/crm/objects/2026-09/contacts");
    let (status, answer) = outcome(world.http.get(url).bearer_auth(token)).await;
    assert_eq!(
        (status, &answer["category"]),
        (403, &json!("MISSING_SCOPES"))
    );
    let scopes = &answer["errors"][0]["context"]["requiredGranularScopes"];
    assert_eq!(*scopes, json!(["crm.objects.contacts.read"]));
}
