//! The pictures of the README, and every page in every look for whoever reviews it.
//!
//! `screenshots` writes the README's five into `docs/screenshots`;
//! `screenshots all FOLDER` writes all pages in three languages, wide and narrow,
//! light and dark.

use std::path::{Path, PathBuf};

use septet_tests::{Browser, CONTACTS, Look, Result, Stack};
use tempfile::TempDir;
use thirtyfour::Key;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => readme(Path::new("docs/screenshots")).await,
        ["all", folder] => {
            for language in ["en-GB", "es-ES", "pt-PT"] {
                all(&Path::new(folder).join(&language[..2]), language).await?;
            }
            Ok(())
        }
        _ => Err("screenshots [all FOLDER]".into()),
    }
}

async fn readme(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = |name: &str| folder.join(name);
    let wide = Look::default();
    let stack = Stack::start().await?;
    let browser = Browser::open(wide).await?;
    compose(&browser, &stack).await?;
    browser.picture(&file("composer.png")).await?;
    browser.look(Look { dark: true, ..wide }).await?;
    browser.picture(&file("composer-dark.png")).await?;
    browser.look(Look::phone()).await?;
    browser.picture(&file("composer-phone.png")).await?;
    browser.look(wide).await?;
    deliver(&browser, &stack).await?;
    browser.picture(&file("campaign.png")).await?;
    browser.go(&first_phone(&stack).await?).await?;
    browser.look(Look::phone()).await?;
    browser.picture(&file("handset.png")).await?;
    browser.close().await
}

async fn all(folder: &Path, language: &'static str) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let wide = Look {
        language,
        ..Look::default()
    };
    let stack = Stack::start().await?;
    let browser = Browser::open(wide).await?;
    let album = Album {
        folder: folder.to_owned(),
        browser: &browser,
        wide,
    };
    browser.go(stack.url()).await?;
    browser.part("connect").await?;
    album.page("1-sign-in").await?;
    browser.sign_in(&stack).await?;
    album.page("2-empty").await?;
    browser.click("send").await?;
    browser.part("field-error").await?;
    album.page("3-problems").await?;
    compose(&browser, &stack).await?;
    album.page("4-composer").await?;
    browser.click("times").await?;
    browser.click("hours").await?;
    browser.part("hours-from").await?;
    album.page("4-times").await?;
    browser.click("hours").await?;
    browser.click("send").await?;
    browser.part("confirm-send").await?;
    album.page("5-confirmation").await?;
    browser.click("confirm-send").await?;
    browser.part("progress").await?;
    browser.counts(DELIVERED, 2).await?;
    browser
        .see("[data-testid=history] summary")
        .await?
        .click()
        .await?;
    browser.part("events").await?;
    album.page("6-sent").await?;
    browser.go(&format!("{}/campaigns", stack.url())).await?;
    browser.part("campaign").await?;
    album.page("7-campaigns").await?;
    browser.go(&first_phone(&stack).await?).await?;
    album.page("8-handset").await?;

    stack
        .switch(serde_json::json!({ "sms": "lost_answer", "report": "never" }))
        .await?;
    browser.go(stack.url()).await?;
    compose(&browser, &stack).await?;
    browser.send(2, 1).await?;
    browser.counts("[data-testid=decide-one]", 2).await?;
    album.page("9-doubts").await?;
    browser.click("decide-all").await?;
    browser.part("resend").await?;
    album.page("9-decide").await?;

    stack.switch(serde_json::json!({})).await?;
    browser.go(stack.url()).await?;
    search_for_recipients(&album).await?;
    browser.go(stack.url()).await?;
    file_of_recipients(&album).await?;
    inside_hubspot(&album, &stack).await?;
    browser.close().await?;
    // Whoever ends with a page of HubSpot's in a frame begins anew.
    let browser = Browser::open(wide).await?;
    let album = Album {
        folder: folder.to_owned(),
        browser: &browser,
        wide,
    };
    opting_out(&album, &stack).await?;
    browser.close().await
}

/// The unsubscribe page, what is set for it, and the lists that come of it.
async fn opting_out(album: &Album<'_>, stack: &Stack) -> Result<()> {
    let browser = album.browser;
    // The account is known by now, and nobody is told what comes next.
    browser.go(stack.url()).await?;
    browser.click("connect").await?;
    let accept = browser.see("button[value=accept]").await?;
    accept.click_when_ready().await?;
    browser.part("message").await?;
    browser.go(&format!("{}/opt-outs", stack.url())).await?;
    browser.part("opt-outs-total").await?;
    album.page("16-opt-outs-none").await?;
    browser.go(stack.url()).await?;
    compose(browser, stack).await?;
    browser.click("utm").await?;
    browser.click("purpose").await?;
    browser.click("transactional").await?;
    browser.click("ignore-opt-outs").await?;
    album.page("16-purpose").await?;
    browser.send(2, 1).await?;
    browser.counts(DELIVERED, 2).await?;
    let campaign = browser.driver().current_url().await?;
    let messages = stack
        .ask_sandbox("/sandbox/messages?to=351912000001")
        .await?;
    let text = messages
        .as_array()
        .and_then(|all| all.last())
        .and_then(|last| last["text"].as_str())
        .ok_or("no message")?;
    let out = text
        .split_whitespace()
        .find(|word| word.contains("/u/"))
        .ok_or("no link")?;
    browser.go(out).await?;
    browser.see("form button").await?;
    album.page("17-unsubscribe").await?;
    browser.see("form button").await?.click().await?;
    browser.see("[data-done]").await?;
    album.page("17-unsubscribed").await?;
    browser
        .go(&format!("{}/handset/34600000001", stack.sandbox()))
        .await?;
    browser.see("#answer").await?.send_keys("BAJA").await?;
    browser.see("form.answer button").await?.click().await?;
    browser.see(".bubble.answered").await?;
    album.page("17-answered").await?;
    browser.go(campaign.as_str()).await?;
    browser.part("replies").await?;
    album.page("18-campaign").await?;
    browser.go(&format!("{}/opt-outs", stack.url())).await?;
    browser.part("opt-out").await?;
    browser
        .write("opt-outs-numbers", "912 000 777\nninguém\n")
        .await?;
    browser.click("opt-outs-save").await?;
    browser.part("opt-outs-unread").await?;
    album.page("18-opt-outs").await?;
    browser.click("opt-out-remove").await?;
    browser.part("opt-out-remove-confirm").await?;
    album.page("18-opt-out-remove").await?;
    browser.go(&format!("{}/settings", stack.url())).await?;
    browser.write("page-company", "Livraria Ondas").await?;
    browser.click("page-words").await?;
    browser.click("audit").await?;
    browser.write("link-host", "sms.example").await?;
    browser.click("links-save").await?;
    browser
        .see("[data-testid=settings-links] [data-error]")
        .await?;
    album.tall("19-settings").await
}

/// What an account sets, and the composer in a record of HubSpot's.
async fn inside_hubspot(album: &Album<'_>, stack: &Stack) -> Result<()> {
    let browser = album.browser;
    browser.go(&format!("{}/connected", stack.url())).await?;
    browser.part("connected").await?;
    album.page("14-connected").await?;
    browser.go(&format!("{}/settings", stack.url())).await?;
    browser.part("provider-status").await?;
    album.page("14-settings").await?;
    browser.click("disconnect").await?;
    browser.part("disconnect-confirm").await?;
    album.page("14-disconnect").await?;
    browser
        .go(&format!("{}/record/24001001/101", stack.sandbox()))
        .await?;
    browser.part("card").await?;
    album.page("15-record").await?;
    browser.click("open-composer").await?;
    let frame = browser.see("dialog[open] iframe").await?;
    frame.clone().enter_frame().await?;
    browser.write("sender", "Livraria").await?;
    browser
        .write(
            "message",
            "Olá {{contact.firstname}}, até domingo. {UNSUB_URL}",
        )
        .await?;
    browser.shows("preview-text", "Olá Inês").await?;
    browser.driver().enter_default_frame().await?;
    album.page("15-record-composer").await?;
    frame.enter_frame().await?;
    browser.click("send").await?;
    browser.click("confirm-send").await?;
    browser.part("embed-sent").await?;
    browser.driver().enter_default_frame().await?;
    album.page("15-record-sent").await?;
    browser
        .go(&format!("{}/embed#ticket=used", stack.url()))
        .await?;
    browser.part("closed").await?;
    album.page("15-record-closed").await
}

/// Everybody in a city of whom something else is known as well.
async fn search_for_recipients(album: &Album<'_>) -> Result<()> {
    let browser = album.browser;
    browser.write("sender", "Livraria").await?;
    let text = "Olá {{contact.firstname|leitor}}, até domingo. Sair: {UNSUB_URL}";
    browser.write("message", text).await?;
    browser.click("tab-search").await?;
    browser.click("find-add").await?;
    browser.choose("find-property", "city").await?;
    album.page("10-search-begun").await?;
    browser.write("find-value", "Évora").await?;
    browser.part("find-count").await?;
    browser.click("find-add").await?;
    let second = "[data-testid=condition] + [data-testid=condition] select";
    let selects = browser.see(second).await?;
    selects.send_keys("Email").await?;
    album.page("10-search").await
}

/// From a table of customers to who of it was left out.
async fn file_of_recipients(album: &Album<'_>) -> Result<()> {
    let browser = album.browser;
    let folder = TempDir::new()?;
    let (table, empty) = (
        folder.path().join(TABLE_NAME),
        folder.path().join("vazio.csv"),
    );
    std::fs::write(&table, TABLE)?;
    std::fs::write(&empty, "Nome;Telemóvel\n")?;
    browser.write("sender", "Livraria").await?;
    let text = "Olá {{nome|leitor}}, a sua loja de {{loja}} espera por si: 20 % em todos os livros até domingo. Sair: {UNSUB_URL}";
    browser.write("message", text).await?;
    browser.click("tab-file").await?;
    browser.see("[for=file-input]").await?;
    album.page("10-file-none").await?;
    browser.hand("file-input", &empty).await?;
    browser.part("file-failed").await?;
    album.page("10-file-failed").await?;
    browser.hand("file-input", &table).await?;
    browser.part("file-chosen").await?;
    browser.shows("preview-text", "Olá Inês").await?;
    album.page("11-file").await?;
    browser.click("token-menu").await?;
    browser.part("token").await?;
    album.page("11-file-tokens").await?;
    let search = browser.part("token-search").await?;
    search.send_keys(Key::Escape).await?;
    browser.choose("column-phone", "").await?;
    browser.part("field-error").await?;
    album.page("11-file-columns").await?;
    browser.choose("column-phone", "telemovel").await?;
    browser.click("send").await?;
    browser.part("confirm-send").await?;
    album.page("12-file-confirmation").await?;
    browser.click("confirm-send").await?;
    browser.part("progress").await?;
    browser.counts(DELIVERED, 5).await?;
    album.page("13-file-sent").await
}

const TABLE_NAME: &str = "clientes-outono-2026.csv";
const TABLE: &str = "Nome;Telemóvel;Loja;Último livro;Código postal;E-mail\n\
    Inês Gonçalves;912 345 678;Chiado;O Ano da Morte de Ricardo Reis;1200-092;ines@exemplo.pt\n\
    Íñigo Muñoz;+34 612 345 678;Porto;Niebla;4000-322;inigo@ejemplo.es\n\
    Conceição Araújo;;Faro;Livro do Desassossego;8000-078;\n\
    Gonçalo Sá;12 34;Porto;;4050-253;goncalo@exemplo.pt\n\
    Rui Marçal;00351 963 000 111;Chiado;Os Maias;1200-092;rui@exemplo.pt\n\
    Beatriz Leão;933 444 555;Faro;Sinais de Fogo;8000-078;\n\
    Zé;966 777 888\n\
    Marta Lopes;914 222 333;Porto;Memorial do Convento;4000-322;marta@exemplo.pt\n";

/// One page in every width and colour.
struct Album<'a> {
    folder: PathBuf,
    browser: &'a Browser,
    wide: Look,
}

impl Album<'_> {
    async fn page(&self, name: &str) -> Result<()> {
        self.sized(name, [1400, 1900]).await
    }

    /// A page that is long.
    async fn tall(&self, name: &str) -> Result<()> {
        self.sized(name, [3600, 4600]).await
    }

    async fn sized(&self, name: &str, [wide, phone]: [u32; 2]) -> Result<()> {
        for (shape, width, height) in [("wide", 1280, wide), ("phone", 390, phone)] {
            for (colours, dark) in [("light", false), ("dark", true)] {
                let look = Look {
                    width,
                    height,
                    dark,
                    ..self.wide
                };
                self.browser.look(look).await?;
                let file = self.folder.join(format!("{name}-{shape}-{colours}.png"));
                self.browser.picture(&file).await?;
            }
        }
        self.browser.look(self.wide).await
    }
}

const DELIVERED: &str = "[data-testid=message-row][data-state=delivered]";

/// A message that shows what the composer can do.
async fn compose(browser: &Browser, stack: &Stack) -> Result<()> {
    if !browser
        .driver()
        .current_url()
        .await?
        .as_str()
        .starts_with(stack.url())
    {
        browser.sign_in(stack).await?;
    }
    browser.write("sender", "Livraria").await?;
    let text = "Olá {{contact.firstname|leitor}}, a promoção de outono começou: 20 % em todos os livros até domingo. https://livraria.example/outono?loja=chiado Sair: {UNSUB_URL}";
    browser.write("message", text).await?;
    for name in CONTACTS {
        browser.pick(name).await?;
    }
    browser.shows("preview-text", "Olá Inês,").await?;
    browser.counts("[data-testid=saved] .spinner", 0).await?;
    browser
        .driver()
        .execute("window.scrollTo(0, 0)", vec![])
        .await?;
    Ok(())
}

/// Sends it and waits on its page until it has arrived.
async fn deliver(browser: &Browser, stack: &Stack) -> Result<()> {
    browser.send(2, 1).await?;
    browser.counts(DELIVERED, 2).await?;
    browser.go(&format!("{}/campaigns", stack.url())).await?;
    browser.click("campaign").await?;
    browser.counts(DELIVERED, 2).await
}

/// The handset of whoever got the first message.
async fn first_phone(stack: &Stack) -> Result<String> {
    let messages = stack.ask_sandbox("/sandbox/messages").await?;
    let number = messages[0]["to"].as_str().ok_or("nobody got anything")?;
    Ok(format!("{}/handset/{number}", stack.sandbox()))
}
