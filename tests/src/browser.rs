//! A headless Chromium of its own, driven through chromedriver.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::ChromeCapabilities;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::components::SelectElement;
use thirtyfour::prelude::*;
use tokio::process::{Child, Command};

use crate::{Result, free_port, setting};

/// How long anything on a page may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(15);
const GLANCE: Duration = Duration::from_millis(50);

/// What a phone's and a computer's browser call themselves.
const PHONE: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/142.0.0.0 Mobile Safari/537.36";
const DESK: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
    Chrome/142.0.0.0 Safari/537.36";

/// How the page is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Width of the viewport in CSS pixels.
    pub width: u32,
    /// Height of the viewport in CSS pixels.
    pub height: u32,
    /// Whether the visitor prefers dark colours.
    pub dark: bool,
    /// The visitor's language, as in `pt-PT`.
    pub language: &'static str,
}

impl Look {
    /// A phone held upright.
    #[must_use]
    pub fn phone() -> Self {
        Self {
            width: 390,
            height: 844,
            ..Self::default()
        }
    }
}

impl Default for Look {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 900,
            dark: false,
            language: "en-GB",
        }
    }
}

/// One visitor: an own profile, one window.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    _chromedriver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window.
    ///
    /// # Errors
    /// When Chromium or chromedriver do not start.
    pub async fn open(look: Look) -> Result<Self> {
        let port = free_port()?;
        let chromedriver = Command::new(setting("CHROMEDRIVER")?)
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let profile = TempDir::new()?;
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities.set_binary(&setting("CHROME")?)?;
        for argument in [
            "--headless=new",
            // Chromium's own sandbox does not run as root, as CI does.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            // No talk with anybody but the pages under test.
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ] {
            capabilities.add_arg(argument)?;
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        capabilities.add_arg(&format!("--lang={}", look.language))?;
        capabilities
            .add_experimental_option("prefs", json!({ "intl.accept_languages": look.language }))?;
        let driver = connect(&format!("http://127.0.0.1:{port}"), capabilities).await?;
        let browser = Self {
            driver,
            _chromedriver: chromedriver,
            _profile: profile,
        };
        browser.look(look).await?;
        Ok(browser)
    }

    /// Holds that nothing is wider than the page, or than the card that it is in.
    ///
    /// # Errors
    /// Names what is.
    pub async fn sees_all_of_the_page(&self) -> Result<()> {
        let script = "
            const wide = document.documentElement;
            const right = (element) => element.getBoundingClientRect().right;
            const inside = (card) => right(card) - parseFloat(getComputedStyle(card).paddingRight);
            const cut = (card) => [...card.children].filter((child) => right(child) > inside(card) + 1);
            const found = [...document.querySelectorAll('.card')].flatMap(cut);
            if (wide.scrollWidth > wide.clientWidth) found.push(wide);
            return found.map((element) => element.id || element.className || element.tagName);";
        let found = self.driver.execute(script, vec![]).await?;
        match found.json().as_array() {
            Some(found) if found.is_empty() => Ok(()),
            found => Err(format!("too wide: {found:?}").into()),
        }
    }

    /// Changes size and colours of the window; the language stays.
    ///
    /// # Errors
    /// When Chromium refuses.
    pub async fn look(&self, look: Look) -> Result<()> {
        let cdp = self.driver.cdp();
        cdp.send_raw(
            "Emulation.setDeviceMetricsOverride",
            json!({
                "width": look.width,
                "height": look.height,
                "deviceScaleFactor": 1,
                "mobile": look.width < 600,
            }),
        )
        .await?;
        // A headless browser says that nobody looks at it, and its clicks are a program's.
        let agent = if look.width < 600 { PHONE } else { DESK };
        cdp.send_raw(
            "Emulation.setUserAgentOverride",
            json!({ "userAgent": agent, "acceptLanguage": look.language }),
        )
        .await?;
        let scheme = if look.dark { "dark" } else { "light" };
        cdp.send_raw(
            "Emulation.setEmulatedMedia",
            json!({ "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                // A picture is not taken in the middle of a movement.
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ] }),
        )
        .await?;
        Ok(())
    }

    /// The driver itself, for what has no word here.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens an address.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub async fn go(&self, url: &str) -> Result<()> {
        Ok(self.driver.goto(url).await?)
    }

    /// The first visible element that a CSS selector finds, waited for.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn see(&self, selector: &str) -> Result<WebElement> {
        self.until(selector, async || {
            for element in self.driver.find_all(By::Css(selector)).await? {
                if element.is_displayed().await? {
                    return Ok(Ok(element));
                }
            }
            Ok(Err("nothing visible".into()))
        })
        .await
    }

    /// The element with this `data-testid`, waited for.
    ///
    /// # Errors
    /// When there is none in time.
    pub async fn part(&self, name: &str) -> Result<WebElement> {
        self.see(&format!("[data-testid=\"{name}\"]")).await
    }

    /// All elements with this `data-testid` at this moment.
    ///
    /// # Errors
    /// When Chromium does not answer.
    pub async fn parts(&self, name: &str) -> Result<Vec<WebElement>> {
        let selector = format!("[data-testid=\"{name}\"]");
        Ok(self.driver.find_all(By::Css(selector)).await?)
    }

    /// Clicks the element with this `data-testid`, once it is there.
    ///
    /// # Errors
    /// When it cannot be clicked in time.
    pub async fn click(&self, name: &str) -> Result<()> {
        self.until(&format!("`{name}` to be clicked"), async || {
            let element = self.part(name).await?;
            element.scroll_into_view().await?;
            Ok(Ok(element.click().await?))
        })
        .await
    }

    /// Replaces what stands in a field, as if typed. chromedriver's own keys
    /// cannot leave the Basic Multilingual Plane; this can.
    ///
    /// # Errors
    /// When the field is not there or takes no text.
    pub async fn write(&self, name: &str, text: &str) -> Result<()> {
        let field = self.part(name).await?;
        field.scroll_into_view().await?;
        field.focus().await?;
        self.driver
            .execute("arguments[0].select()", vec![field.to_json()?])
            .await?;
        let insert = json!({ "text": text });
        self.driver
            .cdp()
            .send_raw("Input.insertText", insert)
            .await?;
        Ok(())
    }

    /// Hands a file of this computer to the input with this `data-testid`, visible or not.
    ///
    /// # Errors
    /// When there is no such input.
    pub async fn hand(&self, name: &str, file: &Path) -> Result<()> {
        let input = self.parts(name).await?;
        let input = input.first().ok_or("no such input")?;
        let file = file.to_str().ok_or("a path that is no text")?;
        Ok(input.send_keys(file).await?)
    }

    /// What a link with this `data-testid` leads to, as its visitor gets it.
    ///
    /// # Errors
    /// When there is no such link, or no answer.
    pub async fn download(&self, name: &str) -> Result<String> {
        let link = self.part(name).await?;
        let script = "fetch(arguments[0].href).then((answer) => answer.text()).then(arguments[1])";
        let text = self
            .driver
            .execute_async(script, vec![link.to_json()?])
            .await?;
        Ok(text.json().as_str().ok_or("no text")?.to_owned())
    }

    /// Chooses an entry of a menu by its value.
    ///
    /// # Errors
    /// When the menu or the entry is not there.
    pub async fn choose(&self, name: &str, value: &str) -> Result<()> {
        let menu = SelectElement::new(&self.part(name).await?).await?;
        Ok(menu.select_by_value(value).await?)
    }

    /// Waits until the element with this `data-testid` shows a text.
    ///
    /// # Errors
    /// When it does not in time; the error says what it shows.
    pub async fn shows(&self, name: &str, text: &str) -> Result<()> {
        self.until(&format!("`{name}` to show `{text}`"), async || {
            let element = self.part(name).await?;
            let shown = element.text().await?;
            Ok(shown.contains(text).then_some(()).ok_or(shown))
        })
        .await
    }

    /// Waits until exactly so many elements match a selector.
    ///
    /// # Errors
    /// When they do not in time; the error says how many do.
    pub async fn counts(&self, selector: &str, wanted: usize) -> Result<()> {
        self.until(&format!("{wanted} of `{selector}`"), async || {
            let found = self.driver.find_all(By::Css(selector)).await?.len();
            Ok((found == wanted).then_some(()).ok_or(found.to_string()))
        })
        .await
    }

    /// Tries until a look succeeds; `what` and the last thing seen make the error.
    ///
    /// # Errors
    /// When it never does.
    pub async fn until<T>(
        &self,
        what: &str,
        look: impl AsyncFn() -> Result<std::result::Result<T, String>>,
    ) -> Result<T> {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let seen = match look().await {
                Ok(Ok(found)) => return Ok(found),
                Ok(Err(seen)) => seen,
                Err(error) => error.to_string(),
            };
            if tokio::time::Instant::now() > end {
                return Err(format!("waited for {what}, last saw: {seen}").into());
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Writes what the window shows as a PNG, once it shows what it was last told to.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn picture(&self, file: &Path) -> Result<()> {
        let two_frames = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))";
        self.driver.execute_async(two_frames, vec![]).await?;
        Ok(self.driver.screenshot(file).await?)
    }

    /// Closes the window.
    ///
    /// # Errors
    /// When Chromium does not end in order.
    pub async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}

/// Opens a session once chromedriver says that it is ready: a request that
/// comes while it starts may never be answered.
async fn connect(url: &str, capabilities: ChromeCapabilities) -> Result<WebDriver> {
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        let status = reqwest::get(format!("{url}/status")).await;
        if status.is_ok_and(|status| status.status().is_success()) {
            return Ok(WebDriver::new(url, capabilities).await?);
        }
        if tokio::time::Instant::now() > end {
            return Err("chromedriver does not start".into());
        }
        tokio::time::sleep(GLANCE).await;
    }
}
