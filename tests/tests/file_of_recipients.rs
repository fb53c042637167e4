//! Somebody has a table of customers from an office program, and sends to it.

use std::path::Path;

use septet_tests::{Browser, Look, Result, Stack};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::prelude::*;

/// As Windows saves it in Portugal: semicolons, Latin letters in one byte.
const TABLE: &[u8] = b"Nome;Telem\xf3vel;Fixo;Cidade\r\n\
    Jo\xe3o;912000001;;Faro\r\n\
    Gon\xe7alo;912 000 002;212000002;\xc9vora\r\n\
    Ana;12;;Faro\r\n\
    Rui;;;Faro\r\n\
    Z\xe9;912000003\r\n\
    In\xeas;+351 912 000 004;;\r\n";

#[tokio::test]
async fn a_table_is_uploaded_mapped_sent_to_and_its_bad_rows_are_told() -> Result<()> {
    let folder = TempDir::new()?;
    let (table, sheet) = (
        folder.path().join("clientes.csv"),
        folder.path().join("a.csv"),
    );
    std::fs::write(&table, TABLE)?;
    std::fs::write(&sheet, b"PK\x03\x04\0\0")?;
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    browser.sign_in(&stack).await?;
    browser.write("sender", "Septet").await?;
    browser.write("message", "Ola").await?;

    // The tabs are reached by keys, and what is missing is said.
    browser
        .part("tab-contacts")
        .await?
        .send_keys(Key::Right + Key::Right + Key::Right)
        .await?;
    browser
        .see("[data-testid=tab-file][aria-selected=true]")
        .await?;
    browser.click("send").await?;
    browser.shows("field-error", "Choose a file").await?;

    // What is no table is refused; the next one is read as it is meant.
    browser.hand("file-input", &sheet).await?;
    browser.shows("file-failed", "CSV").await?;
    browser.hand("file-input", &table).await?;
    browser.shows("file-chosen", "clientes.csv").await?;
    browser.shows("file-rows", "6").await?;
    browser.shows("file-read-as", "windows-1252").await?;
    browser.shows("file-read-as", "semicolons").await?;
    browser.shows("file-bad", "3 rows").await?;
    let bad = browser.download("download-bad").await?;
    assert!(
        bad.contains("Ana,12") && bad.contains("Zé,912000003"),
        "{bad}"
    );

    // Another column has other numbers.
    browser.counts("[data-testid=sample]", 5).await?;
    browser.counts("[data-testid=sample-number]", 3).await?;
    browser.choose("column-phone", "fixo").await?;
    browser.counts("[data-testid=sample-number]", 1).await?;
    browser.counts("[data-testid=file-bad]", 0).await?;
    browser.choose("column-phone", "").await?;
    browser.shows("field-error", "Choose the column").await?;
    browser.choose("column-phone", "telemovel").await?;
    browser.counts("[data-testid=sample-number]", 3).await?;

    // Its columns are tokens, and a contact's properties are none.
    browser.write("message", "Ola {{firstname}}").await?;
    browser
        .shows("field-error", "no column named firstname")
        .await?;
    browser.write("message", "Ola {{nome}}, de ").await?;
    browser.click("token-menu").await?;
    browser.write("token-fallback", "longe").await?;
    browser
        .see("[data-testid=token][data-name=cidade]")
        .await?
        .click()
        .await?;
    browser.shows("preview-text", "Ola João, de Faro").await?;
    browser.choose("preview-contact", "2").await?;
    browser
        .shows("preview-text", "Ola Gonçalo, de Évora")
        .await?;
    browser.shows("preview-number", "+351912000002").await?;

    // It is kept while another tab is looked at, and with the draft.
    browser.click("tab-contacts").await?;
    browser.part("contact-search").await?;
    browser.click("tab-file").await?;
    browser.shows("file-chosen", "clientes.csv").await?;
    browser.counts("[data-testid=saved] .spinner", 0).await?;
    browser.driver().refresh().await?;
    browser.shows("file-chosen", "clientes.csv").await?;
    browser.shows("preview-text", "Ola João, de Faro").await?;
    fits_a_phone(&browser).await?;

    browser.send(3, 3).await?;
    browser
        .counts("[data-testid=message-row][data-state=delivered]", 3)
        .await?;
    for reason in ["no_number", "malformed_number", "broken_row"] {
        let row = format!("[data-testid=message-row][data-reason={reason}]");
        browser.counts(&row, 1).await?;
    }
    let left_out = browser.download("download-left-out").await?;
    assert!(left_out.contains("Rui,,row-5,"), "{left_out}");
    let messages = stack
        .ask_sandbox("/sandbox/messages?to=351912000004")
        .await?;
    assert_eq!(messages[0]["text"], json!("Ola Inês, de longe"));
    browser.close().await
}

/// In every language; only the table in it is wider, by itself.
async fn fits_a_phone(browser: &Browser) -> Result<()> {
    for language in ["pt", "es", "en"] {
        browser.choose("language", language).await?;
        browser.look(Look::phone()).await?;
        browser.part("file-chosen").await?;
        browser.sees_all_of_the_page().await?;
        browser.look(Look::default()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn an_upload_is_called_off_or_tried_again_and_loses_nothing_that_was_there() -> Result<()> {
    let folder = TempDir::new()?;
    let [large, small] = ["large.csv", "small.csv"].map(|name| folder.path().join(name));
    // Few rows, long ones: it is to be sent, not to keep the database busy.
    let row = format!("912000001,{}\n", "x".repeat(30_000));
    std::fs::write(&large, format!("phone,note\n{}", row.repeat(400)))?;
    std::fs::write(&small, "phone,note\n912000001,y\n")?;
    let stack = Stack::start().await?;
    let browser = Browser::open(Look::default()).await?;
    browser.sign_in(&stack).await?;
    browser.click("tab-file").await?;
    browser.see("[for=file-input]").await?;

    upload_speed(&browser, 200_000).await?;
    browser.hand("file-input", &large).await?;
    browser.shows("file-sending", "large.csv").await?;
    // It goes on while another tab is looked at.
    browser.click("tab-list").await?;
    browser.part("list-search").await?;
    browser.click("tab-file").await?;
    browser.click("file-cancel").await?;
    browser.counts("[data-testid=file-sending]", 0).await?;
    browser.counts("[data-testid=file-failed]", 0).await?;
    upload_speed(&browser, -1).await?;
    browser.hand("file-input", &small).await?;
    browser.shows("file-chosen", "small.csv").await?;

    // The server answers before it has read the file; signed in again, it takes it.
    sign_in_again_while_sending(&browser, &large).await?;
    browser.click("file-again").await?;
    browser.shows("file-rows", "400").await?;

    // A file that has been moved away meanwhile cannot be sent again; the one before stays.
    sign_in_again_while_sending(&browser, &large).await?;
    std::fs::remove_file(&large)?;
    browser.click("file-again").await?;
    browser.shows("file-failed", "cannot be read").await?;
    browser.click("file-back").await?;
    browser.shows("file-rows", "400").await?;

    // A draft whose file is gone says so, and takes another.
    browser.shows("saved", "Saved").await?;
    let remove = "const done = arguments[0]; \
        const get = (path) => fetch(path).then((answer) => answer.json()); \
        (async () => { \
            const [{ key }] = await get('/api/drafts'); \
            const { draft } = await get('/api/drafts/' + key); \
            await fetch('/api/imports/' + draft.audience.id, { method: 'DELETE' }); \
        })().then(done);";
    browser.driver().execute_async(remove, vec![]).await?;
    browser.driver().refresh().await?;
    browser.part("file-gone").await?;
    browser.hand("file-input", &small).await?;
    browser.shows("file-chosen", "small.csv").await?;
    browser.close().await
}

async fn sign_in_again_while_sending(browser: &Browser, file: &Path) -> Result<()> {
    browser.driver().delete_all_cookies().await?;
    browser.hand("file-input", file).await?;
    browser.part("expired").await?;
    browser.sign_in_elsewhere().await?;
    browser.shows("file-failed", "expired").await
}

/// Bytes a second; -1 for as fast as it goes.
async fn upload_speed(browser: &Browser, speed: i64) -> Result<()> {
    let cdp = browser.driver().cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    let conditions = json!({
        "offline": false,
        "latency": 0,
        "downloadThroughput": -1,
        "uploadThroughput": speed,
    });
    cdp.send_raw("Network.emulateNetworkConditions", conditions)
        .await?;
    Ok(())
}
