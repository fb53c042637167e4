//! The page inside HubSpot's: from a contact's record to a message on its timeline.

use septet_tests::{Browser, Look, Result, Stack};

/// The first contact of the sandbox's first account.
const RECORD: &str = "/record/24001001/101";

#[tokio::test]
async fn a_message_is_sent_from_a_contacts_record() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    let sent = send_from_record(&stack, &browser).await;
    browser.close().await?;
    sent
}

async fn send_from_record(stack: &Stack, browser: &Browser) -> Result<()> {
    browser.sign_in(stack).await?;
    let record = [stack.sandbox(), RECORD].concat();
    browser.go(&record).await?;

    open(browser).await?;
    browser.shows("fixed-recipient", "Inês Gonçalves").await?;
    browser.write("sender", "Septet").await?;
    browser
        .write("message", "Olá {{contact.firstname}}, até já {UNSUB_URL}")
        .await?;
    browser.shows("preview-text", "Olá Inês").await?;
    browser.shows("send", "Inês Gonçalves").await?;
    browser.click("send").await?;
    browser.click("confirm-send").await?;
    browser.see("[data-testid=embed-sent]").await?;
    browser
        .until("the message to arrive", async || {
            let messages = stack.ask_sandbox("/sandbox/messages").await?;
            let arrived = messages.as_array().is_some_and(|all| all.len() == 1);
            Ok(if arrived { Ok(()) } else { Err("none".into()) })
        })
        .await?;
    browser.click("embed-close").await?;

    // HubSpot's page was told, and shows what was sent.
    browser.driver().enter_default_frame().await?;
    browser.shows("card-messages", "HUBSPOT_SMS").await?;
    browser
        .until("the timeline", async || {
            browser.go(&record).await?;
            let timeline = browser.part("timeline").await?.text().await?;
            let there = timeline.contains("Olá Inês, até já");
            Ok(if there { Ok(()) } else { Err(timeline) })
        })
        .await?;

    // The same page without a ticket, and again with one that was used.
    browser
        .go(&format!("{}/embed#ticket=used", stack.url()))
        .await?;
    browser.see("[data-testid=closed]").await.map(drop)
}

#[tokio::test]
async fn an_account_is_set_up_and_taken_apart() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    let taken_apart = set_up_and_take_apart(&stack, &browser).await;
    browser.close().await?;
    taken_apart
}

async fn set_up_and_take_apart(stack: &Stack, browser: &Browser) -> Result<()> {
    browser.sign_in(stack).await?;
    browser.go(&format!("{}/settings", stack.url())).await?;
    browser.write("provider-username", "sandbox").await?;
    browser.write("provider-password", "wrong").await?;
    browser.click("provider-save").await?;
    browser
        .see("[data-testid=settings-provider] [data-error=provider_credentials_refused]")
        .await?;
    browser
        .write("provider-password", "sandbox-password")
        .await?;
    browser.click("provider-save").await?;
    browser.see("[data-testid=provider-remove]").await?;
    browser.click("voice").await?;
    browser.go(&format!("{}/settings", stack.url())).await?;
    browser
        .until("the switch to stay on", async || {
            let on = browser.part("voice").await?.is_selected().await?;
            Ok(if on { Ok(()) } else { Err("off".into()) })
        })
        .await?;

    browser.click("disconnect").await?;
    browser.click("disconnect-confirm").await?;
    browser.see("[data-testid=connect]").await.map(drop)
}

/// Opens the composer from the record, and goes into its frame.
async fn open(browser: &Browser) -> Result<()> {
    browser.click("open-composer").await?;
    let frame = browser.see("dialog[open] iframe").await?;
    frame.enter_frame().await?;
    Ok(())
}
