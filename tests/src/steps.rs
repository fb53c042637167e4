//! What people do on the page, step by step.

use thirtyfour::prelude::*;

use crate::{Browser, Result, Stack};

/// The three contacts that the sandbox keeps for tests: the last has no number.
pub const CONTACTS: [&str; 3] = ["Inês Gonçalves", "Íñigo Muñoz", "Conceição Araújo"];

impl Browser {
    /// From a first visit to the composer, by the sandbox's own HubSpot.
    ///
    /// # Errors
    /// When a step on the way is missing.
    pub async fn sign_in(&self, stack: &Stack) -> Result<()> {
        self.go(stack.url()).await?;
        self.click("connect").await?;
        let accept = self.see("button[value=accept]").await?;
        accept.click_when_ready().await?;
        // The first time, what comes next is told.
        self.part("connected").await?;
        self.go(stack.url()).await?;
        self.part("message").await.map(drop)
    }

    /// Signs in again from the dialog that says that the sign-in has expired: in
    /// another tab, as it leads there, and back.
    ///
    /// # Errors
    /// When the dialog does not lead to the sign-in, or stays.
    pub async fn sign_in_elsewhere(&self) -> Result<()> {
        let here = self.driver().window().await?;
        let form = self
            .see("[data-testid=expired] button[type=submit]")
            .await?;
        form.click_when_ready().await?;
        self.until("the other tab", async || {
            let tabs = self.driver().windows().await?;
            let Some(other) = tabs.into_iter().find(|tab| *tab != here) else {
                return Ok(Err("one tab".into()));
            };
            Ok(Ok(self.driver().switch_to_window(other).await?))
        })
        .await?;
        let accept = self.see("button[value=accept]").await?;
        accept.click_when_ready().await?;
        self.part("message").await?;
        self.driver().close_window().await?;
        self.driver().switch_to_window(here).await?;
        self.counts("[data-testid=expired][open]", 0).await
    }

    /// Adds a contact to the recipients.
    ///
    /// # Errors
    /// When nobody of this name is found in time.
    pub async fn pick(&self, name: &str) -> Result<()> {
        self.write("contact-search", name).await?;
        self.until(&format!("{name} to be picked"), async || {
            if self.with_text("recipient-chip", name).await?.is_some() {
                return Ok(Ok(()));
            }
            // The results may be drawn anew under the pointer; then it is tried again.
            if let Some(row) = self.with_text("contact-result", name).await?
                && row.attr("aria-pressed").await?.as_deref() != Some("true")
            {
                row.scroll_into_view().await?;
                row.click().await?;
            }
            Ok(Err("no such chip".into()))
        })
        .await
    }

    async fn with_text(&self, part: &str, text: &str) -> Result<Option<WebElement>> {
        for element in self.parts(part).await? {
            if element.text().await?.contains(text) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// Sends, after seeing that the confirmation states so many recipients and exclusions.
    ///
    /// # Errors
    /// When it states others, or nothing is sent.
    pub async fn send(&self, recipients: usize, excluded: usize) -> Result<()> {
        self.click("send").await?;
        self.shows("confirm-recipients", &recipients.to_string())
            .await?;
        self.shows("confirm-exclusions", &excluded.to_string())
            .await?;
        self.click("confirm-send").await?;
        self.part("progress").await.map(drop)
    }
}
