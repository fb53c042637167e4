//! The card, the page it opens, and who is not let in.

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::testing::{BOOKSHOP, CLINIC, World, draft, eventually, header, outcome};

const CARD: &str = "/hubspot/card?objectTypeId=0-1&objectId=101";

fn of_contact(id: &str) -> Value {
    json!({ "objectTypeId": "0-1", "objectIds": [id], "locale": "pt-br" })
}

/// What the card opens: the ticket in it.
async fn ticket(world: &World, body: Value) -> String {
    let (status, page) = world
        .card(BOOKSHOP, "POST", "/hubspot/session", Some(body))
        .await;
    assert_eq!(status, 200, "{page}");
    let url = page["url"].as_str().unwrap().to_owned();
    let (page, ticket) = url.split_once("#ticket=").unwrap();
    assert!(page.starts_with(&format!("{}/embed", world.url)), "{page}");
    ticket.to_owned()
}

async fn swap(world: &World, ticket: &str) -> (u16, Value) {
    let browser = world.browser();
    browser
        .post("/embed/session", &json!({ "ticket": ticket }))
        .await
}

#[tokio::test]
async fn a_card_shows_whom_it_can_send_to_and_what_was_sent() {
    let world = World::start().await;
    let (status, card) = world.card(BOOKSHOP, "GET", CARD, None).await;
    assert_eq!((status, &card["state"]), (200, &"disconnected".into()));

    let browser = world.signed_in().await;
    let id = browser.created("key", &draft("Olá")).await;
    let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
    world.campaign_when(&browser, &id, delivered).await;
    let (status, card) = world.card(BOOKSHOP, "GET", CARD, None).await;
    assert_eq!((status, &card["state"]), (200, &"ready".into()), "{card}");
    assert!(card["credit"].is_string());
    let person = &card["contacts"][0];
    assert_eq!(person["name"], "Inês Gonçalves");
    assert_eq!(
        (&person["may_send"], &person["why_not"]),
        (&true.into(), &Value::Null)
    );
    let message = &card["messages"][0];
    assert_eq!(
        (&message["state"], &message["contact_id"]),
        (&"delivered".into(), &"101".into())
    );
    assert_eq!(card["messages"].as_array().unwrap().len(), 1);

    // Without a number.
    let path = "/hubspot/card?objectTypeId=0-1&objectId=103";
    let (_, card) = world.card(BOOKSHOP, "GET", path, None).await;
    assert_eq!(card["contacts"][0]["why_not"], "no_number");
    // A company's contacts, and one without any.
    let path = "/hubspot/card?objectTypeId=0-2&objectId=0";
    let (_, card) = world.card(BOOKSHOP, "GET", path, None).await;
    assert_eq!(card["contacts"].as_array().unwrap().len(), 3, "{card}");
    let path = "/hubspot/card?objectTypeId=0-2&objectId=999999";
    let (status, card) = world.card(BOOKSHOP, "GET", path, None).await;
    assert_eq!((status, &card["contacts"]), (200, &json!([])));
}

#[tokio::test]
async fn whoever_has_opted_out_is_shown_so_and_never_sent_to() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let id = browser.created("key", &draft("Adeus {UNSUB_URL}")).await;
    let delivered = |campaign: &Value| campaign["counts"]["delivered"] == 2;
    world.campaign_when(&browser, &id, delivered).await;
    let unsubscribe = world.link("351912000001", "/u/").await;
    let confirmed = browser.request(Method::POST, &unsubscribe).send().await;
    assert_eq!(confirmed.unwrap().status(), 200);
    let (_, card) = world.card(BOOKSHOP, "GET", CARD, None).await;
    let person = &card["contacts"][0];
    assert_eq!(
        (&person["opted_out"], &person["why_not"]),
        (&true.into(), &"opted_out".into())
    );
}

#[tokio::test]
async fn who_is_no_marketing_contact_gets_nothing_unless_the_account_says_otherwise() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let hubspot = &world.app.hubspot;
    let status = "hs_marketable_status";
    hubspot.set(BOOKSHOP, "101", status, "false").await.unwrap();
    hubspot.set(BOOKSHOP, "102", status, "true").await.unwrap();
    let (_, card) = world.card(BOOKSHOP, "GET", CARD, None).await;
    let person = &card["contacts"][0];
    assert_eq!(
        (&person["marketing"], &person["why_not"]),
        (&false.into(), &"not_marketing".into())
    );
    let check = async || {
        let draft = json!(draft("Olá"));
        let (_, report) = browser.post("/api/campaigns/check", &draft).await;
        report["recipients"].clone()
    };
    assert_eq!(check().await, 1);
    let choices = json!({ "marketing_only": false });
    let put = browser.request(Method::PUT, "/api/settings").json(&choices);
    assert_eq!(outcome(put).await.0, 200);
    assert_eq!(check().await, 2);
    let (_, card) = world.card(BOOKSHOP, "GET", CARD, None).await;
    assert_eq!(card["contacts"][0]["may_send"], true);
}

#[tokio::test]
async fn connecting_creates_the_properties_that_are_missing() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let needed = [
        "mobile_phone_360nrs",
        "mobile_prefix_360nrs",
        "septet_opted_out",
        "septet_last_event",
        "septet_last_event_at",
        "septet_last_campaign",
        "septet_last_sender",
        "septet_last_message_id",
        "septet_clicks",
        "septet_last_click_at",
    ];
    eventually("they are there", async || {
        let (_, properties) = browser.get("/api/properties").await;
        let properties = properties.as_array().unwrap();
        let has = |name: &&str| properties.iter().any(|property| property["name"] == *name);
        needed.iter().all(has).then_some(())
    })
    .await;
    // A second time there is nothing left to do.
    world.app.hubspot.ensure_properties(BOOKSHOP).await.unwrap();
}

#[tokio::test]
async fn a_ticket_opens_the_page_once_as_whom_hubspot_has_named() {
    let world = World::start().await;
    world.signed_in().await;
    let ticket = ticket(&world, of_contact("101")).await;
    let (status, session) = swap(&world, &ticket).await;
    assert_eq!(status, 200, "{session}");
    let opening = &session["opening"];
    assert_eq!(opening["contacts"], json!(["101"]));
    assert_eq!(
        (&opening["locale"], &opening["channel"]),
        (&"pt-br".into(), &"SMS".into())
    );
    assert_eq!(opening["parent"], world.sandbox.url());
    assert_eq!(swap(&world, &ticket).await.0, 410);
    assert_eq!(swap(&world, "guessed").await.0, 410);

    let token = session["token"].as_str().unwrap();
    let ask = |bearer: String| {
        let url = format!("{}/api/session", world.url);
        outcome(Client::new().get(url).header("authorization", bearer))
    };
    let (status, who) = ask(format!("Bearer {token}")).await;
    assert_eq!((status, &who["portal"]["id"]), (200, &BOOKSHOP.into()));
    assert!(who["user"]["email"].as_str().unwrap().contains('@'));
    assert_eq!(ask("Bearer guessed".into()).await.0, 401);
    // Where a session is named, a cookie is none.
    let browser = world.signed_in().await;
    let named = browser.request(Method::GET, "/api/session");
    let (status, _) = outcome(named.header("authorization", "Bearer guessed")).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn a_page_inside_hubspots_sees_and_sends_to_nobody_else_and_sets_nothing() {
    let world = World::start().await;
    world.signed_in().await;
    let ticket = ticket(&world, of_contact("101")).await;
    let (_, session) = swap(&world, &ticket).await;
    let bearer = format!("Bearer {}", session["token"].as_str().unwrap());
    let ask = async |method: Method, path: &str, body: Value| {
        let mut browser = world.browser();
        browser.cookie.clear();
        let request = browser
            .request(method, path)
            .header("authorization", &bearer);
        let (status, answer) = outcome(request.json(&body)).await;
        (status, answer["code"].clone())
    };
    let to = |audience: Value| {
        let mut draft = json!(draft("Olá"));
        draft["audience"] = audience;
        draft
    };
    let own = to(json!({ "kind": "contacts", "ids": ["101"] }));
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    for (method, path, body) in [
        (&get, "/api/session", Value::Null),
        (&get, "/api/properties", Value::Null),
        (&get, "/api/contacts/101", Value::Null),
        (&put, "/api/drafts/key", own.clone()),
        (&post, "/api/campaigns/check", own.clone()),
        (
            &post,
            "/api/campaigns",
            json!({ "key": "key", "draft": own }),
        ),
    ] {
        let (status, code) = ask(method.clone(), path, body).await;
        assert!(status < 300, "{method} {path}: {status} {code}");
    }
    let forbidden = (403, json!("not_from_here"));
    let others = to(json!({ "kind": "contacts", "ids": ["101", "102"] }));
    let list = to(json!({ "kind": "list", "id": "12" }));
    let everybody = to(json!({ "kind": "search", "query": "a", "filters": [] }));
    for (method, path, body) in [
        (&get, "/api/contacts", Value::Null),
        (&get, "/api/contacts/102", Value::Null),
        (
            &post,
            "/api/contacts/found",
            json!({ "query": "", "filters": [] }),
        ),
        (&get, "/api/lists", Value::Null),
        (&get, "/api/campaigns", Value::Null),
        (&get, "/api/drafts", Value::Null),
        (&get, "/api/settings", Value::Null),
        (&put, "/api/settings", json!({})),
        (
            &put,
            "/api/provider",
            json!({ "username": "a", "password": "b" }),
        ),
        (&Method::DELETE, "/api/provider", Value::Null),
        (&post, "/api/disconnect", Value::Null),
        (&post, "/api/campaigns/x/cancel", Value::Null),
        (&post, "/api/campaigns/check", others.clone()),
        (
            &post,
            "/api/campaigns",
            json!({ "key": "k", "draft": others }),
        ),
        (
            &post,
            "/api/campaigns",
            json!({ "key": "k", "draft": list }),
        ),
        (
            &post,
            "/api/campaigns",
            json!({ "key": "k", "draft": everybody }),
        ),
    ] {
        let refused = ask(method.clone(), path, body).await;
        assert_eq!(refused, forbidden, "{method} {path}");
    }
}

#[tokio::test]
async fn a_ticket_is_for_records_that_hubspot_knows_in_this_account() {
    let world = World::start().await;
    let mut clinic = world.browser();
    let back = clinic.authorize(CLINIC).await;
    clinic.come_back(&back).await;
    let open = async |portal, body: Value| {
        world
            .card(portal, "POST", "/hubspot/session", Some(body))
            .await
            .0
    };
    // The account is not connected.
    assert_eq!(open(BOOKSHOP, of_contact("101")).await, 409);
    // A contact of another account.
    assert_eq!(open(CLINIC, of_contact("101")).await, 404);
    for bad in [
        json!({ "objectTypeId": "0-1", "objectIds": [] }),
        json!({ "objectTypeId": "0-1" }),
        json!({ "objectTypeId": "0-1", "objectIds": vec!["101"; 501] }),
        json!([]),
    ] {
        assert_eq!(open(CLINIC, bad).await, 400);
    }
    assert_eq!(
        open(CLINIC, json!({ "objectTypeId": "9-9", "objectIds": ["1"] })).await,
        404
    );
}

#[tokio::test]
async fn nobody_but_hubspot_gets_an_answer() {
    let world = World::start().await;
    world.signed_in().await;
    let full = format!("{}{CARD}&portalId={BOOKSHOP}", world.url);
    assert_eq!(outcome(Client::new().get(&full)).await.0, 401);
    let fetch = async |change: Value| {
        let mut fetch = json!({ "portal": BOOKSHOP, "url": format!("{}{CARD}", world.url) });
        fetch
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        world.hubspot("fetch", &fetch).await["status"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(fetch(json!({})).await, 200);
    // Version 2 alone is for workflows.
    for signature in ["v2", "v1", "none"] {
        assert_eq!(
            fetch(json!({ "signature": signature })).await,
            401,
            "{signature}"
        );
    }
    assert_eq!(
        fetch(json!({ "timestamp": 1_700_000_000_000_i64 })).await,
        401
    );
    // What is in the address is what was signed, escapes and all.
    let odd = format!("{}{CARD}&x=%40%2C%20%C3%A9%26", world.url);
    assert_eq!(fetch(json!({ "url": odd })).await, 200);
}

#[tokio::test]
async fn a_request_that_opens_a_page_works_once() {
    let world = World::start().await;
    world.signed_in().await;
    let fetch = json!({
        "portal": BOOKSHOP,
        "method": "POST",
        "url": format!("{}/hubspot/session", world.url),
        "body": of_contact("101"),
        "timestamp": crate::clock::now(),
    });
    let first = world.hubspot("fetch", &fetch).await;
    assert_eq!(first["status"], 200);
    let again = world.hubspot("fetch", &fetch).await;
    assert_eq!(again["status"], 401);
}

#[tokio::test]
async fn only_pages_for_frames_may_be_framed_and_only_by_hubspot() {
    let world = World::start().await;
    for path in ["/embed"] {
        let answer = world.browser().open(path).await;
        let policy = header(&answer, "content-security-policy").to_owned();
        let ancestors = policy.split("frame-ancestors ").nth(1).unwrap();
        assert!(ancestors.contains("https://*.hubspot.com"), "{policy}");
        assert!(!ancestors.contains("'none'"), "{policy}");
        assert_eq!(header(&answer, "x-frame-options"), "", "{path}");
    }
    for path in [
        "/embedded",
        "/embed/settings",
        "/embed/session",
        "/",
        "/settings",
    ] {
        let answer = world.browser().open(path).await;
        let policy = header(&answer, "content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
    }
}

#[tokio::test]
async fn an_account_brings_its_own_credentials_and_spends_nobody_elses() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let put = |path: &str, body: Value| outcome(browser.request(Method::PUT, path).json(&body));
    let (status, problem) = put(
        "/api/provider",
        json!({ "username": "x", "password": "wrong" }),
    )
    .await;
    assert_eq!(
        (status, &problem["code"]),
        (422, &"provider_credentials_refused".into())
    );
    let (_, settings) = browser.get("/api/settings").await;
    assert_eq!(settings["provider"]["username"], Value::Null);
    let good = json!({
        "username": septet_sandbox::NRS_USERNAME,
        "password": septet_sandbox::NRS_PASSWORD,
    });
    let (status, settings) = put("/api/provider", good).await;
    assert_eq!(status, 200, "{settings}");
    assert_eq!(
        settings["provider"]["username"],
        septet_sandbox::NRS_USERNAME
    );
    assert_eq!(settings["provider"]["status"]["status"], "ready");
    // Sealed, and never told.
    let own = world
        .app
        .store
        .own_provider(BOOKSHOP)
        .await
        .unwrap()
        .unwrap();
    let password = septet_sandbox::NRS_PASSWORD.as_bytes();
    assert!(
        !own.password
            .windows(password.len())
            .any(|bytes| bytes == password)
    );
    assert!(!settings.to_string().contains(septet_sandbox::NRS_PASSWORD));
    let choices = json!({ "voice": true, "marketing_only": false });
    let (status, settings) = put("/api/settings", choices).await;
    assert_eq!((status, &settings["choices"]["voice"]), (200, &true.into()));
    let taken = browser.request(Method::DELETE, "/api/provider");
    let (_, settings) = outcome(taken).await;
    assert_eq!(settings["provider"]["username"], Value::Null);
}

#[tokio::test]
async fn disconnecting_pauses_what_is_under_way_and_connecting_resumes() {
    let world = World::start().await;
    let browser = world.signed_in().await;
    let mut later = draft("Olá");
    later.timing.start_at = Some(crate::clock::now() + 3_600_000);
    let id = browser.created("key", &later).await;
    assert_eq!(browser.post("/api/disconnect", &Value::Null).await.0, 204);
    assert_eq!(browser.get("/api/session").await.0, 401);
    // HubSpot knows of it.
    let (_, card) = world.card(BOOKSHOP, "GET", CARD, None).await;
    assert_eq!(card["state"], "disconnected");
    let store = &world.app.store;
    let campaign = store.campaign(BOOKSHOP, &id).await.unwrap().unwrap();
    let paused = json!({ "state": "paused", "reason": "disconnected" });
    assert_eq!(json!(campaign.state), paused);

    let mut again = world.browser();
    let back = again.authorize(BOOKSHOP).await;
    assert_eq!(again.come_back(&back).await, "/connected");
    let sending = |campaign: &Value| campaign["state"]["state"] == "sending";
    world.campaign_when(&again, &id, sending).await;
}
