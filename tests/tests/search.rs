//! Somebody sends to whoever a search of HubSpot finds.

use septet_tests::{Browser, Look, Result, Stack};
use serde_json::Value;

#[tokio::test]
async fn whoever_a_search_finds_gets_the_message() -> Result<()> {
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    browser.sign_in(&stack).await?;
    browser.write("sender", "Septet").await?;
    browser.write("message", "Ola {{contact.city|ai}}").await?;

    // A search for nothing would be everybody, and is refused.
    browser.click("tab-search").await?;
    browser.part("find-words").await?;
    browser.click("send").await?;
    browser.shows("field-error", "Write words").await?;

    // A condition that is not complete finds nobody; what it compares with need not be there.
    browser.click("find-add").await?;
    browser.choose("find-property", "city").await?;
    browser.counts("[data-testid=find-count]", 0).await?;
    browser.choose("find-operator", "known").await?;
    browser.counts("[data-testid=find-value]", 0).await?;
    browser.part("find-count").await?;
    browser.choose("find-operator", "equals").await?;
    browser.write("find-value", "Évora").await?;
    browser.shows("find-count", "match").await?;
    browser.shows("preview-text", "Ola Évora").await?;

    // Words narrow it further, to nobody; without them, and with the draft, it is as before.
    browser.write("find-words", "nobody is called so").await?;
    browser.see(".results-none").await?;
    browser.write("find-words", "").await?;
    browser.part("find-count").await?;
    browser.click("tab-contacts").await?;
    browser.part("contact-search").await?;
    browser.click("tab-search").await?;
    browser.counts("[data-testid=saved] .spinner", 0).await?;
    browser.driver().refresh().await?;
    browser.part("find-count").await?;
    browser.counts("[data-testid=condition]", 1).await?;

    browser.click("send").await?;
    browser.part("confirm-recipients").await?;
    browser.click("confirm-send").await?;
    browser.part("progress").await?;
    browser
        .see("[data-testid=campaign-state][data-state=finished]")
        .await?;
    let messages = stack.ask_sandbox("/sandbox/messages").await?;
    let messages = messages.as_array().ok_or("no messages")?;
    assert!(!messages.is_empty());
    let all_from_there = |message: &Value| message["text"] == "Ola Évora";
    assert!(messages.iter().all(all_from_there), "{messages:?}");
    browser.close().await
}
