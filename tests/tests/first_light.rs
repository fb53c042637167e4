//! The whole path on real input: a person composes a message in the browser,
//! sends it, reads it on the handset, follows its link, opts out, and is left
//! out the next time.

use septet_tests::{Browser, CONTACTS, Look, Result, Stack};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

#[tokio::test]
async fn a_message_is_composed_sent_read_clicked_and_unsubscribed_from() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    browser.sign_in(&stack).await?;

    // The counter follows every change of alphabet.
    browser.write("message", "Ola").await?;
    browser.shows("counter-encoding", "GSM-7").await?;
    browser.shows("counter-parts", "1").await?;
    // An extension character takes two septets, unless a national table has it.
    browser.write("message", &"€".repeat(80)).await?;
    browser.shows("counter-encoding", "GSM-7").await?;
    browser.shows("counter-parts", "1").await?;
    browser.write("message", &"€".repeat(81)).await?;
    browser.shows("counter-encoding", "PT").await?;
    browser.shows("counter-parts", "1").await?;
    browser.write("message", &"[".repeat(81)).await?;
    browser.shows("counter-parts", "2").await?;
    let with_cedilla = format!("ç{}", "a".repeat(99));
    browser.write("message", &with_cedilla).await?;
    browser.shows("counter-encoding", "PT").await?;
    browser.shows("counter-parts", "1").await?;
    browser
        .write("message", &format!("😀{with_cedilla}"))
        .await?;
    browser.shows("counter-encoding", "UCS-2").await?;
    browser.shows("counter-parts", "2").await?;

    // A personalised message to three contacts, one of whom has no number.
    browser.write("sender", "Septet").await?;
    let text = "Olá {{contact.firstname}}, a promoção começa hoje: https://loja.example/promo?cor=azul. Sair: {UNSUB_URL}";
    browser.write("message", text).await?;
    for name in CONTACTS {
        browser.pick(name).await?;
    }
    browser.shows("preview-text", "Olá Inês,").await?;
    let previewed = parts_of(&browser).await?;
    browser.send(2, 1).await?;
    browser
        .counts("[data-testid=message-row][data-state=delivered]", 2)
        .await?;
    browser
        .counts(
            "[data-testid=message-row][data-state=not_sent][data-reason=no_number]",
            1,
        )
        .await?;

    // What happened to a message is told in order.
    browser
        .see("[data-state=delivered] [data-testid=history] summary")
        .await?
        .click()
        .await?;
    browser
        .see("[data-testid=events] [data-event=SMS_SENT] + [data-event=SMS_DELIVERED]")
        .await?;

    // 360nrs was called once for each who has a number, and never for the other.
    let requests = stack.ask_sandbox("/sandbox/requests").await?;
    assert_eq!(requests["POST /nrs/api/rest/sms"], json!(2), "{requests}");

    // What the handset got is what the preview showed, link codes aside.
    let messages = stack.ask_sandbox("/sandbox/messages").await?;
    let messages = messages.as_array().ok_or("no list of messages")?.clone();
    assert_eq!(messages.len(), 2, "{messages:?}");
    let to_ines = messages
        .iter()
        .find(|message| text_of(message).contains("Inês"))
        .ok_or("nothing for Inês")?;
    assert_eq!(to_ines["from"], json!("Septet"));
    let received = to_ines["parts"].as_array().ok_or("no parts")?;
    assert_eq!(received.len(), previewed, "{to_ines}");

    // The handset shows it; its link leads to the shop, its other link out.
    let number = to_ines["to"].as_str().ok_or("no number")?;
    browser
        .go(&format!("{}/handset/{number}", stack.sandbox()))
        .await?;
    let bubble = browser.see("article").await?.text().await?;
    assert!(
        bubble.contains("Olá Inês, a promoção começa hoje"),
        "{bubble}"
    );
    let links = link_addresses(&browser).await?;
    let short = links
        .iter()
        .find(|link| link.contains("/l/"))
        .ok_or("no short link")?;
    let out = links
        .iter()
        .find(|link| link.contains("/u/"))
        .ok_or("no unsubscribe link")?;
    assert_eq!(follow(short).await?, "https://loja.example/promo?cor=azul");
    // That was a program. A person needs a while to read, and where the link leads there is
    // nobody, which is no matter here.
    tokio::time::sleep(std::time::Duration::from_secs(6)).await;
    browser.look(Look::phone()).await?;
    let _ = browser.driver().goto(short).await;
    browser.look(Look::default()).await?;

    browser.go(out).await?;
    browser.see("form button").await?.click_when_ready().await?;
    browser.see("[data-done]").await?;

    // The click and the opt-out are on the campaign.
    browser.go(&format!("{}/campaigns", stack.url())).await?;
    browser.click("campaign").await?;
    browser
        .counts("[data-testid=message-row][data-clicked]", 1)
        .await?;
    browser
        .counts("[data-testid=message-row][data-unsubscribed]", 1)
        .await?;

    // The next campaign leaves Inês out, and says so before and after.
    browser.go(stack.url()).await?;
    browser.write("sender", "Septet").await?;
    browser
        .write("message", "Segunda mensagem. Sair: {UNSUB_URL}")
        .await?;
    for name in CONTACTS {
        browser.pick(name).await?;
    }
    browser.send(1, 2).await?;
    browser
        .counts("[data-testid=message-row][data-state=delivered]", 1)
        .await?;
    browser
        .counts(
            "[data-testid=message-row][data-state=not_sent][data-reason=opted_out]",
            1,
        )
        .await?;
    let requests = stack.ask_sandbox("/sandbox/requests").await?;
    assert_eq!(requests["POST /nrs/api/rest/sms"], json!(3), "{requests}");
    browser.close().await
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_and_the_draft_is_kept() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    browser.sign_in(&stack).await?;

    // Rules of the fields, told at the fields.
    browser.write("sender", "AlphanumericAndLong").await?;
    browser.click("send").await?;
    browser
        .counts("[data-testid=field-error][data-field=sender]", 1)
        .await?;
    browser
        .counts("[data-testid=field-error][data-field=text]", 1)
        .await?;
    browser
        .counts("[data-testid=field-error][data-field=audience]", 1)
        .await?;
    browser.write("sender", "Septet").await?;
    browser.write("message", "{{contact.nosuchthing}}").await?;
    browser.shows("field-error", "nosuchthing").await?;
    browser.write("message", &"ü".repeat(1000)).await?;
    browser.shows("field-error", "5").await?;

    // Nobody left to send to.
    browser.write("message", "Olá").await?;
    browser.pick(CONTACTS[2]).await?;
    browser.click("send").await?;
    browser
        .see("[data-error=no_recipients] [data-reason=no_number]")
        .await?;

    // 360nrs says no, or nothing.
    browser.pick(CONTACTS[0]).await?;
    for (fault, code) in [
        ("refused_credentials", "provider_credentials_refused"),
        ("no_credit", "provider_no_credit"),
        ("down", "provider_unreachable"),
    ] {
        stack.switch(json!({ "sms": fault })).await?;
        browser.click("send").await?;
        browser.click("confirm-send").await?;
        browser.see(&format!("[data-error={code}]")).await?;
        browser
            .driver()
            .action_chain()
            .send_keys(Key::Escape)
            .perform()
            .await?;
    }
    let messages = stack.ask_sandbox("/sandbox/messages").await?;
    assert_eq!(messages, json!([]), "nothing was half sent");

    // The sign-in expires: nothing of the page is thrown away.
    browser.driver().delete_all_cookies().await?;
    browser.click("send").await?;
    browser.part("expired").await?;
    let kept = browser.part("message").await?.prop("value").await?;
    assert_eq!(kept.as_deref(), Some("Olá"));
    browser.sign_in_elsewhere().await?;

    // The draft is where it was.
    browser.driver().refresh().await?;
    let kept = browser.part("message").await?.prop("value").await?;
    assert_eq!(kept.as_deref(), Some("Olá"));
    browser.close().await
}

#[tokio::test]
async fn the_language_changes_where_somebody_is_and_stays() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    browser.sign_in(&stack).await?;
    browser.write("message", "Olá").await?;
    for (language, send) in [
        ("pt", "Enviar"),
        ("es", "Enviar"),
        ("en", "Send"),
        ("pt", "Enviar"),
    ] {
        browser.choose("language", language).await?;
        browser.shows("send", send).await?;
        browser.see(&format!("html[lang^={language}]")).await?;
    }
    let kept = browser.part("message").await?.prop("value").await?;
    assert_eq!(kept.as_deref(), Some("Olá"));
    browser.go(stack.url()).await?;
    browser.shows("send", "Enviar").await?;
    browser.close().await
}

#[tokio::test]
async fn the_composer_is_no_wider_than_a_phone_in_any_language() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    browser.sign_in(&stack).await?;
    browser.write("message", "Olá ção €").await?;
    for name in CONTACTS {
        browser.pick(name).await?;
    }
    for (language, send) in [("pt", "para 3"), ("es", "a 3"), ("en", "to 3")] {
        browser.look(Look::default()).await?;
        browser.choose("language", language).await?;
        browser.shows("send", send).await?;
        browser.look(Look::phone()).await?;
        browser.sees_all_of_the_page().await?;
    }
    browser.close().await
}

async fn parts_of(browser: &Browser) -> Result<usize> {
    let parts = browser.parts("part").await?.len();
    if parts == 0 {
        return Err("the preview shows no part".into());
    }
    Ok(parts)
}

fn text_of(message: &Value) -> &str {
    message["text"].as_str().unwrap_or_default()
}

async fn link_addresses(browser: &Browser) -> Result<Vec<String>> {
    let mut addresses = Vec::new();
    for link in browser
        .driver()
        .find_all(By::Css("article a[href]"))
        .await?
    {
        addresses.extend(link.attr("href").await?);
    }
    Ok(addresses)
}

/// Where a short link leads, without going there.
async fn follow(link: &str) -> Result<String> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let answer = client.get(link).send().await?;
    let location = answer.headers().get("location").ok_or("no redirect")?;
    Ok(location.to_str()?.to_owned())
}
