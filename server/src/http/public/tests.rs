//! What recipients see and do, over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::testing::{BOOKSHOP, Browser, World, draft, eventually, header, location, outcome};

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
    world.app.store.let_a_minute_pass().await;
    let link = world.link("351912000001", "/l/").await;
    let phone = world.browser();

    let looked = phone.request(Method::HEAD, &link).send().await.unwrap();
    assert_eq!(looked.status(), 302);
    assert_eq!(counts(&browser, &id).await["clicked"], 0);

    // A program, then a person, who does it twice.
    assert_eq!(phone.open(&link).await.status(), 302);
    assert_eq!(counts(&browser, &id).await["clicked"], 0);
    for _ in 0..2 {
        let followed = phone.touch(&link).await;
        assert_eq!(followed.status(), 302);
        assert_eq!(
            location(&followed),
            "https://shop.example/livros?a=1&utm_source=septet"
        );
        assert_eq!(header(&followed, "referrer-policy"), "no-referrer");
    }
    let counts = counts(&browser, &id).await;
    assert_eq!(counts["clicked"], 1);
    let clicks = json!({ "machine": 2, "probable": 0, "confirmed": 2 });
    assert_eq!(counts["clicks"], clicks);
}

#[tokio::test]
async fn an_expired_link_says_so() {
    let (world, _browser, _) = sent().await;
    let link = world.link("351912000001", "/l/").await;
    let store = &world.app.store;
    store.erase_contact(BOOKSHOP, "101", 5).await.unwrap();
    let answer = world.browser().touch(&link).await;
    assert_eq!(answer.status(), 410);
    assert!(answer.text().await.unwrap().contains("expirou"));
}

#[tokio::test]
async fn an_opt_out_is_taken_back_with_one_tap_and_only_what_was_said_there() {
    let (world, browser, _) = sent().await;
    let link = world.link("351912000001", "/u/").await;
    let phone = world.browser();
    let post = async |path: &str| {
        let answer = phone.request(Method::POST, path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    };
    assert!(post(&link).await.contains("data-undo"));
    let list = browser.get("/api/opt-outs").await.1;
    assert_eq!(list["total"], 1);
    assert_eq!(list["opt_outs"][0]["phone"], "+351912000001");
    assert_eq!(list["opt_outs"][0]["source"], "page");
    let undo = format!("{link}/undo");
    assert!(post(&undo).await.contains("data-undone"));
    assert_eq!(browser.get("/api/opt-outs").await.1["total"], 0);
    eventually("HubSpot knows", async || {
        let (_, contact) = browser.get("/api/contacts/101").await;
        (contact["opted_out"] == false).then_some(())
    })
    .await;
    let (_, check) = browser
        .post("/api/campaigns/check", &json!(draft("Outra vez")))
        .await;
    assert_eq!(check["recipients"], 2);

    // What the company has entered is not theirs to take back.
    let given = json!({ "numbers": "912 000 001", "country": "PT", "scope": "all", "reason": "" });
    assert_eq!(browser.post("/api/opt-outs", &given).await.1["added"], 1);
    post(&link).await;
    assert!(post(&undo).await.contains("data-done"));
}

#[tokio::test]
async fn a_subscription_type_that_was_named_follows_and_no_other() {
    let (world, browser, _) = sent().await;
    let link = world.link("351912000001", "/u/").await;
    let phone = world.browser();
    let undo = format!("{link}/undo");
    let say = async |path: &str| {
        let said = phone.request(Method::POST, path).send().await.unwrap();
        assert_eq!(said.status(), 200);
    };
    let written = async |wanted: usize| {
        eventually("HubSpot knows", async || {
            let written = world.ask_sandbox("/sandbox/hubspot/preferences").await;
            let written = written.as_array().unwrap().clone();
            (written.len() == wanted).then_some(written)
        })
        .await
    };
    // Whoever wants no text messages has said nothing about e-mail.
    say(&link).await;
    say(&undo).await;
    let choices = json!({ "marketing_only": true, "subscription": 7 });
    let saved = browser.request(Method::PUT, "/api/settings").json(&choices);
    assert_eq!(outcome(saved).await.0, 200);
    assert!(written(0).await.is_empty());
    say(&link).await;
    let first = written(1).await;
    assert_eq!(first[0]["statusState"], "UNSUBSCRIBED");
    assert!(first[0]["subscriber"].as_str().unwrap().contains('@'));
    say(&undo).await;
    assert_eq!(written(2).await[1]["statusState"], "SUBSCRIBED");
}

#[tokio::test]
async fn an_account_has_a_page_of_its_own_in_its_own_languages() {
    let (world, browser, _) = sent().await;
    let link = world.link("351912000001", "/u/").await;
    let page = json!({
        "company": "Livraria <Ondas>",
        "logo": "data:image/png;base64,iVBORw0KGgo=",
        "colour": "#ffd500",
        "background": "",
        "texts": [{ "language": "ca", "title": "Adéu", "button": "Prou" }, { "language": "pt", "question": "Já chega?" }],
    });
    let saved = browser
        .request(Method::PUT, "/api/settings/page")
        .json(&page);
    assert_eq!(outcome(saved).await.0, 200);
    let choices = json!({ "voice": true, "ivr": false, "marketing_only": true });
    let saved = browser.request(Method::PUT, "/api/settings").json(&choices);
    assert_eq!(outcome(saved).await.0, 200);
    let seen = async |lang: &str| {
        let phone = world.browser().request(Method::GET, &link);
        let answer = phone.header("accept-language", lang).send().await;
        answer.unwrap().text().await.unwrap()
    };
    let catalan = seen("ca-ES,es;q=0.8").await;
    assert!(
        catalan.contains("<html lang=\"ca\">") && catalan.contains("Adéu"),
        "{catalan}"
    );
    // What has no words of its own is said in ours.
    assert!(
        catalan.contains("Prou") && catalan.contains("Nothing changes"),
        "{catalan}"
    );
    assert!(catalan.contains("Livraria &lt;Ondas&gt;"), "{catalan}");
    assert!(catalan.contains("/brand.css?button=ffd500"), "{catalan}");
    let portuguese = seen("pt-BR").await;
    assert!(portuguese.contains("Já chega?") && portuguese.contains("Cancelar subscrição"));
    assert!(portuguese.contains("nem chamadas"), "{portuguese}");
    let style = world
        .browser()
        .open("/brand.css?button=ffd500&behind=x}")
        .await;
    assert_eq!(header(&style, "content-type"), "text/css; charset=utf-8");
    let style = style.text().await.unwrap();
    assert_eq!(
        style,
        "button:not(.second) { background: #ffd500; color: #111; }\n"
    );

    let preview = browser.request(Method::POST, "/api/settings/page/preview?lang=es&done=true");
    let preview = preview.json(&page).send().await.unwrap();
    assert!(preview.text().await.unwrap().contains("data-done"));
    // Of everything or of text messages only.
    let phone = world.browser();
    let all = phone.request(Method::POST, &link).form(&[("scope", "all")]);
    assert_eq!(all.send().await.unwrap().status(), 200);
    let list = browser.get("/api/opt-outs").await.1;
    assert_eq!(list["opt_outs"][0]["scope"], "all");
    let bad = json!({ "colour": "red" });
    let saved = browser
        .request(Method::PUT, "/api/settings/page")
        .json(&bad);
    assert_eq!(outcome(saved).await.0, 400);
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
