//! What people see.

use std::time::Duration;

use serde_json::json;

use crate::support::{BOOKSHOP, World, accept, to};

async fn page(world: &World, path: &str, language: &str) -> String {
    let request = world
        .http
        .get(world.url(path))
        .header("accept-language", language);
    let answer = request.send().await.expect("an answer");
    answer.text().await.expect("a page")
}

#[tokio::test]
async fn every_page_says_that_it_is_a_sandbox_and_allows_nothing_inline() {
    let world = World::new().await;
    let form = accept(BOOKSHOP);
    for path in [
        "/",
        "/handset",
        "/handset/351912000001",
        "/nowhere",
        "/hubspot/oauth/authorize",
    ] {
        let request = world.http.get(world.url(path)).query(&form);
        let answer = request.send().await.unwrap();
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        let body = answer.text().await.unwrap();
        assert!(
            body.contains(r#"<a class="badge" href="/">Sandbox</a>"#),
            "{path}"
        );
        assert!(
            !body.contains(" style=") && !body.contains("<style"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn pages_speak_the_language_of_the_browser_or_the_one_chosen() {
    let world = World::new().await;
    for (language, tag, word) in [
        ("pt-PT,pt;q=0.9", "pt-PT", "Ainda não há mensagens"),
        ("es-ES,es;q=0.9", "es", "Todavía no hay mensajes"),
        ("de", "en", "No messages yet"),
    ] {
        let body = page(&world, "/handset", language).await;
        assert!(
            body.contains(&format!(r#"<html lang="{tag}">"#)),
            "{language}"
        );
        assert!(body.contains(word), "{language}");
    }
    let switched = world.get("/language?to=pt&back=%2Fhandset").await;
    assert_eq!(switched.status(), 303);
    assert_eq!(switched.headers()["location"], "/handset");
    let cookie = switched.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let request = world
        .http
        .get(world.url("/handset"))
        .header("cookie", cookie);
    let body = request
        .header("accept-language", "es")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(body.contains("Ainda não há mensagens"));
}

#[tokio::test]
async fn the_language_switch_leads_nowhere_else() {
    let world = World::new().await;
    for back in [
        "https%3A%2F%2Fexample.com",
        "%2F%2Fexample.com",
        "%2F%5Cexample.com",
    ] {
        let answer = world.get(&format!("/language?to=pt&back={back}")).await;
        assert_eq!(answer.status(), 400, "{back}");
    }
}

#[tokio::test]
async fn the_authorize_page_offers_the_accounts_and_names_the_permissions() {
    let world = World::new().await;
    let mut form = accept(BOOKSHOP);
    form.insert("state", r#""><script>alert(1)</script>"#.into());
    let request = world
        .http
        .get(world.url("/hubspot/oauth/authorize"))
        .query(&form);
    let request = request.header("accept-language", "pt");
    let answer = request.send().await.unwrap();
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(
        policy.contains("form-action 'self' http://localhost:8360"),
        "{policy}"
    );
    let body = answer.text().await.unwrap();
    for expected in [
        "Livraria Atlântico",
        "Clínica Solana",
        "ler listas de contactos",
        "320 contactos",
    ] {
        assert!(body.contains(expected), "{expected}");
    }
    assert!(!body.contains("<script>alert"));
}

#[tokio::test]
async fn the_handset_shows_who_got_what_with_links_to_follow() {
    let world = World::new().await;
    let mut body = to("351912000001");
    body["message"] = json!("Olá <b>: http://localhost:8360/l/abcDEF1234.");
    world.send(&body).await;
    let list = page(&world, "/handset", "en").await;
    assert!(list.contains("Inês Gonçalves") && list.contains(r#"class="dot""#));
    let open = page(&world, "/handset/351912000001", "en").await;
    let link = r#"<a href="http://localhost:8360/l/abcDEF1234" target="_blank" rel="noopener noreferrer">http://localhost:8360/l/abcDEF1234</a>."#;
    assert!(open.contains(link), "{open}");
    assert!(open.contains("&lt;b&gt;"), "nothing in a message is markup");
    let read = page(&world, "/handset", "en").await;
    assert!(!read.contains(r#"class="dot""#), "opening it reads it");
}

#[tokio::test]
async fn the_handset_shows_every_part_with_its_units() {
    let world = World::new().await;
    let mut body = to("351912000001");
    body["message"] = json!("a".repeat(200));
    body["parts"] = json!(2);
    world.send(&body).await;
    let open = page(&world, "/handset/351912000001", "en").await;
    for expected in [
        "Part 1 of 2",
        "153 of 153 septets",
        "Part 2 of 2",
        "47 of 153 septets",
        "2 parts",
    ] {
        assert!(open.contains(expected), "{expected}");
    }
}

#[tokio::test]
async fn the_newest_conversation_stands_first() {
    let world = World::new().await;
    for number in ["351912000001", "34600000001", "351912000001"] {
        world.send(&to(number)).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let list = page(&world, "/handset", "en").await;
    let place = |number: &str| list.find(&format!(r#"data-number="{number}""#)).unwrap();
    assert!(place("351912000001") < place("34600000001"));
}

#[tokio::test]
async fn the_event_stream_announces_a_message_in_the_visitor_s_language() {
    let world = World::new().await;
    let request = world
        .http
        .get(world.url("/handset/events"))
        .header("accept-language", "es");
    let mut stream = request.send().await.unwrap();
    world.send(&to("34600000001")).await;
    let chunk = tokio::time::timeout(Duration::from_secs(2), stream.chunk()).await;
    let event = String::from_utf8(chunk.unwrap().unwrap().unwrap().to_vec()).unwrap();
    assert_eq!(
        event,
        "event: message\ndata: Nuevo mensaje para Íñigo Muñoz\n\n"
    );
}

#[tokio::test]
async fn the_switches_work_as_a_plain_form() {
    let world = World::new().await;
    let form = [
        ("sms", "no_credit"),
        ("report", "undeliverable"),
        ("crm", "down"),
    ];
    let posted = world
        .http
        .post(world.url("/handset/switches"))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (posted.status().as_u16(), &posted.headers()["location"]),
        (303, &"/handset".parse().unwrap())
    );
    let faults = world.read("/sandbox/faults").await;
    assert_eq!(
        faults,
        json!({"sms": "no_credit", "report": "undeliverable", "crm": "down"})
    );
    let body = page(&world, "/handset", "en").await;
    assert!(body.contains(r#"<option value="no_credit" selected>"#));
    assert!(body.contains("A fault is switched on."));
}
