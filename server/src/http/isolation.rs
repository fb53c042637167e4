//! One account reaches nothing of another, over whichever route.

use reqwest::Method;
use serde_json::{Value, json};

use crate::testing::{BOOKSHOP, CLINIC, World, draft, outcome};

/// Every route that names a thing of an account, with what the other account answers.
fn routes(campaign: &str, recipient: &str, key: &str, import: &str) -> Vec<(Method, String, u16)> {
    let get = Method::GET;
    let of = |rest: &str| format!("/api/campaigns/{campaign}{rest}");
    vec![
        (get.clone(), of(""), 404),
        (get.clone(), of("/recipients"), 404),
        (
            get.clone(),
            of(&format!("/recipients/{recipient}/history")),
            404,
        ),
        (get.clone(), of("/exclusions.csv"), 404),
        (get.clone(), of("/events"), 404),
        (get.clone(), of("/replies"), 404),
        (Method::POST, of("/pause"), 404),
        (Method::POST, of("/resume"), 404),
        (Method::POST, of("/cancel"), 404),
        (Method::POST, of("/decide"), 404),
        (get.clone(), format!("/api/drafts/{key}"), 404),
        // There is none of its own under this key.
        (Method::DELETE, format!("/api/drafts/{key}"), 204),
        (get.clone(), format!("/api/imports/{import}"), 404),
        (get.clone(), format!("/api/imports/{import}/bad.csv"), 404),
        (Method::DELETE, format!("/api/imports/{import}"), 404),
        (get, "/api/contacts/101".into(), 404),
    ]
}

#[tokio::test]
async fn an_account_reaches_nothing_of_another_over_any_route() {
    let world = World::start().await;
    let owner = world.signed_in().await;
    let mut other = world.browser();
    let back = other.authorize(CLINIC).await;
    other.come_back(&back).await;

    let mut later = draft("Segredo {{contact.firstname}}");
    later.timing.start_at = Some(crate::clock::now() + 3_600_000);
    let campaign = owner.created("key", &later).await;
    let saved = owner.request(Method::PUT, "/api/drafts/draft");
    assert_eq!(outcome(saved.json(&json!(later))).await.0, 200);
    let file = owner.request(Method::POST, "/api/imports?name=a.csv");
    let (status, import) = outcome(file.body("phone\n912000001\n")).await;
    assert_eq!(status, 201, "{import}");
    let import = import["id"].as_str().unwrap();
    let (_, page) = owner
        .get(&format!("/api/campaigns/{campaign}/recipients"))
        .await;
    let recipient = page["recipients"][0]["id"].as_str().unwrap().to_owned();
    let before = owner.get(&format!("/api/campaigns/{campaign}")).await;

    let decide = json!({ "key": "k", "decision": "drop", "recipients": [recipient] });
    for (method, path, expected) in routes(&campaign, &recipient, "draft", import) {
        let (status, answer) = outcome(other.request(method.clone(), &path).json(&decide)).await;
        assert_eq!(status, expected, "{method} {path}");
        assert!(!answer.to_string().contains("Segredo"), "{method} {path}");
    }
    for (path, list) in [("/api/campaigns", "campaigns"), ("/api/drafts", "")] {
        let (_, listed) = other.get(path).await;
        let listed = if list.is_empty() {
            &listed
        } else {
            &listed[list]
        };
        assert_eq!(listed, &json!([]), "{path}");
    }
    // Sending to another's contacts, list or file.
    for audience in [
        json!({ "kind": "contacts", "ids": ["101"] }),
        json!({ "kind": "import", "id": import, "phone": "phone", "person": null, "prefix": null }),
    ] {
        let mut stolen = json!(draft("Olá"));
        stolen["audience"] = audience;
        let create = json!({ "key": "stolen", "draft": stolen });
        let (status, answer) = other.post("/api/campaigns", &create).await;
        assert!([404, 422].contains(&status), "{status} {answer}");
    }
    // Nothing of it has changed.
    assert_eq!(
        owner.get(&format!("/api/campaigns/{campaign}")).await,
        before
    );
    assert_eq!(owner.get("/api/drafts/draft").await.0, 200);
    assert_eq!(owner.get(&format!("/api/imports/{import}")).await.0, 200);

    // What HubSpot asks for one account shows nothing of another.
    let card = "/hubspot/card?objectTypeId=0-1&objectId=101";
    let (_, own) = world.card(BOOKSHOP, "GET", card, None).await;
    assert_eq!(own["messages"].as_array().unwrap().len(), 1);
    let (_, others) = world.card(CLINIC, "GET", card, None).await;
    assert_eq!(
        (&others["contacts"], &others["messages"]),
        (&json!([]), &json!([]))
    );
    // The same call-back id in two accounts is two executions.
    let execute = async |portal: u64| -> Value {
        let body = json!({
            "callbackId": "the-same",
            "origin": { "portalId": portal },
            "object": { "objectId": 101, "objectType": "CONTACT" },
            "inputFields": { "sender": "Septet", "message": portal.to_string(), "complete_when": "queued" },
        });
        let path = "/hubspot/actions/v1/send-sms";
        world.card(portal, "POST", path, Some(body)).await.1
    };
    execute(BOOKSHOP).await;
    execute(CLINIC).await;
    let store = &world.app.store;
    for portal in [BOOKSHOP, CLINIC] {
        assert!(store.answer_of(portal, "the-same").await.unwrap().is_some());
    }
}
