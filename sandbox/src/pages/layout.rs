//! The frame of every page: what it is, where one can go, in which language.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::texts::Language;
use super::visitor::Visitor;

/// A page on its way to the browser.
#[derive(Debug)]
pub(super) struct Page<'a> {
    visitor: &'a Visitor,
    title: &'a str,
    live: bool,
    form_target: Option<String>,
    framed: String,
    script: Option<&'static str>,
}

impl<'a> Page<'a> {
    /// A plain page.
    pub(super) fn new(visitor: &'a Visitor, title: &'a str) -> Self {
        Self {
            visitor,
            title,
            live: false,
            form_target: None,
            framed: String::new(),
            script: None,
        }
    }

    /// The page keeps itself up to date by script.
    pub(super) fn live(mut self) -> Self {
        self.live = true;
        self
    }

    /// A form of the page ends, by redirect, at this origin.
    pub(super) fn form_ends_at(mut self, origin: String) -> Self {
        self.form_target = Some(origin);
        self
    }

    /// The page shows pages of this origin in frames.
    pub(super) fn framing(mut self, origin: String) -> Self {
        self.framed = origin;
        self
    }

    /// The page has a script of its own.
    pub(super) fn script(mut self, file: &'static str) -> Self {
        self.script = Some(file);
        self
    }

    /// The whole document, with the headers that go with it.
    pub(super) fn render(&self, body: &Markup) -> Response {
        let form_target = self.form_target.as_deref().unwrap_or_default();
        let framed = if self.framed.is_empty() {
            "'none'"
        } else {
            &self.framed
        };
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
             connect-src 'self'; form-action 'self' {form_target}; base-uri 'none'; \
             frame-src {framed}; frame-ancestors 'none'"
        );
        let headers = [
            (header::CONTENT_SECURITY_POLICY, policy.as_str()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "no-store"),
            (header::VARY, "Accept-Language, Cookie"),
        ];
        (headers, self.document(body)).into_response()
    }

    fn document(&self, body: &Markup) -> Markup {
        let common = &self.visitor.texts().common;
        html! {
            (DOCTYPE)
            html lang=(self.visitor.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · " (common.badge) }
                    link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/assets/base.css";
                    @if self.live {
                        link rel="stylesheet" href="/assets/handset.css";
                        script src="/assets/handset.js" defer {}
                    }
                    @if let Some(script) = self.script {
                        script src={ "/assets/" (script) } defer {}
                    }
                }
                body {
                    a.skip href="#content" { (common.skip) }
                    (self.header())
                    main #content { (body) }
                }
            }
        }
    }

    fn header(&self) -> Markup {
        let common = &self.visitor.texts().common;
        let path = self.visitor.address.split('?').next().unwrap_or_default();
        let current = |starts: bool| starts.then_some("page");
        html! {
            header.top {
                a.badge href="/" { (common.badge) }
                p.note { (common.note) }
                nav.places aria-label=(common.badge) {
                    a.overview href="/" aria-current=[current(path == "/")] { (common.home) }
                    a href="/handset" aria-current=[current(path.starts_with("/handset"))] {
                        (common.handset)
                    }
                    a href="/record" aria-current=[current(path.starts_with("/record"))] {
                        (common.records)
                    }
                }
                nav.languages aria-label=(common.language) {
                    @for language in Language::ALL {
                        a href=(self.switch_to(language))
                            lang=(language.tag()) hreflang=(language.tag())
                            title=(language.name())
                            aria-label=(language.name())
                            aria-current=[(language == self.visitor.language).then_some("true")] {
                            (language.code().to_uppercase())
                        }
                    }
                }
            }
        }
    }

    fn switch_to(&self, language: Language) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("to", language.code())
            .append_pair("back", &self.visitor.address)
            .finish();
        format!("/language?{query}")
    }
}
