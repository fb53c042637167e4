//! What a person does about messages that may have left, and about those that leave later.

use septet_tests::{Browser, CONTACTS, Look, Result, Stack};
use serde_json::json;

const IN_DOUBT: &str = "[data-testid=message-row][data-state=in_doubt]";

async fn composed(stack: &Stack) -> Result<Browser> {
    let browser = Browser::open(Look::default()).await?;
    browser.sign_in(stack).await?;
    browser.write("sender", "Septet").await?;
    browser.write("message", "Olá, até já. {UNSUB_URL}").await?;
    for name in &CONTACTS[..2] {
        browser.pick(name).await?;
    }
    Ok(browser)
}

#[tokio::test]
async fn a_person_decides_on_messages_in_doubt() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = composed(&stack).await?;
    stack
        .switch(json!({ "sms": "lost_answer", "report": "never" }))
        .await?;
    browser.click("send").await?;
    browser.click("confirm-send").await?;
    browser.counts(IN_DOUBT, 2).await?;

    // One by itself, then all that are left.
    browser.click("decide-one").await?;
    browser.click("drop").await?;
    browser.counts(IN_DOUBT, 1).await?;
    browser
        .see("[data-state=not_sent][data-reason=dropped]")
        .await?;
    stack.switch(json!({})).await?;
    browser.click("decide-all").await?;
    browser.click("resend").await?;
    browser
        .counts("[data-testid=message-row][data-state=delivered]", 1)
        .await?;
    browser.counts("[data-testid=decided]", 2).await?;
    // What it says after sending fits a phone in every language.
    let mut page = browser.driver().current_url().await?;
    page.set_query(Some("sent"));
    for language in ["pt", "es", "en"] {
        browser.look(Look::default()).await?;
        browser.go(page.as_str()).await?;
        browser.choose("language", language).await?;
        browser.look(Look::phone()).await?;
        browser.part("progress").await?;
        let wide = "return document.documentElement.scrollWidth";
        let wide = browser.driver().execute(wide, vec![]).await?;
        assert_eq!(wide.json(), &json!(Look::phone().width), "{language}");
    }
    let requests = stack.ask_sandbox("/sandbox/requests").await?;
    assert_eq!(requests["POST /nrs/api/rest/sms"], json!(3), "{requests}");
    browser.close().await
}

#[tokio::test]
async fn a_campaign_waits_for_its_time() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = composed(&stack).await?;
    browser.click("times").await?;
    // An input for a date is not typed into the same way everywhere.
    let later = "const later = new Date(Date.now() + 3600000 - new Date().getTimezoneOffset() * 60000); \
        const input = document.querySelector('[data-testid=start-at]'); \
        input.value = later.toISOString().slice(0, 16); \
        input.dispatchEvent(new Event('change', { bubbles: true }));";
    browser.driver().execute(later, vec![]).await?;
    browser.click("send").await?;
    browser.part("confirm-times").await?;
    browser.click("confirm-send").await?;
    browser.part("next-at").await?;
    let messages = stack.ask_sandbox("/sandbox/messages").await?;
    assert_eq!(messages, json!([]));
    browser.click("cancel").await?;
    browser.click("cancel-now").await?;
    browser
        .counts(
            "[data-testid=message-row][data-state=not_sent][data-reason=cancelled]",
            2,
        )
        .await?;
    browser.close().await
}
