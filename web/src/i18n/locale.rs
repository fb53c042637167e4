//! Which language the page speaks: the one chosen here before, else the
//! browser's, else English.

use std::sync::LazyLock;

use leptos::prelude::{ArcRwSignal, Get as _, Set as _, Update as _, document};

use super::texts;
use crate::api::ApiError;
use crate::dom::effect;
use crate::storage::Stored;

const CHOSEN: Stored = Stored::new("septet.locale");

/// One for the whole page, so that texts can also be asked for outside of views.
pub(super) static CURRENT: LazyLock<ArcRwSignal<Locale>> =
    LazyLock::new(|| ArcRwSignal::new(preferred()));

/// A language of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    /// English.
    En,
    /// Spanish.
    Es,
    /// European Portuguese.
    Pt,
}

impl Locale {
    /// In the order of the menu.
    pub(crate) const ALL: [Self; 3] = [Self::Pt, Self::Es, Self::En];

    /// The code that the menu and the storage use.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
            Self::Pt => "pt",
        }
    }

    /// The BCP 47 tag for `Intl` and `<html lang>`.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en-GB",
            Self::Es => "es-ES",
            Self::Pt => "pt-PT",
        }
    }

    /// What the language calls itself.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
            Self::Pt => "Português",
        }
    }

    /// Reads a tag as browsers write them, such as `pt`, `pt-BR` or `ES`.
    pub(crate) fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or(tag);
        Self::ALL
            .into_iter()
            .find(|locale| locale.code().eq_ignore_ascii_case(language))
    }
}

/// Begins with the texts that came with the page, and keeps `<html lang>` in step; called once.
pub(crate) fn start() {
    texts::take_first();
    effect(|| {
        if let Some(html) = document().document_element() {
            // Only a detached document could refuse, and then nobody reads it.
            let _ = html.set_attribute("lang", CURRENT.get().tag());
        }
    });
}

/// Changes the language, as soon as its texts are here and for the next visit.
pub(crate) async fn choose(locale: Locale) -> Result<(), ApiError> {
    let loaded = texts::load(locale).await;
    if loaded.is_ok() {
        CHOSEN.write(locale.code());
        CURRENT.set(locale);
    } else {
        // Said again, so that the menu shows what the page speaks.
        CURRENT.update(|_| ());
    }
    loaded
}

/// Speaks the language of the page around this one, unless another was chosen here.
pub(crate) async fn prefer(tag: &str) {
    let chosen = CHOSEN.read().is_some();
    if let Some(locale) = Locale::from_tag(tag).filter(|_| !chosen)
        && texts::load(locale).await.is_ok()
    {
        CURRENT.set(locale);
    }
}

fn preferred() -> Locale {
    let chosen = CHOSEN.read().and_then(|code| Locale::from_tag(&code));
    let spoken = || {
        let languages = leptos::prelude::window().navigator().languages();
        languages
            .iter()
            .find_map(|tag| Locale::from_tag(&tag.as_string()?))
    };
    chosen.or_else(spoken).unwrap_or(Locale::En)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::Locale;

    #[wasm_bindgen_test]
    fn a_region_does_not_matter() {
        assert_eq!(Locale::from_tag("pt-BR"), Some(Locale::Pt));
        assert_eq!(Locale::from_tag("ES"), Some(Locale::Es));
        assert_eq!(Locale::from_tag("enough"), None);
    }
}
