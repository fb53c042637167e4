//! How these pages look: ours, or with an account's name, picture, colours and words.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use septet_core::page::Colour;
use septet_core::wire::{UnsubscribePage, UnsubscribeTexts};
use serde::Deserialize;

use super::QUIET;
use crate::texts::{Language, Texts, accepted};

/// What stands on the page of an unsubscribe link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Whether they really want that.
    Asked,
    /// They have said so.
    Done,
    /// They have taken it back.
    Undone,
}

/// An account's page in the language of whoever looks at it.
pub(super) struct Look<'a> {
    page: &'a UnsubscribePage,
    /// Its own texts, where it has some in that language.
    own: Option<&'a UnsubscribeTexts>,
    language: Language,
}

impl<'a> Look<'a> {
    /// The first language that is wanted and that there are texts in.
    pub(super) fn of(page: &'a UnsubscribePage, chosen: Option<&str>, headers: &HeaderMap) -> Self {
        let own = |tag: &str| {
            let same = |texts: &&UnsubscribeTexts| texts.language.eq_ignore_ascii_case(tag);
            let base = tag.split('-').next().unwrap_or(tag);
            let near = |texts: &&UnsubscribeTexts| texts.language.eq_ignore_ascii_case(base);
            page.texts
                .iter()
                .find(same)
                .or_else(|| page.texts.iter().find(near))
        };
        let wanted = chosen.into_iter().chain(accepted(headers));
        for tag in wanted {
            let own = own(tag);
            let ours = Language::from_tag(tag);
            if own.is_some() || ours.is_some() {
                let language = ours.unwrap_or(Language::English);
                return Self {
                    page,
                    own,
                    language,
                };
            }
        }
        Self {
            page,
            own: own("en"),
            language: Language::English,
        }
    }

    fn code(&self) -> &str {
        match self.own {
            Some(own) => &own.language,
            None => self.language.code(),
        }
    }

    /// Its own words, or ours.
    fn words(&self, own: fn(&UnsubscribeTexts) -> &String, ours: fn(&Texts) -> &String) -> &str {
        let own = self.own.map(own).filter(|own| !own.trim().is_empty());
        own.unwrap_or_else(|| ours(self.language.texts()))
    }

    /// Every language that there is, with its name.
    fn languages(&self) -> Vec<(&str, &str)> {
        let ours = Language::ALL.into_iter();
        let ours = ours.map(|language| (language.code(), language.name()));
        let own = self.page.texts.iter().map(|texts| texts.language.as_str());
        let own = own.filter(|tag| Language::ALL.into_iter().all(|ours| ours.code() != *tag));
        ours.chain(own.map(|tag| (tag, tag))).collect()
    }

    /// The page; `calls`: whether the account also calls people.
    pub(super) fn page(&self, shown: Shown, base: &str, calls: bool) -> Markup {
        let texts = self.language.texts();
        let title = match shown {
            Shown::Asked => self.words(|own| &own.title, |ours| &ours.unsubscribe_title),
            Shown::Done => self.words(|own| &own.done_title, |ours| &ours.done_title),
            Shown::Undone => &texts.undone_title,
        };
        let ask = || {
            html! {
                form method="post" action=(base) {
                    button type="submit" name="scope" value="sms" {
                        (self.words(|own| &own.button, |ours| &ours.unsubscribe_button))
                    }
                    @if calls {
                        button.second type="submit" name="scope" value="all" { (texts.unsubscribe_all) }
                    }
                }
            }
        };
        let content = html! {
            @match shown {
                Shown::Asked => {
                    h1 { (title) }
                    p { (self.words(|own| &own.question, |ours| &ours.unsubscribe_question)) }
                    (ask())
                    p.note { (self.words(|own| &own.note, |ours| &ours.unsubscribe_note)) }
                }
                Shown::Done => {
                    div data-done {
                        h1 { (title) }
                        p { (self.words(|own| &own.done_text, |ours| &ours.done_text)) }
                    }
                    form method="post" action=(format!("{base}/undo")) {
                        button.second type="submit" data-undo {
                            (self.words(|own| &own.undo, |ours| &ours.undo_button))
                        }
                    }
                }
                Shown::Undone => {
                    div data-undone {
                        h1 { (title) }
                        p { (texts.undone_text) }
                    }
                    (ask())
                }
            }
        };
        self.frame(title, &content)
    }

    fn frame(&self, title: &str, content: &Markup) -> Markup {
        let page = self.page;
        let hex = |colour: &str| colour.trim_start_matches('#').to_owned();
        let style = format!(
            "/brand.css?button={}&behind={}",
            hex(&page.colour),
            hex(&page.background)
        );
        let branded = !page.colour.is_empty() || !page.background.is_empty();
        html! {
            (DOCTYPE)
            html lang=(self.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    link rel="stylesheet" href="/public.css";
                    @if branded { link rel="stylesheet" href=(style); }
                }
                body {
                    main {
                        @if !page.logo.is_empty() || !page.company.is_empty() {
                            header.brand {
                                @if !page.logo.is_empty() { img src=(page.logo) alt=""; }
                                @if !page.company.is_empty() { span { (page.company) } }
                            }
                        }
                        (content)
                    }
                    nav {
                        @for (tag, name) in self.languages() {
                            a href=(format!("?lang={tag}")) lang=(tag)
                                aria-current=[(tag == self.code()).then_some("true")] { (name) }
                        }
                    }
                }
            }
        }
    }
}

/// An account's page as somebody with this language sees it.
pub(crate) fn page_of(page: &UnsubscribePage, language: &str, shown: Shown, calls: bool) -> Markup {
    let look = Look::of(page, Some(language), &HeaderMap::new());
    look.page(shown, "#", calls)
}

/// A page of ours.
pub(super) fn plain(language: Language, title: &str, text: &str) -> Markup {
    let page = UnsubscribePage::default();
    let look = Look {
        page: &page,
        own: None,
        language,
    };
    look.frame(
        title,
        &html! {
            h1 { (title) }
            p { (text) }
        },
    )
}

/// A link that leads nowhere, never has, or no longer.
pub(super) fn gone(language: Language, status: StatusCode) -> Response {
    let texts = language.texts();
    let (title, text) = if status == StatusCode::GONE {
        (&texts.expired_title, &texts.expired_text)
    } else {
        (&texts.gone_title, &texts.gone_text)
    };
    (status, QUIET, plain(language, title, text)).into_response()
}

/// Colours that a page is asked for; whatever is none is left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Colours {
    button: String,
    behind: String,
}

/// The style sheet of these colours, with text that can be read on them.
pub(crate) fn brand(colours: &Colours) -> String {
    let on = |written: &str| {
        let colour = Colour::parse(written)?;
        let text = if colour.wants_black() { "#111" } else { "#fff" };
        Some((written.trim_start_matches('#').to_owned(), text))
    };
    let mut style = String::new();
    if let Some((button, text)) = on(&colours.button) {
        style.push_str(&format!(
            "button:not(.second) {{ background: #{button}; color: {text}; }}\n"
        ));
    }
    if let Some((behind, text)) = on(&colours.behind) {
        style.push_str(&format!(
            "body {{ background: #{behind}; }}\nnav a, nav a[aria-current] {{ color: {text}; }}\n"
        ));
    }
    style
}
