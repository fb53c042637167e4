//! What recipients do with a message: they follow its link, say that they want no more, take
//! it back, and answer; and what the company sees and sets.

use std::time::Duration;

use septet_tests::{Browser, CONTACTS, Look, Result, Stack};

/// A click sooner after sending than this is not a person's for certain.
const READING: Duration = Duration::from_secs(6);

#[tokio::test]
async fn a_click_an_opt_out_its_undo_and_an_answer_are_seen_by_the_company() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    let seen = story(&stack, &browser).await;
    browser.close().await?;
    seen
}

async fn story(stack: &Stack, browser: &Browser) -> Result<()> {
    browser.sign_in(stack).await?;
    its_own_page(stack, browser).await?;
    let campaign = send(stack, browser).await?;
    let message = stack
        .ask_sandbox("/sandbox/messages?to=351912000001")
        .await?;
    let text = message[0]["text"].as_str().ok_or("no message")?.to_owned();
    let link = |kind: &str| {
        let mut words = text.split_whitespace();
        let found = words.find(|word| word.contains(kind));
        found.map(str::to_owned).ok_or("no such link")
    };
    tokio::time::sleep(READING).await;

    // On the phone: the link leads somewhere that is not there, which is no matter here.
    browser.look(Look::phone()).await?;
    let _ = browser.driver().goto(&link("/l/")?).await;
    browser.go(&link("/u/")?).await?;
    browser.see("header.brand img").await?;
    let brand = browser.see("header.brand").await?.text().await?;
    assert!(brand.contains("Livraria Ondas"), "{brand}");
    browser.sees_all_of_the_page().await?;
    browser.see("form button").await?.click_when_ready().await?;
    browser.see("[data-done]").await?;
    opt_outs(stack, browser, 1).await?;
    browser.look(Look::phone()).await?;
    browser.go(&link("/u/")?).await?;
    browser.see("[data-undo]").await?.click_when_ready().await?;
    browser.see("[data-undone]").await?;
    opt_outs(stack, browser, 0).await?;

    // On the other phone: an answer that asks for no more.
    browser
        .go(&format!("{}/handset/34600000001", stack.sandbox()))
        .await?;
    let answer = browser.see("#answer").await?;
    answer.send_keys("baja").await?;
    browser
        .see("form.answer button")
        .await?
        .click_when_ready()
        .await?;
    browser.see(".bubble.answered").await?;
    browser.go(&campaign).await?;
    browser.shows("replies", "baja").await?;
    browser.shows("clicks", "0 times by programs").await?;
    browser
        .counts("[data-testid=message-row][data-clicked]", 1)
        .await?;
    opt_outs(stack, browser, 1).await?;
    browser.shows("opt-out", "+34600000001").await?;

    // The company adds and removes.
    browser
        .write(
            "opt-outs-numbers",
            "912 000 777\n+351 912 000 888\nnobody\n",
        )
        .await?;
    browser.click("opt-outs-save").await?;
    browser.shows("opt-outs-added", "2").await?;
    browser.shows("opt-outs-unread", "3").await?;
    browser.shows("opt-outs-total", "3").await?;
    let file = browser.download("opt-outs-export").await?;
    assert!(file.contains("+351912000888"), "{file}");
    browser.write("opt-outs-search", "912000777").await?;
    browser.click("opt-outs-find").await?;
    browser.counts("[data-testid=opt-out]", 1).await?;
    browser.click("opt-out-remove").await?;
    browser.click("opt-out-remove-confirm").await?;
    browser.shows("opt-outs-total", "2").await?;
    browser.go(&format!("{}/settings", stack.url())).await?;
    browser.click("audit").await?;
    browser.shows("settings-audit", "Removed an opt-out").await
}

#[tokio::test]
async fn links_are_shortened_by_host_and_tags_have_a_price() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    let seen = links(&stack, &browser).await;
    browser.close().await?;
    seen
}

async fn links(stack: &Stack, browser: &Browser) -> Result<()> {
    browser.sign_in(stack).await?;
    browser
        .write("message", "https://loja.example/a https://wa.me/351912 fim")
        .await?;
    browser.counts("[data-testid=shorten-host]", 2).await?;
    browser.shows("targets", "https://wa.me/351912").await?;
    let second = "label + label [data-testid=shorten-host]";
    let second = browser.see(second).await?;
    second.scroll_into_view().await?;
    second.click().await?;
    browser
        .shows("preview-text", "https://wa.me/351912 fim")
        .await?;
    browser.shows("targets", "https://loja.example/a").await?;
    browser.click("utm").await?;
    browser.write("utm_source", "sms").await?;
    browser
        .shows("targets", "https://loja.example/a?utm_source=sms")
        .await?;
    // What is left as it is has no tags.
    browser.click("shorten").await?;
    browser.counts("[data-testid=shorten-host]", 0).await?;
    browser.shows("utm-cost", "15 characters").await?;
    browser
        .shows("preview-text", "https://loja.example/a?utm_source=sms")
        .await
}

/// A name, a picture and a colour, seen in the preview before they are saved.
async fn its_own_page(stack: &Stack, browser: &Browser) -> Result<()> {
    browser.go(&format!("{}/settings", stack.url())).await?;
    browser.write("page-company", "Livraria Ondas").await?;
    let folder = tempfile::TempDir::new()?;
    let picture = folder.path().join("logo.png");
    std::fs::write(&picture, LOGO)?;
    browser.hand("page-logo", &picture).await?;
    let preview = browser.see("[data-testid=page-preview]").await?;
    browser
        .until("the preview to show the company", async || {
            preview.clone().enter_frame().await?;
            let shown = browser.see("body").await?.text().await?;
            browser.driver().enter_default_frame().await?;
            let there = shown.contains("Livraria Ondas");
            Ok(if there { Ok(()) } else { Err(shown) })
        })
        .await?;
    browser.click("preview-done").await?;
    browser
        .until("the other side of it", async || {
            preview.clone().enter_frame().await?;
            let shown = browser.see("body").await?.text().await?;
            browser.driver().enter_default_frame().await?;
            let there = shown.contains("unsubscribed");
            Ok(if there { Ok(()) } else { Err(shown) })
        })
        .await?;
    browser.click("page-save").await?;
    browser.see("[data-testid=page-save]:disabled").await?;
    Ok(())
}

/// Sends to two people; the address of the campaign.
async fn send(stack: &Stack, browser: &Browser) -> Result<String> {
    browser.go(stack.url()).await?;
    browser.write("sender", "Ondas").await?;
    browser
        .write(
            "message",
            "Olá https://loja.example/promo Sair: {UNSUB_URL}",
        )
        .await?;
    for name in CONTACTS {
        browser.pick(name).await?;
    }
    browser.send(2, 1).await?;
    browser
        .counts("[data-testid=message-row][data-state=delivered]", 2)
        .await?;
    let address = browser.driver().current_url().await?;
    Ok(address.as_str().replace("?sent", ""))
}

/// Looks at the list of opt-outs, of which there are so many.
async fn opt_outs(stack: &Stack, browser: &Browser, wanted: usize) -> Result<()> {
    browser.look(Look::default()).await?;
    browser.go(&format!("{}/opt-outs", stack.url())).await?;
    browser.shows("opt-outs-total", &wanted.to_string()).await?;
    browser.counts("[data-testid=opt-out]", wanted).await
}

/// A white point.
const LOGO: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4,
    0x89, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0xff, 0xff, 0xff,
    0x7f, 0x00, 0x09, 0xfb, 0x03, 0xfd, 0x05, 0x43, 0x45, 0xca, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];
